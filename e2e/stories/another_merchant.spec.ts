// A second merchant of the same Worker: its button, its pinned button and its plain pages are its own.

import { type APIRequestContext } from "@playwright/test";
import { ALLOWED, visit } from "../elsewhere";
import { MALIPO_URL, secret } from "../stack";
import { expect, test } from "../story";

const BASE = `${MALIPO_URL}/m/pili`;

async function make(request: APIRequestContext) {
  const headers = { Authorization: `Bearer ${secret("ADMIN_KEY")}` };
  const data = {
    LINK_ID: "pili", SHOP_NAME: "Duka la Pili", SHOP_CONTACT: "0700 000 002", PAYBILL: "600777", MERCHANT_ORIGINS: ALLOWED,
    DARAJA_CONSUMER_KEY: "another-consumer-key", DARAJA_CONSUMER_SECRET: "another-consumer-secret",
    DARAJA_PASSKEY: "passkey-of-600777", ITEMS: [{ id: "chai", amount_kes: 120, description: "Chai" }],
  };
  const made = await request.post(`${MALIPO_URL}/v1/admin/merchants`, { headers, data });
  // Another project's run may have made it already.
  expect([200, 422]).toContain(made.status());
}

test.beforeEach(({ request }) => make(request));

test("its loader pays its shop, pinned or not", { tag: "@desktop" }, async ({ page, shop, request, number }) => {
  const pinned = (await (await request.get(`${BASE}/embed.json`)).json()).src;
  for (const src of [`${BASE}/malipo.js`, MALIPO_URL + pinned]) {
    await visit(page, ALLOWED, `<script src="${src}" data-item="chai"></script>`);
    await page.getByRole("button", { name: "Pay with M-PESA" }).click();
    await shop.phone.fill(number("0000"));
    const asked = page.waitForRequest((request) => request.method() == "POST");
    await shop.press("Pay KES 120");
    expect((await asked).url()).toContain(`${BASE}/v1/payments`);
    await shop.sees("Payment received.");
    await shop.press("Done");
  }
});

test("its payment link stays below its own address", async ({ page, number }) => {
  await page.goto(`${BASE}/pay/chai?lang=en`);
  await expect(page).toHaveTitle(/Duka la Pili/);
  await page.getByLabel("M-PESA phone number").fill(number("0000"));
  await page.getByRole("button", { name: "Pay KES 120" }).click();
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
  expect(new URL(page.url()).pathname).toMatch(/^\/m\/pili\/pay\/p\/pay_pili_/);
});

test("its payment links that cannot be used lead to its own phone", async ({ page }) => {
  for (const address of [`${BASE}/pay/nothing?lang=sw`, `${BASE}/pay/?lang=sw`]) {
    await page.goto(address);
    const contact = page.getByRole("definition").getByRole("link", { name: "0700 000 002" });
    await expect(contact, address).toHaveAttribute("href", "tel:+254700000002");
  }
});
