// `Payer`: a customer who pays wherever the page leads: in the checkout on it, in a frame of it, or on the simple page. What
// is looked for has the same names everywhere.

import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

/** A rule of the product: after a press nobody waits longer for something to go on with. */
export const FIVE_SECONDS = 5_000;

/** The simple page of the tea. */
const SIMPLE = /\/pay\/(tea\b|\?(.*&)?item=tea\b)/;

export class Payer {
  /** The shop's button. */
  readonly button: Locator;
  /** The form's, which is there with the price. */
  readonly send: Locator;
  readonly wayOut: Locator;
  readonly received: Locator;
  /** The sentence while no answer comes. */
  readonly cutOff: Locator;

  constructor(readonly page: Page, private readonly place: Page | FrameLocator = page) {
    this.button = place.getByRole("button", { name: "Pay with M-PESA" }).first();
    this.send = place.getByRole("button", { name: "Pay KES 150" });
    const out = { name: "Use the simple page" };
    this.wayOut = place.getByRole("link", out).or(place.getByRole("button", out)).first();
    this.received = this.heading("Payment received.");
    this.cutOff = place.getByText("No answer yet. We keep trying…").first();
  }

  heading(name: string): Locator {
    return this.place.getByRole("heading", { name, exact: true });
  }

  /** Presses the shop's button, which can be read. */
  async press() {
    await expect(this.button).toBeVisible();
    await expect(this.button).not.toHaveCSS("font-size", "0px");
    await expect(this.button).not.toHaveCSS("color", "rgba(0, 0, 0, 0)");
    await expect(this.button).toHaveCSS("text-indent", "0px");
    await this.button.click();
  }

  /** Gives a number, key by key, and asks for the PIN request. */
  async asks(phone: string) {
    await expect(this.send).toBeVisible();
    const field = this.place.getByRole("textbox", { name: "M-PESA phone number" });
    await field.fill("");
    await field.pressSequentially(phone);
    await this.send.click();
  }

  async pays(phone: string) {
    await this.asks(phone);
    await expect(this.received).toBeVisible();
  }

  /** What there is to go on with, in time. */
  async offered(): Promise<"form" | "way out"> {
    await expect(this.send.or(this.wayOut).first()).toBeVisible({ timeout: FIVE_SECONDS });
    return (await this.send.isVisible()) ? "form" : "way out";
  }

  /** Takes the way out, in this tab or another; the customer on the simple page. */
  async leaves(): Promise<Payer> {
    const here = this.page.waitForURL(SIMPLE).then(() => this.page);
    const beside = this.page.waitForEvent("popup");
    await this.wayOut.click();
    const page = await Promise.race([here, beside]);
    await expect(page).toHaveURL(SIMPLE);
    return new Payer(page);
  }

  /** Pays on the simple page, at most one press away. */
  async paysOnTheSimplePage(phone: string) {
    await expect(this.wayOut).toBeVisible({ timeout: FIVE_SECONDS });
    const simple = await this.leaves();
    await simple.pays(phone);
  }

  /** Follows what is offered until it is paid. */
  async paysSomehow(phone: string) {
    if ((await this.offered()) == "form") {
      await this.asks(phone);
      await expect(this.received.or(this.wayOut).first()).toBeVisible();
      if (await this.received.isVisible()) return;
    }
    await this.paysOnTheSimplePage(phone);
  }
}
