import { ITEMS } from "../checkout";
import { expect, test } from "../story";

test("a customer pays from the shop and sees the receipt of M-PESA's SMS", { tag: "@desktop" }, async ({
  shop, handset, emulator, number, keep, consoleErrors,
}) => {
  const msisdn = number();
  await handset.turnOn(msisdn);

  await shop.page.goto("/");
  await keep("shop");
  await shop.open("tea");
  expect(await shop.fact("Amount")).toBe("KES 150");
  expect(await shop.fact("Shop")).toBe("Duka la Mtaa");
  expect(await shop.fact("For")).toBe(ITEMS.tea.heading);
  await keep("pays-1-phone-number");

  await shop.pay(`0${msisdn.slice(3)}`);
  await shop.sees("Check your phone.");
  await shop.says("Enter your PIN in the M-PESA prompt to pay KES 150 to Duka la Mtaa.");
  await shop.says(/Time left: \d+ seconds/);
  const account = await shop.fact("Account no.");
  await expect(handset.prompt).toContainText(account);
  await keep("pays-2-check-your-phone");
  await keep("pays-3-handset", handset.page);

  await handset.enterPin();
  await shop.sees("Payment received.");
  const receipt = await shop.fact("M-PESA code");
  expect(receipt).toBe(await handset.receipt());
  await keep("pays-4-paid");

  const moved = { receipt, amount_kes: 150, msisdn, account_reference: account };
  expect(await emulator.ledger(msisdn)).toEqual([expect.objectContaining(moved)]);

  await shop.press("Done");
  await expect(shop.dialog).toBeHidden();
  await expect(shop.shopButton("tea")).toBeFocused();
  expect(consoleErrors).toEqual([]);
});

test("the next opening after a payment starts a new one", async ({ shop, number }) => {
  await shop.open("card");
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await shop.press("Done");
  await shop.shopButton("card").click();
  await shop.sees("Pay with M-PESA");
  await expect(shop.phone).toHaveValue("");
});

test("two items on one page are two payments", async ({ shop, number, emulator }) => {
  const msisdn = number("0000");
  for (const item of ["kiondo", "card"] as const) {
    await shop.open(item);
    await shop.pay(msisdn);
    await shop.sees("Payment received.");
    expect(await shop.fact("Amount")).toBe(ITEMS[item].price);
    await shop.press("Done");
  }
  const amounts = (await emulator.ledger(msisdn)).map((entry) => entry.amount_kes);
  expect(amounts.sort()).toEqual([1500, 50]);
});
