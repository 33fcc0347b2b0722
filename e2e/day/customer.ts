// A customer: orders in one of the three ways, pays by phone as the emulator's story of that number goes, and watches as the
// widget does.

import { expect } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { sign } from "../order";
import { ask, read } from "./ask";
import type { Merchant } from "./merchant";

export type View = {
  id: string; account_reference: string; state: string; reason?: string; version: number; due_kes: number; received_kes: number;
  retry_at_ms?: number; typed_status?: string;
};

/** In these stories money moves, once; in the last two after a decline. */
export const PAYING = ["0000", "0404", "0111", "6060", "6061", "4999", "0222", "0500", "0429", "9037", "7777"];
/** Nothing more is heard of these without a person. */
const SILENT = ["0501", "0503", "0099"];
/** Nothing was sent, and the story goes on being so. */
const BUSY = ["0026", "0403"];
/** These are declined, and that is all. */
const DECLINED = ["0001", "2001", "1019", "1025", "9999", "8006", "2028", "1001", "0017", "1032", "1037", "3008"];
/** Every story that the last four digits of a number choose. */
export const STORIES = [...PAYING, ...SILENT, ...BUSY, ...DECLINED];

/** Longer than any story takes. */
const PATIENCE_MS = 200_000;

let taken = 0;

/** A number of nobody else's, which ends so. */
export function number(ending: string): string {
  return `25471${String(taken++).padStart(3, "0")}${ending}`;
}

export const ORDERING = ["item", "signed", "server"] as const;

/** Orders; every order but the price list's has a price of its own. */
export async function order(shop: Merchant, how: (typeof ORDERING)[number], phone?: string): Promise<View> {
  const amount = 200 + taken++;
  const reference = `DAY-${shop.link}-${amount}`;
  if (how === "server") {
    const bill = { amount_kes: amount, reference, description: "A bill", phone };
    const made: { id: string } = await shop.post("payments", bill, { "idempotency-key": reference });
    return look(shop, made.id);
  }
  const what = how === "item"
    ? { item: "tea" }
    : { order: sign({ amount, reference, aud: `malipo:emulator:${shop.link}` }, shop.orderSecret) };
  return post(shop, "payments", { ...what, phone, key: randomUUID() });
}

/** Watches until the story of this number has ended as it must, and asks again where nothing was sent. */
export async function watch(shop: Merchant, first: View, ending: string) {
  let view = first;
  const message = `${shop.link}: ${view.account_reference}, whose number ends in ${ending}`;
  await expect.poll(async () => {
    if (isOver(view, ending)) return "over";
    const mayRetry = isBusy(view) && view.retry_at_ms! <= Date.now();
    view = mayRetry
      ? await post(shop, `payments/${view.id}/attempts`, { key: randomUUID() })
      : await look(shop, view.id, `?after=${view.version}&wait=25`);
    return view.state;
  }, { message, timeout: PATIENCE_MS, intervals: [500] }).toBe("over");
}

/** Types the receipt of an SMS, and waits for what becomes of it. */
export async function typeIn(shop: Merchant, payment: View, receipt: string, status: string) {
  await post(shop, `payments/${payment.id}/receipts`, { receipt });
  await expect.poll(() => look(shop, payment.id).then((view) => view.typed_status)).toBe(status);
}

export function look(shop: Merchant, id: string, query = ""): Promise<View> {
  return read(ask(`${shop.address}/v1/payments/${id}${query}`));
}

function isOver(view: View, ending: string): boolean {
  if (PAYING.includes(ending)) return view.state === "paid";
  if (SILENT.includes(ending)) return view.state === "confirming";
  return view.state === "declined" && (!isBusy(view) || BUSY.includes(ending));
}

function isBusy({ state, reason }: View): boolean {
  return state === "declined" && reason === "system_busy";
}

function post(shop: Merchant, path: string, body: object): Promise<View> {
  return read(ask(`${shop.address}/v1/${path}`, "POST", body));
}
