// While nobody knows whether the customer has paid, the way to pay by hand leads past a question.

import { type Page } from "@playwright/test";
import { type Emulator } from "../emulator";
import { expect, test } from "../story";

/** The push's answer is lost, and no word of the payment comes. */
async function losesEverything(emulator: Emulator, msisdn: string) {
  await emulator.script(msisdn, { submit: ["lose"], customer: "silent", callback: { copies: 0 }, echo: { copies: 0 } });
}

test("a request of unknown fate: what to look at first, then the steps with a warning", { tag: "@desktop" }, async ({
  shop, emulator, number, keep,
}) => {
  const msisdn = number();
  await losesEverything(emulator, msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("We are still checking with M-PESA.");
  await shop.says("Please do not pay again");
  await expect(shop.button(/Pay |pay with/)).toHaveCount(0);

  const question = "I have no M-PESA SMS";
  await shop.press(question);
  await shop.sees("You may already have paid.");
  await shop.says("Your SMS from MPESA, and your balance.");
  await expect(shop.dialog.getByText("Enter business no.")).toBeHidden();
  await keep("may-have-paid");
  await shop.press("Back");
  await shop.sees("We are still checking with M-PESA.");

  const { "Enter account no.": account_reference } = await shop.payByHandAnyway(question);
  await shop.says("Look first, so that you do not pay twice.");
  await keep("by-hand-in-doubt");
  await shop.press("Kiswahili");
  await shop.says("Huenda umeshalipa.");
  await shop.press("English");
  // Coming back begins at the question again.
  await shop.page.reload();
  await shop.shopButton("tea").click();
  await shop.sees("We are still checking with M-PESA.");
  await emulator.payByHand({ msisdn, account_reference, amount_kes: 150 });
  await shop.sees("Payment received.");
});

test("a page that lost the answer to its request does not send the customer to Pay Bill", async ({ shop, page, number }) => {
  await shop.open();
  await page.route("**/v1/payments?**", (route) => route.abort());
  await shop.pay(number("0000"));
  await shop.says("There was no answer.");
  await shop.press("Pay with Paybill");
  await shop.sees("You may already have paid.");
  await expect(shop.dialog.getByText("Enter business no.")).toBeHidden();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  async function sees(page: Page, heading: string) {
    await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeVisible();
  }

  test("the plain page asks the same, whatever its address names", async ({ page, emulator, number, keep }) => {
    const msisdn = number();
    await losesEverything(emulator, msisdn);
    await page.goto("/pay/tea?lang=en");
    await page.getByLabel("M-PESA phone number").fill(msisdn);
    await page.getByRole("button", { name: /^Pay KES/ }).click();
    await sees(page, "We are still checking with M-PESA.");
    await expect(page.getByRole("button", { name: /Pay |pay with/ })).toHaveCount(0);
    const payment = page.url().split("?")[0];
    await page.goto(`${payment}?lang=en&pane=by_hand`);
    await sees(page, "You may already have paid.");
    await expect(page.getByText("Enter business no.")).toHaveCount(0);
    await keep("plain/may-have-paid");
    await page.goto(`${payment}?lang=en&pane=number`);
    await sees(page, "We are still checking with M-PESA.");
    await page.getByRole("button", { name: "I have no M-PESA SMS" }).click();
    await page.getByRole("button", { name: "I have not paid. Pay with Paybill" }).click();
    await sees(page, "Pay with Paybill");
    await expect(page.getByText(/^You may already have paid\. /)).toBeVisible();
    await keep("plain/by-hand-in-doubt");
  });
});
