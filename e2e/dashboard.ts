// `Dashboard`: the merchant's screens, found by role and label; and made-up books for what is hard to make.

import { expect, type Locator, type Page } from "@playwright/test";
import { secret } from "./stack";

const DAY_MS = 24 * 3600 * 1000;

export class Dashboard {
  readonly heading: Locator;
  readonly main: Locator;

  constructor(readonly page: Page) {
    this.main = page.getByRole("main");
    this.heading = page.getByRole("heading", { level: 1 });
  }

  /** Signs in with the stack's key, and goes to a screen. */
  async signIn(screen = "today", at = "", key = secret("API_KEY")) {
    await this.page.goto(`${at}/dashboard#/${screen}`);
    await this.page.getByLabel("API key").fill(key);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await expect(this.page.getByRole("navigation", { name: "Screens" })).toBeVisible();
  }

  /** Goes to a screen by the navigation. */
  async go(name: string, heading = name) {
    await this.page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name }).click();
    await this.sees(heading);
  }

  async sees(heading: string) {
    await expect(this.heading).toHaveText(heading);
  }

  async said(text: string | RegExp) {
    await expect(this.main.getByRole("status").filter({ hasText: text })).toBeVisible();
  }

  /** Reads the screen anew until this is there, with this text: the ledger is some seconds behind. */
  async reloadUntil(row: Locator, text = "") {
    const again = this.page.getByRole("button", { name: "Read again" });
    await expect(async () => {
      await ((await again.isVisible()) ? again.click() : this.page.reload());
      await this.isRead();
      await expect(row.filter({ hasText: text })).toBeVisible({ timeout: 1_000 });
    }).toPass();
  }

  /** Everything that is read has been read. */
  async isRead() {
    await expect(this.heading).toBeVisible();
    await expect(this.page.getByRole("status").filter({ hasText: /…$/ })).toHaveCount(0);
  }

  /** What a thumb misses: lower than 44 px. Links within a line of text are as high as the line. */
  async lowTargets(): Promise<string[]> {
    const targets = "button, .button, input, select, summary, a.payment, .links a, nav a";
    return this.page.locator(targets).filter({ visible: true }).evaluateAll((all) =>
      all.filter((it) => it.getBoundingClientRect().height < 44 && !it.matches(".skip")).map((it) => it.textContent || it.tagName));
  }

  /** By how many pixels anything is wider than what is seen of it. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => {
      const free = ".heard, .skip";
      const right = document.documentElement.clientWidth;
      const all = [...document.querySelectorAll("body *")].filter((it) => !it.matches(free));
      const beyond = all.map((it) => it.getBoundingClientRect().right - right);
      return Math.max(0, document.documentElement.scrollWidth - right, ...beyond);
    });
  }
}

/** How much there is in made-up books. */
export type Many = 0 | 3 | 50_000;

/** Lets the page read made-up books: the API's answers, with keyset pages. */
export async function books(page: Page, many: Many) {
  const now = Date.now();
  const session = { link: "main", env: "emulator", prefix: "", expires_at_ms: now + DAY_MS / 2 };
  await page.route("**/dashboard/session", (route) => route.fulfill({ json: session }));
  await page.route("**/v1/merchant/**", async (route) => {
    const url = new URL(route.request().url());
    const path = url.pathname.replace("/v1/merchant/", "");
    const answer = path.startsWith("payments/") ? story(now) : lists(now, many, url)[path];
    if (answer) return route.fulfill({ json: answer });
    const error = { code: "NOT_FOUND", type: "invalid_request", message: `There is no ${path}.` };
    return route.fulfill({ status: 404, json: { error } });
  });
}

