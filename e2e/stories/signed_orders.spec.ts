import { type Page } from "@playwright/test";
import { Checkout } from "../checkout";
import { ALLOWED, LOADER, visit } from "../elsewhere";
import { reference, sign } from "../order";
import { expect, test } from "../story";

/** A page of the shop's that asks for this order. */
async function ask(page: Page, order: string) {
  await visit(page, ALLOWED, `${LOADER} data-order="${order}"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
}

test("a signed order is one payment on two devices, and paid on both", { tag: "@desktop" }, async ({
  page, browser, shop, handset, emulator, number, keep, consoleErrors,
}) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  const order = { reference: reference("INV"), amount: 300, description: "Two tickets" };
  const other = new Checkout(await (await browser.newContext()).newPage());
  await ask(page, sign(order));
  await shop.sees("Pay with M-PESA");
  expect(await shop.fact("For")).toBe("Two tickets");
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  const account = await shop.fact("Account no.");

  // The other device has loaded the page later, so its token is another.
  await ask(other.page, sign({ ...order, iat: Math.floor(Date.now() / 1000) - 1 }));
  await other.sees("Check your phone.");
  expect(await other.fact("Account no.")).toBe(account);
  await handset.enterPin();
  await shop.sees("Payment received.");
  await other.sees("Payment received.");
  expect(await other.fact("M-PESA code")).toBe(await shop.fact("M-PESA code"));
  expect(await emulator.pushes(msisdn)).toBe(1);

  // Whoever opens it again sees that it is paid, and is not asked for money.
  await shop.press("Done");
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("Payment received.");
  await keep("signed-order-paid");
  expect(consoleErrors).toEqual([]);
  await other.page.context().close();
});

test("an expired order says so, and offers no second try", async ({ page, shop, keep }) => {
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  await ask(page, sign({ iat: now - 2 * hour, exp: now - hour }));
  await shop.sees("This order has expired.");
  await shop.says("Reload the shop's page.");
  await expect(shop.button(/^Try again|^Start again/)).toHaveCount(0);
  await keep("signed-order-expired");
});

test("an order that nobody at the shop has signed leads to the shop", async ({ page, shop, keep }) => {
  await ask(page, sign({ amount: 1 }, "k".repeat(64)));
  await shop.sees("There is a problem with this order.");
  await shop.says("give them the error code INVALID_ORDER");
  await expect(shop.dialog.locator(".actions").getByRole("button").first()).toHaveText("Close");
  await keep("signed-order-invalid");
});

test("a paid reference with another amount leads to the shop", async ({ page, shop, emulator, number }) => {
  const order = { reference: reference("INV"), amount: 120 };
  await ask(page, sign(order));
  const { "Enter account no.": account_reference } = await shop.payByHand();
  await emulator.payByHand({ msisdn: number(), account_reference, amount_kes: 120 });
  await shop.sees("Payment received.");
  await ask(page, sign({ ...order, amount: 130, iat: Math.floor(Date.now() / 1000) + 1 }));
  await shop.sees("There is a problem with this order.");
  await shop.says("give them the error code REFERENCE_PAID");
});

test("a page that names an order and an item is told", async ({ page, consoleErrors }) => {
  await visit(page, ALLOWED, `${LOADER} data-item="tea" data-order="${sign({})}"></script>`);
  const button = page.getByRole("button", { name: "Malipo: item and order: give one" });
  await expect(button).toBeDisabled();
  expect(consoleErrors).toContain("Malipo: item and order: give one");
});
