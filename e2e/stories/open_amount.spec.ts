// A shop that takes any amount: its payment link asks for it, without JavaScript.

import { type APIRequestContext, type Page } from "@playwright/test";
import { findings } from "../axe";
import { MALIPO_URL, secret } from "../stack";
import { expect, test } from "../story";

const LINK = "changa";

/** Makes the shop, unless another project's run has; the link that its dashboard shows for any amount. */
async function link(request: APIRequestContext): Promise<string> {
  const admin = { headers: { Authorization: `Bearer ${secret("ADMIN_KEY")}` } };
  const merchants = `${MALIPO_URL}/v1/admin/merchants`;
  const data = {
    LINK_ID: LINK, SHOP_NAME: "Duka la Changa", SHOP_CONTACT: "0700 000 003", PAYBILL: "600888",
    DARAJA_CONSUMER_KEY: "another-consumer-key", DARAJA_CONSUMER_SECRET: "another-consumer-secret",
    DARAJA_PASSKEY: "passkey-of-600888", OPEN_AMOUNT: { min_kes: 10, max_kes: 5000 }, OPEN_DESCRIPTION: "Harambee",
  };
  const made = await request.post(merchants, { ...admin, data });
  expect([200, 422]).toContain(made.status());
  const { key } = await (await request.post(`${merchants}/${LINK}/keys`, { ...admin, data: {} })).json();
  const headers = { Authorization: `Bearer ${key}` };
  const items = await request.get(`${MALIPO_URL}/v1/merchant/items`, { headers });
  const { open_amount } = await items.json();
  return open_amount.pay_url;
}

async function sees(page: Page, heading: string) {
  await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeVisible();
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the dashboard's link for any amount asks for it, and pays it", { tag: "@desktop" }, async ({
    page, request, number, emulator, keep,
  }) => {
    const phone = number("0000");
    await page.goto(await link(request));
    await sees(page, "How much do you want to pay?");
    await expect(page.getByText("Whole shillings, from KES 10 to KES 5,000.")).toBeVisible();
    await keep("plain/amount");
    const amount = page.getByLabel("Amount in KES");
    const go = page.getByRole("button", { name: "Continue" });
    for (const [typed, says] of [
      ["", "Enter the amount."], ["9", "Enter an amount from KES 10 to KES 5,000."], ["5,001", "Enter an amount from KES 10"],
      ["50.50", "M-PESA takes whole shillings only"], ["fifty", "Use digits only"], ["\"><b>", "Use digits only"],
    ] as const) {
      await amount.fill(typed);
      await go.click();
      await expect(page.getByRole("alert")).toContainText(says);
      await expect(amount).toHaveValue(typed);
      await expect(amount).toHaveAttribute("aria-invalid", "true");
    }
    await keep("plain/amount-wrong");
    await page.getByRole("button", { name: "Kiswahili" }).click();
    await sees(page, "Ungependa kulipa kiasi gani?");
    await expect(page.getByRole("alert")).toContainText("Tumia tarakimu pekee");
    await expect(page.getByLabel("Kiasi kwa KES")).toHaveValue("\"><b>");
    await page.getByRole("button", { name: "English" }).click();
    await amount.fill("50");
    await go.click();
    await expect(page.getByRole("definition").filter({ hasText: /^KES 50$/ })).toBeVisible();
    await page.getByLabel("M-PESA phone number").fill(phone);
    await page.getByRole("button", { name: "Pay KES 50" }).click();
    await sees(page, "Payment received.");
    expect(new URL(page.url()).pathname).toContain(`/m/${LINK}/pay/p/`);
    expect((await emulator.ledger(phone)).map(({ amount_kes }) => amount_kes)).toEqual([50]);
  });
});

test("the page of the amount is for everyone", async ({ page, request }) => {
  const address = await link(request);
  for (const [query, heading] of [["?lang=en", "How much do you want to pay?"], ["?lang=sw&amount=x", "Ungependa kulipa kiasi gani?"]] as const)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address + query);
      await sees(page, heading);
      expect(await findings(page, colorScheme == "dark"), query).toEqual([]);
    }
});
