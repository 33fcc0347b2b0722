import type { Payment } from "./payment";

export interface Env {
  PAYMENTS: DurableObjectNamespace<Payment>;
  TOKENS: KVNamespace;
  LEDGER: D1Database;
  PUBLIC_BASE_URL: string;
  DARAJA_BASE_URL: string;
  DARAJA_CONSUMER_KEY: string;
  DARAJA_CONSUMER_SECRET: string;
  DARAJA_PASSKEY: string;
  PAYBILL: string;
  WEBHOOK_URL: string;
  WEBHOOK_SECRET: string;
}
