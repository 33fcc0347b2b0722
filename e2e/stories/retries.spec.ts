import { expect, test } from "../story";

test("a cancelled prompt keeps the basket, and the next one is paid", { tag: "@desktop" }, async ({
  shop, handset, emulator, number, keep,
}) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open("kiondo");
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  const account = await shop.fact("Account no.");
  await handset.cancel();
  await shop.sees("The prompt was cancelled on the phone.");
  await shop.says("You have not been charged.");
  await keep("cancelled");

  await shop.press("Try again");
  await shop.sees("Check your phone.");
  expect(await shop.fact("Amount")).toBe("KES 1,500");
  expect(await shop.fact("Account no.")).toBe(account);
  await handset.enterPin();
  await shop.sees("Payment received.");
  const moved = { amount_kes: 1500, account_reference: account };
  expect(await emulator.ledger(msisdn)).toEqual([expect.objectContaining(moved)]);
});

test("a wrong PIN is told, and the right one pays", async ({ shop, handset, emulator, number, keep }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await handset.enterPin("9876");
  await shop.sees("The PIN was not right.");
  await shop.says("You have not been charged.");
  await keep("wrong-pin");
  await shop.press("Try again");
  await handset.enterPin();
  await shop.sees("Payment received.");
  expect(await shop.fact("M-PESA code")).toBe(await handset.receipt());
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("who has too little money tops up and pays", async ({ shop, emulator, number, keep }) => {
  const msisdn = number();
  await emulator.script(msisdn, "insufficient_balance");
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Not enough M-PESA balance.");
  await shop.says("You have not been charged. Top up, then try again.");
  await keep("insufficient-balance");
  await emulator.script(msisdn, "pays");
  await shop.press("Try again");
  await shop.sees("Payment received.");
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("another number pays what the first one could not", async ({ shop, emulator, number }) => {
  const [locked, other] = [number("8006"), number("0000")];
  await shop.open();
  await shop.pay(locked);
  await shop.sees("Your M-PESA PIN is locked.");
  await shop.press("Use another number");
  await shop.pay(other);
  await shop.sees("Payment received.");
  expect(await emulator.ledger(locked)).toHaveLength(0);
  expect(await emulator.ledger(other)).toHaveLength(1);
});
