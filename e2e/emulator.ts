// `Emulator`: M-PESA's side of a story, over its control plane.

import { expect, type APIRequestContext } from "@playwright/test";
import { EMULATOR_URL } from "./stack";

export type LedgerEntry = { receipt: string; amount_kes: number; msisdn: string; account_reference: string };

/** What one of the emulator's scripts may say; its README names all fields. */
export type Story = {
  submit?: ("accept" | "lose" | "drop" | { refuse: { status: number; code: string; message: string } })[];
  customer?: "handset" | "silent" | { pays: { after_ms: number } } | { declines: { after_ms: number; code: string } };
  callback?: { copies?: number; after_ms?: number };
  /** The report of a payment by hand, which M-PESA makes of a push too. */
  echo?: { copies?: number };
};

/** A payment that a customer makes by hand, in M-PESA's own menu. */
export type ByHand = {
  msisdn: string;
  amount_kes: number;
  /** The Pay Bill or the till. */
  shortcode?: string;
  /** As typed; none for a till. */
  account_reference?: string;
  /** What is stamped on the payment; it leaves at once. */
  at_ms?: number;
};

/** Longer ago than a typed receipt must be before it can count. */
export const LONG_AGO_MS = 200_000;

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

  /** Answers the prompt that rings on this phone. */
  async enterPin(msisdn: string, pin = "1234") {
    const answer = await this.request.post(`${EMULATOR_URL}/_emulator/handset/${msisdn}`, { data: { pin } });
    expect(answer.ok(), await answer.text()).toBe(true);
  }

  /** Pays by hand; the receipt of the SMS. */
  async payByHand(payment: ByHand): Promise<string> {
    const data = { shortcode: "174379", ...payment };
    const answer = await this.request.post(`${EMULATOR_URL}/_emulator/pay`, { data });
    const { receipt }: { receipt?: string } = await answer.json();
    expect(receipt, await answer.text()).toMatch(/^[A-Z0-9]{10}$/);
    return receipt!;
  }

  /** M-PESA has told the shop of this receipt. */
  async hasReported(receipt: string) {
    await expect.poll(async () => {
      const answer = await this.request.get(`${EMULATOR_URL}/_emulator/callbacks`);
      const calls: { kind: string; body: unknown; status: number | null }[] = await answer.json();
      return calls.some(({ kind, body, status }) =>
        kind === "c2b_confirmation" && status === 200 && JSON.stringify(body).includes(receipt));
    }).toBe(true);
  }
}
