import { Checkout } from "../checkout";
import { expect, test } from "../story";

const ways: Record<string, (shop: Checkout) => Promise<void>> = {
  "the Escape key": (shop) => shop.page.keyboard.press("Escape"),
  "the cross": (shop) => shop.cross.click(),
};

for (const [name, close] of Object.entries(ways)) {
  test(`closed by ${name} while waiting, the same payment is there again`, { tag: "@desktop" }, async ({
    shop, handset, emulator, number,
  }) => {
    const msisdn = number();
    await handset.turnOn(msisdn);
    await shop.open();
    await shop.pay(msisdn);
    await shop.sees("Check your phone.");
    const account = await shop.fact("Account no.");

    await close(shop);
    await expect(shop.dialog).toBeHidden();
    await expect(shop.shopButton()).toBeFocused();

    await shop.shopButton().click();
    await shop.sees("Check your phone.");
    expect(await shop.fact("Account no.")).toBe(account);
    await handset.enterPin();
    await shop.sees("Payment received.");
    expect(await emulator.pushes(msisdn)).toBe(1);
  });
}

test("a reload finds the payment that waits for its PIN", async ({ shop, handset, emulator, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  const account = await shop.fact("Account no.");
  await shop.page.reload();
  await shop.shopButton().click();
  await shop.sees("Check your phone.");
  expect(await shop.fact("Account no.")).toBe(account);
  await handset.enterPin();
  await shop.sees("Payment received.");
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("what is paid while the page is gone is paid when it comes back", async ({ shop, handset, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await shop.page.goto("about:blank");
  await handset.enterPin();
  const receipt = await handset.receipt();
  await shop.page.goto("/");
  await shop.shopButton().click();
  await shop.sees("Payment received.");
  expect(await shop.fact("M-PESA code")).toBe(receipt);
});

test("two tabs of one browser show one payment", async ({ shop, handset, context, emulator, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  const second = new Checkout(await context.newPage());
  await second.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await second.sees("Check your phone.");
  await handset.enterPin();
  await shop.sees("Payment received.");
  await second.sees("Payment received.");
  expect(await emulator.pushes(msisdn)).toBe(1);
});
