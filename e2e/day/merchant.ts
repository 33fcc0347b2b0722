// `Merchant`: a shop on the deployment, by its own API key; and the deployment's operator, who makes shops.

import { MALIPO_URL, secret } from "../stack";
import { ask, read } from "./ask";

export type Receipt = { receipt?: string; amount_kes: number; channel: string };
export type Payment = {
  account_reference: string; state: string; due_kes: number; received_kes: number; excess_kes: number; refunded_kes: number;
  receipts: Receipt[];
};
export type Unmatched = { receipt: string; amount_kes: number };

/** What M-PESA knows of a shop beside the emulator's usual ones; the build's test stack starts the emulator with it. */
const APP = { DARAJA_CONSUMER_KEY: "another-consumer-key", DARAJA_CONSUMER_SECRET: "another-consumer-secret" };

export class Merchant {
  constructor(
    readonly link: string,
    /** The number that customers pay to: a Pay Bill, or a till. */
    readonly number: string,
    readonly key: string,
    readonly orderSecret: string,
  ) {}

  /** Below this address are its pages and its customers' calls. */
  get address() {
    return this.link === "main" ? MALIPO_URL : `${MALIPO_URL}/m/${this.link}`;
  }

  /** The shop of the variables. */
  static main() {
    return new Merchant("main", "174379", secret("API_KEY"), secret("ORDER_SECRET"));
  }

  /** Another shop beside it. */
  static async made(link: string, numbers: Record<string, string>, receiver: string): Promise<Merchant> {
    const orderSecret = `order-secret-of-${link}-and-32-bytes-long`;
    const settings = {
      LINK_ID: link, SHOP_NAME: `The shop ${link}`, SHOP_CONTACT: `the ${link} at the gate`, ...APP, ...numbers,
      ITEMS: [{ id: "tea", amount_kes: 110, description: "Tea of another shop" }], MERCHANT_ORIGINS: `https://${link}.example`,
      ORDER_SECRET: orderSecret, WEBHOOK_URL: `${receiver}/${link}`, WEBHOOK_SECRET: secret("WEBHOOK_SECRET"),
      C2B_REGISTERED: true, C2B_SECRET: Buffer.from(link).toString("hex").padEnd(40, "c"), AUTO_CLAIM_MAX_KES: 2000,
      DARAJA_INITIATOR: "api", DARAJA_SECURITY_CREDENTIAL: Buffer.alloc(256, 7).toString("base64"),
    };
    await asOperator("merchants", settings);
    const { key }: { key: string } = await asOperator(`merchants/${link}/keys`, { name: "the day" });
    return new Merchant(link, numbers.PAYBILL ?? numbers.TILL_NUMBER!, key, orderSecret);
  }

  /** Asks as the shop's server, whatever the answer is. */
  ask(method: string, path: string, body?: object | string, headers: Record<string, string> = {}) {
    return ask(`${MALIPO_URL}/v1/merchant/${path}`, method, body, { authorization: `Bearer ${this.key}`, ...headers });
  }

  get<T>(path: string): Promise<T> {
    return read(this.ask("GET", path));
  }

  post<T>(path: string, body: object | string = {}, headers: Record<string, string> = {}): Promise<T> {
    return read(this.ask("POST", path, body, headers));
  }

  /** All pages of a list. */
  async all<T>(list: string, query = ""): Promise<T[]> {
    const rows: T[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Record<string, unknown> = await this.get(`${list}?limit=100${query}${after && `&after=${after}`}`);
      rows.push(...(page[list] as T[]));
      after = page.next as string | null;
    }
    return rows;
  }

  /** Gives money back; the refund. */
  async refund(payment: Payment, key: string): Promise<{ n: number }> {
    const { receipt } = payment.receipts[0]!;
    const path = `payments/${payment.account_reference}/refunds`;
    const { refund }: { refund: { n: number } } = await this.post(path, { receipt }, { "idempotency-key": key });
    return refund;
  }

  /** Gives money that nobody claimed to an order, of which so much is still due. */
  async claim(receipt: string, account_reference: string, expect_kes: number) {
    await this.post(`receipts/${receipt}/claim`, { account_reference, expect_kes });
  }
}

function asOperator<T>(path: string, body: object): Promise<T> {
  return read(ask(`${MALIPO_URL}/v1/admin/${path}`, "POST", body, { authorization: `Bearer ${secret("ADMIN_KEY")}` }));
}
