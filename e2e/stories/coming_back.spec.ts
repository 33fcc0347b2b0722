// A page that is opened again: where its payment stands is beside the button at once, and the page hears of it.

import { type Page } from "@playwright/test";
import { ALLOWED, LOADER, visit } from "../elsewhere";
import { sign } from "../order";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

const line = (page: Page) => page.locator("malipo-checkout").first().getByRole("status").first();
const button = (page: Page) => page.locator("malipo-checkout").first().getByRole("button", { name: "Pay with M-PESA" });

/** What the page hears from now on, over reloads. */
async function heard(page: Page): Promise<string[]> {
  const names: string[] = [];
  await page.exposeFunction("hear", (name: string) => names.push(name));
  await page.addInitScript(() => {
    for (const name of ["prompted", "paid", "declined", "error"])
      document.addEventListener(`malipo:${name}`, () => (window as unknown as { hear(name: string): void }).hear(name));
  });
  return names;
}

test("a reload while the PIN is typed: the line beside the button tells of it, and turns to paid", { tag: "@desktop" }, async ({
  page, shop, handset, emulator, number, keep,
}) => {
  const names = await heard(page);
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  names.length = 0;
  await page.reload();
  await expect(line(page)).toHaveText("Check your phone.");
  await keep("beside-the-button");
  expect(names).toEqual(["prompted"]);
  await handset.enterPin();
  await expect(line(page)).toHaveText("Payment received.");
  expect(names).toEqual(["prompted", "paid"]);
  await expect(shop.dialog).toBeHidden();
  await shop.shopButton().click();
  await shop.sees("Payment received.");
  await shop.press("Done");
  await expect(line(page)).toBeHidden();
  await shop.shopButton().click();
  await shop.sees("Pay with M-PESA");
  expect(await emulator.pushes(msisdn)).toBe(1);
});

test("the dialog is closed while the PIN is typed: the line tells of it", async ({ page, shop, handset, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await expect(line(page)).toBeHidden();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await shop.cross.click();
  await expect(line(page)).toHaveText("Check your phone.");
  await line(page).click();
  await shop.sees("Check your phone.");
  await handset.enterPin();
  await shop.sees("Payment received.");
});

test("what is paid in one tab is beside the button of the other", async ({ page, shop, context, number }) => {
  await page.goto("/");
  const other = await context.newPage();
  await other.goto("/");
  await expect(button(other)).toBeVisible();
  await shop.open();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await expect(line(other)).toHaveText("Payment received.");
});

test("a signed order is known on any page that has it", async ({ page, shop, context, number }) => {
  const tag = `${LOADER} data-order="${sign({ amount: 150 })}" data-lang="en"></script>`;
  await visit(page, ALLOWED, tag);
  await button(page).click();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  const other = await context.newPage();
  await visit(other, ALLOWED, tag);
  await expect(line(other)).toHaveText("Payment received.");
});

const thanked = `${LOADER} data-item="tea" data-lang="en" data-thanks="/thanks.html"></script>`;
const hasThanks = (page: Page) =>
  page.route("**/thanks.html*", (route) => route.fulfill({ contentType: "text/html", body: "<h1>Thank you</h1>" }));
const led = /\/thanks\.html\?payment_id=pay_/;

test("the page leads on after paying", async ({ page, shop, number }) => {
  await hasThanks(page);
  await visit(page, ALLOWED, thanked);
  await button(page).click();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await expect(page).toHaveURL(led);
  // The next purchase is another one.
  await visit(page, ALLOWED, thanked);
  await button(page).click();
  await shop.sees("Pay with M-PESA");
});

test("a page that comes back to a paid payment leads on too", async ({ page, shop, handset, number }) => {
  await hasThanks(page);
  const msisdn = number();
  await handset.turnOn(msisdn);
  await visit(page, ALLOWED, thanked);
  await button(page).click();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await page.goto("about:blank");
  await handset.enterPin();
  await handset.receipt();
  await visit(page, ALLOWED, thanked);
  await expect(page).toHaveURL(led);
});

test("the plain page leads on to the shop's page, and to nobody else's", async ({ page, number }) => {
  await hasThanks(page);
  const pays = async (thanks: string) => {
    await page.goto(`${MALIPO_URL}/pay/tea?lang=en&thanks=${encodeURIComponent(thanks)}`);
    await page.getByLabel("M-PESA phone number").fill(number("0000"));
    await page.getByRole("button", { name: "Pay KES 150" }).click();
  };
  await pays("https://evil.example/thanks.html");
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
  await expect(page.getByRole("link", { name: "Continue" })).toHaveCount(0);
  await pays(`${ALLOWED}/thanks.html`);
  await expect(page).toHaveURL(led);
});
