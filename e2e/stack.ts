// Where the stack is, and the secrets that the shop shares with it.

import { readFileSync } from "node:fs";

export const MALIPO_URL = address("MALIPO_URL", "http://127.0.0.1:8787");
export const EMULATOR_URL = address("MALIPO_EMULATOR_URL", "http://127.0.0.1:8788");
/** A shop with a till that M-PESA reports no payments of. */
export const TILL_URL = address("MALIPO_TILL_URL", "http://127.0.0.1:8789");

/** Its API key; the shop's own is among the secrets. */
export const TILL_API_KEY = process.env.MALIPO_TILL_API_KEY ?? "";

function address(name: string, byDefault: string) {
  return (process.env[name] ?? byDefault).replace(/\/$/, "");
}

/** A secret of the stack's dotenv file. */
export function secret(name: string): string {
  const text = readFileSync(process.env.MALIPO_SECRETS ?? ".dev.vars", "utf8");
  const line = text.split("\n").find((line) => line.startsWith(`${name}=`));
  if (!line) throw new Error(`${name} is not among the stack's secrets`);
  return line.slice(name.length + 1).trim();
}