function lists(now: number, many: Many, url: URL): Record<string, unknown> {
  const from = Number(url.searchParams.get("after") ?? 0);
  const paged = <T>(name: string, number: number, make: (at: number) => T) => {
    const here = Math.min(50, Math.max(0, number - from));
    const rows = Array.from({ length: here }, (_, at) => make(from + at));
    return { [name]: rows, next: from + here < number ? String(from + here) : null };
  };
  const few = Math.min(many, 3);
  const standing = url.searchParams.get("standing");
  return {
    summary: summary(now, many),
    payments: paged("payments", many, (at) => payment(now, at)),
    unmatched: paged("unmatched", many == 50_000 ? 120 : few, (at) => unmatched(now, at)),
    deliveries: paged("deliveries", few, (at) => ({ account_reference: reference(at), ...delivery(now, at + 1, standing ?? "due") })),
    differences: paged("differences", few, (at) => difference(now, at)),
    items: {
      items: many == 0 ? [] : [
        { id: "tea", amount_kes: 150, description: "Kenyan tea, 500 g", pay_url: "https://pay.example/pay/tea" },
        { id: "kiondo", amount_kes: 1500, description: "Kiondo basket", pay_url: "https://pay.example/pay/kiondo" },
      ],
      open_amount: many == 0 ? undefined : { min_kes: 10, max_kes: 5000, pay_url: "https://pay.example/pay/?amount=" },
      shop_name: "Duka la Mtaa", link: "main", env: "emulator",
    },
  };
}

function summary(now: number, many: Many) {
  const scale = many == 0 ? 0 : many == 3 ? 1 : 4_000;
  const days = [3, 5, 0, 8, 6, 9, 4].map((tens, at) => ({
    day: new Date(now - (6 - at) * DAY_MS + 3 * 3600 * 1000).toISOString().slice(0, 10),
    paid_kes: tens * 150 * scale, payments: tens * scale, paid: tens * scale,
  }));
  return {
    today: { paid_kes: 600 * scale, payments: 4 * scale, paid: 3 * scale, declined: scale, success_rate: many ? 0.75 : null },
    days,
    codes: many == 0 ? [] : [{ code: "1032", count: 2 * scale }, { code: "1037", count: scale }, { code: "1", count: 1 }, { code: "777", count: 1 }],
    needs: many == 0 ? { review: 0, unresolved: 0, disputed: 0, unmatched: 0, undelivered: 0, differences: 0, unprocessed: 0 }
      : { review: 1, unresolved: 1, disputed: 0, unmatched: many == 3 ? 3 : 120, undelivered: 3, differences: 2, unprocessed: 0 },
    compared: { last: many == 0 ? null : run(now), complete: many == 0 ? null : run(now) },
  };
}

const run = (now: number) => ({
  at_ms: now - 3600_000, source: "pull", from_ms: now - DAY_MS, to_ms: now - 7200_000, payments: 120, shown: 1, differences: 2, problem: null,
});

const STATES = ["paid", "declined", "part_paid", "paid", "unresolved", "awaiting_pin", "closed", "confirming", "ready"];
const reference = (at: number) => `M${String(1_000_000_000 + at * 7919).slice(0, 10)}`;
const receipt = (at: number) => `QK${String(10_000_000 + at * 31).slice(0, 8)}`;

function payment(now: number, at: number) {
  const state = STATES[at % STATES.length]!;
  const due = [150, 1500, 50, 250_000][at % 4]!;
  const received = state == "paid" ? due : state == "part_paid" ? due - 10 : 0;
  return {
    account_reference: reference(at), origin: at % 3 ? "item" : "signed", item: at % 3 ? "tea" : undefined,
    reference: at % 3 ? undefined : `INV-2026-${at}`,
    description: at % 4 == 1 ? "Kiondo basket with leather straps, natural colours" : "Kenyan tea, 500 g",
    livemode: false, state, due_kes: due, received_kes: received, excess_kes: 0, refunded_kes: 0,
    opened_at_ms: now - at * 47 * 60_000, paid_at_ms: state == "paid" ? now - at * 47 * 60_000 + 9_000 : undefined,
    review: state == "unresolved" ? ["push 1: M-PESA has not told the result for a day"] : [],
    attempts: [{ n: 1, outcome: state == "declined" ? "declined" : "succeeded", code: state == "declined" ? "1032" : undefined,
      reason: state == "declined" ? "cancelled" : undefined, amount_kes: due, phone_masked: "0700 ••• 126" }],
    receipts: received ? [{ receipt: receipt(at), amount_kes: received, channel: "stk_push", paid_at_ms: now - at * 47 * 60_000 + 8_000 }] : [],
    refunds: [] as object[],
  };
}

