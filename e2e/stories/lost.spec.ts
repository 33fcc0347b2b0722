import { expect, test } from "../story";

test("a callback that never comes: the Worker asks M-PESA itself", async ({ shop, emulator, number, keep }) => {
  const msisdn = number();
  // Neither of the two ways in which M-PESA tells of money.
  const lost = { copies: 0 };
  await emulator.script(msisdn, { customer: { pays: { after_ms: 2_000 } }, callback: lost, echo: lost });
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await expect(shop.dialog.getByRole("heading", { name: "No M-PESA prompt on your phone?" })).toBeVisible({ timeout: 30_000 });
  await keep("hints");
  await shop.sees("Payment received.", { timeout: 60_000 });
  await shop.says("Your M-PESA code is in the SMS.");
  await keep("paid-without-receipt");
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("the network is lost while the customer pays, and comes back to paid", { tag: "@desktop" }, async ({
  shop, handset, network, number, keep,
}) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await network.lose();
  const lost = shop.dialog.getByText("No answer yet. We keep trying…");
  await expect(lost).toBeVisible();
  await keep("no-connection");
  await handset.enterPin();
  await shop.sees("Check your phone.");
  await network.find();
  await shop.sees("Payment received.");
  await expect(lost).toBeHidden();
});

test("a device without a network is told at once, and again when it is back", async ({ shop, context, handset, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  const lost = shop.dialog.getByText("No answer yet. We keep trying…");
  await context.setOffline(true);
  await expect(lost).toBeVisible();
  await context.setOffline(false);
  await expect(lost).toBeHidden();
  await handset.enterPin();
  await shop.sees("Payment received.");
});

test("a request whose answer the page lost rings the phone once", async ({ shop, handset, page, emulator, number }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await page.route("**/v1/payments?**", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  await handset.enterPin();
  await shop.sees("Payment received.");
  expect(await emulator.pushes(msisdn)).toBe(1);
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("a push whose answer is lost is not sent again", async ({ shop, emulator, number, keep }) => {
  const msisdn = number();
  await emulator.script(msisdn, { submit: ["lose"], customer: { pays: { after_ms: 6_000 } } });
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("We are still checking with M-PESA.");
  await shop.says("Please do not pay again; this page will update.");
  await expect(shop.button(/^Try again/)).toHaveCount(0);
  await keep("confirming");
  await shop.sees("Payment received.");
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

test("without a network the checkout says so, and opens when it is back", async ({ shop, context, number, keep }) => {
  // Who saves data has fetched nothing before the button was pressed.
  await context.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  await shop.page.goto("/");
  await context.setOffline(true);
  await shop.shopButton().click();
  await expect(shop.shopButton()).toHaveText("Use the simple page");
  await keep("could-not-be-loaded");
  await context.setOffline(false);
  await expect(shop.shopButton()).toHaveText("Pay with M-PESA");
  await shop.shopButton().click();
  await shop.sees("Pay with M-PESA");
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
});
