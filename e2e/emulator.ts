// `Emulator`: M-PESA's side of a story, over its control plane.

import { expect, type APIRequestContext } from "@playwright/test";
import { EMULATOR_URL } from "./stack";

export type LedgerEntry = { receipt: string; amount_kes: number; msisdn: string; account_reference: string };

/** What one of the emulator's scripts may say; its README names all fields. */
export type Story = {
  submit?: ("accept" | "lose" | "drop" | { refuse: { status: number; code: string; message: string } })[];
  customer?: "handset" | "silent" | { pays: { after_ms: number } } | { declines: { after_ms: number; code: string } };
  callback?: { copies?: number; after_ms?: number };
};

export class Emulator {
  constructor(private readonly request: APIRequestContext) {}

  /** The money that really moved from this number. */
  async ledger(msisdn: string): Promise<LedgerEntry[]> {
    const answer = await this.request.get(`${EMULATOR_URL}/_emulator/ledger`);
    const entries: LedgerEntry[] = await answer.json();
    return entries.filter((entry) => entry.msisdn === msisdn);
  }

  /** How many pushes were accepted for this number. */
  async pushes(msisdn: string): Promise<number> {
    const answer = await this.request.get(`${EMULATOR_URL}/_emulator/requests`);
    const requests: { path: string; body: unknown; status: number | null }[] = await answer.json();
    const isPush = (path: string) => path.startsWith("/mpesa/stkpush/");
    return requests.filter(
      ({ path, body, status }) => isPush(path) && status === 200 && JSON.stringify(body).includes(msisdn),
    ).length;
  }

  /** Tells what happens to this number's pushes. */
  async script(msisdn: string, story: Story | string) {
    const answer = await this.request.post(`${EMULATOR_URL}/_emulator/scripts`, { data: { when: { msisdn }, story } });
    expect(answer.ok(), await answer.text()).toBe(true);
  }
}
