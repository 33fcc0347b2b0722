import { expect, test } from "../story";

test("a firewall's page in place of M-PESA's answer: busy, with a wait", async ({ shop, emulator, number, keep }) => {
  const msisdn = number();
  await emulator.script(msisdn, "firewall_403");
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("M-PESA is busy.");
  await shop.says(/You can try again in \d+ seconds?\./);
  await expect(shop.button(/^Try again in \d+ seconds?$/)).toBeDisabled();
  await keep("system-busy");
  await emulator.script(msisdn, "pays");
  await expect(shop.button("Try again")).toBeEnabled({ timeout: 40_000 });
  await shop.says("You can try again now.");
  await shop.press("Try again");
  await shop.sees("Payment received.");
});

test("a mistake in the shop's set-up leads to the shop, not to another try", { tag: "@desktop" }, async ({
  shop, emulator, number, keep,
}) => {
  const msisdn = number();
  const refuse = { status: 400, code: "400.002.02", message: "Bad Request - Invalid TransactionType" };
  await emulator.script(msisdn, { submit: [{ refuse }] });
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("The shop's M-PESA set-up has a problem.");
  const account = await shop.fact("Account no.");
  expect(account).toMatch(/^M[0-9A-Z]{10}$/);
  expect(await shop.fact("Contact the shop")).toBe("the shop at the market gate");
  await shop.says(`You have not been charged. Contact the shop and give them account no. ${account}.`);
  await expect(shop.button(/^Try again|^Use another number|^Pay with/)).toHaveCount(0);
  await keep("shop-set-up");
});

test("a spike of requests at M-PESA delays the prompt and no more", async ({ shop, emulator, number }) => {
  const msisdn = number("0429");
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Payment received.");
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});

for (const { ending, what } of [
  { ending: "0222", what: "a callback that comes twice" },
  { ending: "0111", what: "a callback that comes before the push's answer" },
]) {
  test(`${what} is one payment`, async ({ shop, emulator, number }) => {
    const msisdn = number(ending);
    await shop.open();
    await shop.pay(msisdn);
    await shop.sees("Payment received.");
    expect(await shop.fact("Amount")).toBe("KES 150");
    expect(await emulator.ledger(msisdn)).toHaveLength(1);
  });
}
