// `Handset`: the customer's phone, the emulator's page /phone, used like a person.

import { expect, type Locator, type Page } from "@playwright/test";
import { EMULATOR_URL } from "./stack";

export class Handset {
  readonly prompt: Locator;
  readonly messages: Locator;

  constructor(readonly page: Page) {
    this.prompt = page.getByRole("dialog", { name: "Payment request" });
    this.messages = page.getByRole("log").getByRole("listitem");
  }

  async turnOn(msisdn: string) {
    await this.page.goto(`${EMULATOR_URL}/phone?msisdn=${msisdn}`);
  }

  async enterPin(pin = "1234") {
    await this.prompt.getByLabel("M-PESA PIN").fill(pin);
    await this.prompt.getByRole("button", { name: "Send" }).click();
    await expect(this.prompt).toBeHidden();
  }

  async cancel() {
    await this.prompt.getByRole("button", { name: "Cancel" }).click();
    await expect(this.prompt).toBeHidden();
  }

  /** The receipt number that the newest message begins with. */
  async receipt(): Promise<string> {
    const message = this.messages.filter({ hasText: "Confirmed." }).first();
    const [receipt = ""] = ((await message.textContent()) ?? "").split(" ");
    expect(receipt).toMatch(/^[A-Z0-9]{10}$/);
    return receipt;
  }
}
