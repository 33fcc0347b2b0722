// Tells the shop how a payment ended, signed as Standard Webhooks asks.

import type { Env } from "./env";
import type { Stored } from "./payment";

export async function deliver(env: Env, payment: Stored): Promise<void> {
  const { account_reference, amount_kes, received_kes, receipt, state } = payment;
  const body = JSON.stringify({ type: `payment.${state}`, data: { payment: { account_reference, amount_kes, received_kes, receipt, state } } });
  const id = `msg_${account_reference}`;
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const answer = await fetch(env.WEBHOOK_URL, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${await signature(env.WEBHOOK_SECRET, `${id}.${timestamp}.${body}`)}`,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the shop answered ${answer.status}`);
}

async function signature(secret: string, text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}
