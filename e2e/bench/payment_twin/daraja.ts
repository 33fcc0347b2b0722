// M-PESA Express at Safaricom's Daraja: the token, the push, the query.

import type { Env } from "./env";
import type { Stored } from "./payment";

export interface Callback {
  Body: {
    stkCallback: {
      ResultCode: number;
      CallbackMetadata?: { Item: { Name: string; Value?: string | number }[] };
    };
  };
}

const LIMIT_MS = 10_000;
const EAST_AFRICA_MS = 3 * 3600 * 1000;

/** The CheckoutRequestID of a push that was accepted; null when it was refused. */
export async function push(env: Env, payment: Stored, callbackUrl: string): Promise<string | null> {
  const answer = await ask(env, "/mpesa/stkpush/v1/processrequest", {
    TransactionType: "CustomerPayBillOnline",
    Amount: payment.amount_kes,
    PartyA: payment.phone,
    PartyB: env.PAYBILL,
    PhoneNumber: payment.phone,
    CallBackURL: callbackUrl,
    AccountReference: payment.account_reference,
    TransactionDesc: payment.item,
  });
  return answer.ResponseCode === "0" ? (answer.CheckoutRequestID ?? null) : null;
}

/** The result of a push; null while there is none. */
export async function query(env: Env, checkoutRequestId: string): Promise<number | null> {
  const answer = await ask(env, "/mpesa/stkpushquery/v1/query", { CheckoutRequestID: checkoutRequestId });
  return answer.ResultCode === undefined ? null : Number(answer.ResultCode);
}

interface Answer {
  ResponseCode?: string;
  CheckoutRequestID?: string;
  ResultCode?: string;
}

async function ask(env: Env, path: string, what: Record<string, unknown>): Promise<Answer> {
  const timestamp = new Date(Date.now() + EAST_AFRICA_MS).toISOString().replace(/\D/g, "").slice(0, 14);
  const body = {
    BusinessShortCode: env.PAYBILL,
    Password: btoa(`${env.PAYBILL}${env.DARAJA_PASSKEY}${timestamp}`),
    Timestamp: timestamp,
    ...what,
  };
  const answer = await fetch(`${env.DARAJA_BASE_URL}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${await token(env)}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  return (await answer.json()) as Answer;
}

async function token(env: Env): Promise<string> {
  const cached = await env.TOKENS.get("token");
  if (cached) return cached;
  const minted = await fetch(`${env.DARAJA_BASE_URL}/oauth/v1/generate?grant_type=client_credentials`, {
    headers: { Authorization: `Basic ${btoa(`${env.DARAJA_CONSUMER_KEY}:${env.DARAJA_CONSUMER_SECRET}`)}` },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const { access_token, expires_in } = (await minted.json()) as { access_token: string; expires_in: string };
  await env.TOKENS.put("token", access_token, { expirationTtl: Math.max(60, Number(expires_in) - 120) });
  return access_token;
}
