// One payment: pushed once, told to whoever waits, and delivered to the shop and the ledger by an alarm until both have it.

import { DurableObject } from "cloudflare:workers";

import { type Callback, push, query } from "./daraja";
import type { Env } from "./env";
import { deliver } from "./webhook";

export interface Order {
  id: string;
  item: string;
  phone: string;
  amount_kes: number;
}

export interface Stored extends Order {
  account_reference: string;
  secret: string;
  state: "sending" | "prompt" | "paid" | "declined";
  version: number;
  opened_at_ms: number;
  checkout_request_id?: string;
  result_code?: number;
  receipt?: string;
  received_kes: number;
  isDelivered?: boolean;
}

export type View = Pick<Stored, "id" | "state" | "version" | "account_reference" | "amount_kes" | "received_kes"> & { receipt: string | null };

const QUERY_AFTER_MS = 75_000; // a prompt rings for 60 s

export class Payment extends DurableObject<Env> {
  #payment: Stored | undefined;
  #wake: (() => void)[] = [];

  async open(order: Order): Promise<View> {
    const known = await this.#read();
    if (known) return view(known);
    const now = Date.now();
    const reference = `T${crypto.randomUUID().replaceAll("-", "").slice(0, 11).toUpperCase()}`;
    const opened: Stored = { ...order, account_reference: reference, secret: crypto.randomUUID(), state: "sending", version: 1, opened_at_ms: now, received_kes: 0 };
    await this.#write(opened);
    const url = `${this.env.PUBLIC_BASE_URL}/callback/${order.id}/${opened.secret}`;
    const pushed = await push(this.env, opened, url);
    // The callback may have come before the answer.
    if (this.#payment?.state !== "sending") return view(this.#payment ?? opened);
    await this.ctx.storage.setAlarm(now + QUERY_AFTER_MS);
    return view(await this.#change({ state: pushed ? "prompt" : "declined", checkout_request_id: pushed ?? undefined }));
  }

  async status(after: number, waitMs: number): Promise<View | null> {
    const known = await this.#read();
    if (!known) return null;
    if (known.version <= after && waitMs > 0) {
      const over = new AbortController();
      const changed = new Promise<void>((done) => this.#wake.push(done));
      await Promise.race([changed, scheduler.wait(waitMs, { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    }
    return view(this.#payment ?? known);
  }

  async called(secret: string, callback: Callback): Promise<boolean> {
    const known = await this.#read();
    if (!known || known.secret !== secret) return false;
    const { ResultCode, CallbackMetadata } = callback.Body.stkCallback;
    const told = (name: string) => CallbackMetadata?.Item.find((item) => item.Name === name)?.Value;
    await this.#settle(ResultCode, Number(told("Amount") ?? 0), told("MpesaReceiptNumber")?.toString());
    return true;
  }

  async alarm(): Promise<void> {
    const known = await this.#read();
    if (!known || known.isDelivered) return;
    if (known.state === "prompt" && known.checkout_request_id) {
      const code = await query(this.env, known.checkout_request_id);
      if (code === null) return this.ctx.storage.setAlarm(Date.now() + QUERY_AFTER_MS);
      return this.#settle(code, known.amount_kes, undefined);
    }
    // What throws is tried again by the platform.
    await deliver(this.env, known);
    await this.env.LEDGER.prepare(
      "INSERT OR REPLACE INTO payments (account_reference, item, phone_end, amount_kes, received_kes, state, receipt, opened_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
      .bind(known.account_reference, known.item, known.phone.slice(-3), known.amount_kes, known.received_kes, known.state, known.receipt ?? null, known.opened_at_ms)
      .run();
    await this.#write({ ...known, isDelivered: true });
  }

  /** A payment ends once; the shop and the ledger are told by the alarm. */
  async #settle(code: number, receivedKes: number, receipt: string | undefined): Promise<void> {
    if (this.#payment?.state === "paid" || this.#payment?.state === "declined") return;
    const isPaid = code === 0;
    await this.#change({ state: isPaid ? "paid" : "declined", result_code: code, receipt, received_kes: isPaid ? receivedKes : 0 });
    await this.ctx.storage.setAlarm(Date.now());
  }

  async #read(): Promise<Stored | undefined> {
    return (this.#payment ??= await this.ctx.storage.get<Stored>("payment"));
  }

  async #write(payment: Stored): Promise<void> {
    this.#payment = payment;
    await this.ctx.storage.put("payment", payment);
  }

  async #change(change: Partial<Stored>): Promise<Stored> {
    const changed = { ...this.#payment!, ...change, version: this.#payment!.version + 1 };
    await this.#write(changed);
    for (const wake of this.#wake.splice(0)) wake();
    return changed;
  }
}

function view({ id, state, version, account_reference, amount_kes, received_kes, receipt }: Stored): View {
  return { id, state, version, account_reference, amount_kes, received_kes, receipt: receipt ?? null };
}
