// What `cargo xtask bench --payment` compares Malipo with: M-PESA Express on Cloudflare as a developer who knows both would write it for one
// shop. An object for each payment, the token in KV, a long poll, a secret callback path, a signed webhook, one row in D1. It has none of
// Malipo's rules about money that comes late, twice or unannounced.

import type { Env } from "./env";

export { Payment } from "./payment";

const PRICES_KES: Record<string, number> = { tea: 150, kiondo: 1500, card: 50 };

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, root, path, id] = pathname.split("/");
    if (pathname === "/healthz") return new Response("ok");
    if (root === "v1" && path === "payments" && request.method === "POST") return open(request, env);
    if (root === "v1" && path === "payments" && id) {
      const wait = Math.min(Number(searchParams.get("wait") ?? 0), 25);
      const view = await env.PAYMENTS.getByName(id).status(Number(searchParams.get("after") ?? 0), wait * 1000);
      return view ? Response.json(view) : problem(404, "there is no such payment");
    }
    if (root === "callback" && path && id && request.method === "POST") return called(request, env, path, id);
    return problem(404, "not found");
  },
};

async function open(request: Request, env: Env): Promise<Response> {
  const asked = (await request.json().catch(() => null)) as { item?: unknown; key?: unknown; phone?: unknown } | null;
  const { item, key, phone } = asked ?? {};
  if (typeof item !== "string" || !Object.hasOwn(PRICES_KES, item)) return problem(400, "no such item");
  if (typeof key !== "string" || !/^[\w-]{16,64}$/.test(key)) return problem(400, "the key is missing");
  if (typeof phone !== "string" || !/^254[17]\d{8}$/.test(phone)) return problem(400, "not a Kenyan mobile number");
  return Response.json(await env.PAYMENTS.getByName(key).open({ id: key, item, phone, amount_kes: PRICES_KES[item]! }));
}

async function called(request: Request, env: Env, id: string, secret: string): Promise<Response> {
  const isTaken = await env.PAYMENTS.getByName(id).called(secret, await request.json());
  return isTaken ? Response.json({ ResultCode: 0, ResultDesc: "Accepted" }) : problem(404, "not found");
}

function problem(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