function delivery(now: number, sequence: number, standing: string) {
  return {
    sequence, type: sequence == 1 ? "payment.attempt_declined" : "payment.paid", at_ms: now - 3600_000, tries: 4, standing,
    next_at_ms: standing == "due" ? now + 600_000 : undefined,
  };
}

function unmatched(now: number, at: number) {
  return {
    receipt: receipt(at), status: at == 1 ? "unverified" : "unmatched", amount_kes: 150 * (at + 1), paid_at_ms: now - at * 3600_000,
    payer_masked: "2547 ••• 126", bill_ref: at % 2 ? "tea please" : null, account_reference: null, listed_at_ms: now - at * 3600_000,
  };
}

function difference(now: number, at: number) {
  const kinds = ["missing_here", "amount_differs", "missing_there"];
  const todo = "Find the order by the account number or the customer's SMS, and assign the receipt to it.";
  return {
    id: `${kinds[at]}.${receipt(at)}`, kind: kinds[at], receipt: receipt(at), account_reference: at ? reference(at) : null,
    ours_kes: at == 0 ? null : 1500, theirs_kes: at == 2 ? null : 1450, at_ms: now - DAY_MS, found_at_ms: now, source: "statement",
    what_to_do: todo, settled_at_ms: at == 2 ? now : null,
  };
}

/** A payment with every kind of line: a wrong PIN, a phone that was not reached, money, a refund under way. */
export function story(now: number) {
  const at = now - 40 * 60_000;
  const line = (secs: number, what: string) => ({ at_ms: at + secs * 1000, what });
  return {
    payment: {
      ...payment(now, 0), state: "paid", opened_at_ms: at, review: [],
      attempts: [
        { n: 1, outcome: "declined", code: "2001", reason: "wrong_pin", amount_kes: 150, phone_masked: "0700 ••• 126" },
        { n: 2, outcome: "declined", code: "1037", reason: "unreachable", amount_kes: 150, phone_masked: "0700 ••• 126" },
        { n: 3, outcome: "not_sent", reason: "system_busy", amount_kes: 150, phone_masked: "0700 ••• 126" },
        { n: 4, outcome: "succeeded", amount_kes: 150, phone_masked: "0700 ••• 126" },
      ],
      receipts: [{ receipt: receipt(0), amount_kes: 150, channel: "stk_push", paid_at_ms: at + 300_000 }],
      refunds: [{ n: 1, receipt: receipt(0), amount_kes: 50, state: "accepted", requested_at_ms: now - 60_000 }], refunded_kes: 0,
    },
    timeline: [
      line(0, "opened: KES 150, Kenyan tea, 500 g"), line(1, "push 1 reserved: KES 150"), line(2, "push 1 accepted by M-PESA"),
      line(14, "push 1: callback 2001 The initiator information is invalid."), line(60, "push 2 accepted by M-PESA"),
      line(122, "push 2: asked, M-PESA says 1037 DS timeout user cannot be reached"),
      line(200, "push 3 was not sent: HTTP 500 500.003.02 Error Occurred: Spike Arrest Violation"),
      line(290, "push 4 accepted by M-PESA"), line(300, `push 4: callback 0 The service request is processed successfully., receipt ${receipt(0)}`),
      line(301, `receipt ${receipt(0)} counts here`), line(302, "message 1 to the shop: no answer"),
    ],
    deliveries: [delivery(now, 1, "superseded"), delivery(now, 2, "due")],
  };
}
