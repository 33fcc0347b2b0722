// `Checkout`: the shop's page and the checkout on it, found by role and label as a customer finds them.

import { expect, type Locator, type Page } from "@playwright/test";
import { type Emulator } from "./emulator";

/** A line of the demo shop, by its heading, and its price as the checkout writes it. */
export const ITEMS = {
  tea: { heading: "Kenyan tea, 500 g", kes: 150, price: "KES 150" },
  kiondo: { heading: "Kiondo basket", kes: 1500, price: "KES 1,500" },
  card: { heading: "Greeting card", kes: 50, price: "KES 50" },
} as const;

export type Item = keyof typeof ITEMS;

export class Checkout {
  readonly dialog: Locator;
  readonly phone: Locator;
  /** The field for the receipt of M-PESA's SMS. */
  readonly receipt: Locator;
  /** The cross in the corner. */
  readonly cross: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByRole("dialog");
    this.phone = this.dialog.getByLabel(/^(M-PESA phone number|Nambari ya simu ya M-PESA)$/);
    this.receipt = this.dialog.getByRole("textbox", { name: /^(M-PESA code|Msimbo wa M-PESA)$/ });
    this.cross = this.dialog.getByRole("button", { name: /^(Close|Funga)$/ }).first();
  }

  /** The shop's button beside an item. */
  shopButton(item: Item = "tea"): Locator {
    const article = this.page.getByRole("article").filter({ hasText: ITEMS[item].heading });
    return article.getByRole("button");
  }

  /** Comes to the shop and presses the button. */
  async open(item: Item = "tea") {
    await this.page.goto("/");
    await this.shopButton(item).click();
    await this.sees("Pay with M-PESA");
  }

  /** Gives a number and asks for the M-PESA prompt. */
  async pay(phone: string) {
    await this.phone.fill(phone);
    await this.dialog.getByRole("button", { name: /^(Pay|Lipa) KES/ }).click();
  }

  /** Pays for an item from the shop to the receipt; the account number. */
  async paid(emulator: Emulator, phone: string): Promise<string> {
    await emulator.script(phone, { customer: { pays: { after_ms: 3_000 } } });
    await this.open();
    await this.pay(phone);
    await this.sees("Check your phone.");
    const account = await this.fact("Account no.");
    await this.sees("Payment received.");
    return account;
  }

  /** Goes from the form to the Pay Bill or till screen; what has to be typed there, by step. */
  async payByHand(): Promise<Record<string, string>> {
    await this.press(/^Pay with (Paybill|Buy Goods)/);
    return this.steps();
  }

  /** The same where money may be on its way: after having looked whether it has left. */
  async payByHandAnyway(button: string | RegExp = /^Pay with (Paybill|Buy Goods)/): Promise<Record<string, string>> {
    await this.press(button);
    await this.sees("You may already have paid.");
    await this.press(/^I have not paid\. Pay with /);
    await this.says("You may already have paid.");
    return this.steps();
  }

  private async steps(): Promise<Record<string, string>> {
    await this.sees(/^Pay with (Paybill|Buy Goods)/);
    const lines = this.dialog.getByRole("listitem").filter({ has: this.page.getByRole("button") });
    const typed = await lines.evaluateAll((items) =>
      items.map(({ children: [label, value] }) => [label!.textContent, value!.firstElementChild!.textContent]));
    return Object.fromEntries(typed);
  }

  /** Says that it was paid, and types a receipt. */
  async typeReceipt(receipt: string) {
    await this.press("I have paid");
    await this.sees("Enter your M-PESA code.");
    await this.receipt.fill(receipt);
    await this.press("Check the code");
  }

  /** The screen with this headline is there, and the dialog is named after it. */
  async sees(headline: string | RegExp, wait: { timeout?: number } = {}) {
    const name = typeof headline === "string" ? { name: headline, exact: true } : { name: headline };
    await expect(this.dialog.getByRole("heading", { level: 2, ...name })).toBeVisible(wait);
    await expect(this.page.getByRole("dialog", name)).toBeVisible();
  }

  async says(text: string | RegExp) {
    await expect(this.dialog).toContainText(text);
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  }

  async press(name: string | RegExp) {
    await this.button(name).click();
  }

  /** The value beside a label: the amount, the receipt, the account number. */
  async fact(label: string): Promise<string> {
    const term = this.page.getByRole("term").filter({ hasText: label });
    const value = this.dialog.locator("dl > div").filter({ has: term }).getByRole("definition");
    await expect(value).not.toBeEmpty();
    return value.evaluate((definition) => (definition.firstChild?.textContent ?? "").trim());
  }

  /** By how many pixels the dialog, or anything in it, is wider than what is seen of it. */
  async overflow(): Promise<number> {
    return this.dialog.evaluate((dialog) => {
      const right = dialog.getBoundingClientRect().right;
      const beyond = [...dialog.querySelectorAll("*")].map((element) => element.getBoundingClientRect().right - right);
      return Math.max(0, dialog.scrollWidth - dialog.clientWidth, ...beyond);
    });
  }
}
