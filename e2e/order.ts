// What the shop's server does: it signs orders.

import { createHmac } from "node:crypto";
import { secret } from "./stack";

export type Order = {
  amount: number;
  reference: string;
  description: string;
  aud: string;
  /** Seconds; from when and until when. */
  iat: number;
  exp: number;
};

let made = 0;

/** A reference that no other story and no other run has. */
export function reference(what: string): string {
  const { MALIPO_E2E_SEED, TEST_WORKER_INDEX } = process.env;
  return `${what}-${MALIPO_E2E_SEED}-${TEST_WORKER_INDEX}-${made++}`;
}

/** An order over KES 300 as the shop's server signs it, but for what is said. */
export function sign(order: Partial<Order>, key = secret("ORDER_SECRET")): string {
  const now = Math.floor(Date.now() / 1000);
  const claims: Order = {
    amount: 300, reference: reference("INV"), description: "Two tickets", aud: "malipo:emulator:main",
    iat: now, exp: now + 3600, ...order,
  };
  const text = [{ alg: "HS256", typ: "JWT" }, claims].map(base64url).join(".");
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

function base64url(value: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
