// Before the stories: M-PESA reports the shop's payments by hand to the Worker, as its operator sets it up once.

import { request } from "@playwright/test";
import { EMULATOR_URL, MALIPO_URL, secret } from "./stack";

export default async function register() {
  const operator = await request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${secret("API_KEY")}` } });
  const answer = await operator.post(`${MALIPO_URL}/v1/merchant/c2b/register`, { data: {} });
  if (!answer.ok()) throw new Error(`C2B cannot be registered: ${await answer.text()}`);
  // Validation is an option that few shortcodes have: without it a wrong amount moves too.
  await operator.post(`${EMULATOR_URL}/_emulator/settings`, { data: { validates_c2b: false } });
  await operator.dispose();
}
