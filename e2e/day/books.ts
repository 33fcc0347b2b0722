// The books of a shop, from five sides, and whether they agree to the shilling.

import { expect } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { EMULATOR_URL } from "../stack";
import { ask, read } from "./ask";
import type { Merchant, Payment, Unmatched } from "./merchant";
import type { Receiver } from "./receiver";

export type Moved = { receipt: string; amount_kes: number; reversed_kes: number; account_reference: string };

/** What M-PESA really moved to a shop. */
export async function moved(shop: Merchant): Promise<Moved[]> {
  const all: (Moved & { shortcode: string })[] = await read(ask(`${EMULATOR_URL}/_emulator/ledger`));
  return all.filter(({ shortcode }) => shortcode === shop.number);
}

/** M-PESA's statement of a shop. */
export async function statement(shop: Merchant): Promise<string> {
  return (await ask(`${EMULATOR_URL}/_emulator/statement.csv?shortcode=${shop.number}`)).text;
}

export function sum<T>(rows: Iterable<T>, of: (row: T) => number): number {
  return [...rows].reduce((all, row) => all + of(row), 0);
}

/** Every receipt that M-PESA has issued is in one place of the shop's lists, at its amount; and nothing else is. */
export async function agreesWithMpesa(shop: Merchant) {
  const theirs = await moved(shop);
  const ours = await shop.all<Payment>("payments");
  const open = await shop.all<Unmatched>("unmatched");
  const counted = ours.flatMap((payment) => payment.receipts);
  const listed = [...counted, ...open].map(({ receipt, amount_kes }) => `${receipt} ${amount_kes}`);
  const issued = theirs.map(({ receipt, amount_kes }) => `${receipt} ${amount_kes}`);
  expect(listed.sort(), `${shop.link}: the receipts`).toEqual(issued.sort());
  const received = sum(ours, (payment) => payment.received_kes);
  const left = sum(theirs, (entry) => entry.amount_kes - entry.reversed_kes);
  expect(received + sum(open, (receipt) => receipt.amount_kes), `${shop.link}: the money`).toBe(left);
  for (const { state, due_kes, received_kes, refunded_kes, account_reference } of ours) {
    expect(state === "paid", `${shop.link} ${account_reference}`).toBe(received_kes + refunded_kes >= due_kes);
  }
}

const FACTS = ["account_reference", "state", "due_kes", "received_kes", "excess_kes", "refunded_kes"] as const;

/** The file says what the list says. */
export async function agreesWithCsv(shop: Merchant) {
  const ours = await shop.all<Payment>("payments");
  const { text } = await shop.ask("GET", "payments.csv");
  const told: Record<(typeof FACTS)[number], string>[] = parse(text, { columns: true });
  const facts = (row: Record<(typeof FACTS)[number], unknown>) => FACTS.map((name) => String(row[name])).join(" ");
  expect(told.map(facts).sort(), `${shop.link}: the file`).toEqual(ours.map(facts).sort());
}

/** What the shop's server believes is what the list says; of each paid payment it has heard by one message alone. */
export async function agreesWithWebhooks(shop: Merchant, receiver: Receiver) {
  const newest = receiver.newest(shop.link);
  const paid = receiver.heard(shop.link).filter(({ type }) => type === "payment.paid");
  for (const { account_reference: account, state, received_kes, refunded_kes } of await shop.all<Payment>("payments")) {
    const told = newest.get(account)?.payment;
    const what = `${shop.link} ${account}`;
    if (!told) {
      // Nothing has become of these.
      expect([state, received_kes], what).toEqual([expect.stringMatching(/^(confirming|ready)$/), 0]);
      continue;
    }
    expect([told.state, told.received_kes, told.refunded_kes], what).toEqual([state, received_kes, refunded_kes]);
    const told_paid = paid.filter(({ payment }) => payment.account_reference === account);
    expect(told_paid.length, `${what}: messages that say it is paid`).toBe(state === "paid" ? 1 : 0);
  }
}
