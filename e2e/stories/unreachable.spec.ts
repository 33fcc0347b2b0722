import { expect, test } from "../story";

test("an unreachable phone leads to the Pay Bill numbers, and to another try after its wait", { tag: "@desktop" }, async ({
  shop, context, emulator, number, keep,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const msisdn = number();
  await emulator.script(msisdn, "unreachable");
  await shop.open("kiondo");
  await shop.pay(msisdn);
  await shop.sees("Check your phone.");
  const account = await shop.fact("Account no.");

  await shop.sees("We could not reach your phone.");
  await shop.says("As far as M-PESA has told us, you have not been charged.");
  const later = shop.button(/^Try again in (\d+ seconds?|1 minute)$/);
  await expect(later).toBeDisabled();
  await keep("unreachable");

  await shop.press("Pay by Pay Bill");
  await shop.sees("Pay by Pay Bill");
  await shop.says("If a PIN request appears now, cancel it.");
  const typed = [
    { step: "Enter business no.", shown: "174379", copied: "174379" },
    { step: "Enter account no.", shown: account, copied: account },
    { step: "Enter amount", shown: "KES 1,500", copied: "1500" },
  ];
  for (const { step, shown, copied } of typed) {
    const line = shop.dialog.getByRole("listitem").filter({ hasText: step });
    await expect(line).toContainText(shown);
    await line.getByRole("button", { name: `Copy: ${step}` }).click();
    await expect(line.getByRole("button")).toHaveText("Copied");
    expect(await shop.page.evaluate(() => navigator.clipboard.readText())).toBe(copied);
  }
  await keep("pay-bill");

  await shop.press("Back");
  await expect(later).toBeDisabled();
  await expect(shop.button("Try again")).toBeEnabled({ timeout: 70_000 });
  await emulator.script(msisdn, "pays");
  await shop.press("Try again");
  await shop.sees("Payment received.");
  expect(await emulator.pushes(msisdn)).toBe(2);
  expect(await emulator.ledger(msisdn)).toHaveLength(1);
});
