import { LONG_AGO_MS } from "../emulator";
import { TILL_URL } from "../stack";
import { expect, test } from "../story";

test("money paid by hand turns the screen to paid by itself", { tag: "@desktop" }, async ({ shop, emulator, number, keep }) => {
  await shop.open("tea");
  const typed = await shop.payByHand();
  expect(typed).toMatchObject({ "Enter business no.": "174379", "Enter amount": "KES 150" });
  await shop.says("This page updates as soon as your payment arrives.");
  await keep("by-hand-1-pay-bill");
  const account = typed["Enter account no."]!.toLowerCase(); // as people type it
  const receipt = await emulator.payByHand({ msisdn: number(), account_reference: account, amount_kes: 150 });
  await shop.sees("Payment received.");
  expect(await shop.fact("M-PESA code")).toBe(receipt);
  expect(await shop.fact("Amount")).toBe("KES 150");
});

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
  await shop.says("M-PESA has not reported a charge. If you get an SMS, keep it.");
  const later = shop.button(/^Try again in (\d+ seconds?|1 minute)$/);
  await expect(later).toBeDisabled();
  await keep("unreachable");

  await shop.payByHandAnyway();
  await shop.says("If an M-PESA prompt appears now, cancel it.");
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

test("what is left after a part is paid by a request on the phone", async ({ shop, emulator, number, keep }) => {
  const msisdn = number("0000");
  await shop.open("kiondo");
  const { "Enter account no.": account_reference } = await shop.payByHand();
  const receipt = await emulator.payByHand({ msisdn, account_reference, amount_kes: 1000 });
  await shop.sees("We received KES 1,000 of KES 1,500.");
  await shop.says("Pay the remaining KES 500.");
  expect(await shop.fact("M-PESA code")).toBe(receipt);
  await keep("part-paid");
  await shop.press("Kiswahili");
  await shop.sees("Tumepokea KES 1,000 kati ya KES 1,500.");
  await keep("part-paid-sw");
  await shop.press("English");
  await shop.press("Pay the remaining KES 500");
  expect(await shop.fact("Amount")).toBe("KES 500");
  await shop.pay(msisdn);
  await shop.sees("Payment received.");
  expect(await shop.fact("Amount")).toBe("KES 1,500");
  const moved = (await emulator.ledger(msisdn)).map((entry) => entry.amount_kes);
  expect(moved.sort()).toEqual([1000, 500]);
});

test("too much is paid, and said", async ({ shop, emulator, number, keep }) => {
  await shop.open("card");
  const { "Enter account no.": account_reference } = await shop.payByHand();
  await emulator.payByHand({ msisdn: number(), account_reference, amount_kes: 80 });
  await shop.sees("Payment received, and KES 30 too much.");
  await shop.says("The shop has been told.");
  expect(await shop.fact("Amount")).toBe("KES 80");
  await keep("overpaid");
});

const wrong = [
  { typed: "", says: "Enter the M-PESA code from the SMS." },
  { typed: "TKL7XA", says: "This is not an M-PESA code." },
  { typed: "0700 000 000", says: "This is not an M-PESA code." },
];

test("a receipt that cannot be one is told beside its field; one that M-PESA does not show is looked for", async ({
  shop, emulator, number, keep,
}) => {
  await shop.open("tea");
  const { "Enter account no.": account_reference } = await shop.payByHand();
  await shop.press("I have paid");
  await shop.sees("Enter your M-PESA code.");
  for (const { typed, says } of wrong) {
    await shop.receipt.fill(typed);
    await shop.press("Check the code");
    await expect(shop.dialog.getByRole("alert").filter({ hasText: says })).toBeVisible();
    await expect(shop.receipt).toHaveAttribute("aria-invalid", "true");
    await expect(shop.receipt).toBeFocused();
  }
  await keep("receipt-1-wrong");
  await shop.receipt.fill("");
  await shop.receipt.pressSequentially("tkl7 xa91 qz");
  await expect(shop.receipt).toHaveValue("TKL7XA91QZ");
  await expect(shop.receipt).toHaveAttribute("aria-invalid", "false");
  await shop.receipt.press("Enter");
  await shop.sees("M-PESA has not confirmed code TKL7XA91QZ yet.");
  await shop.says("Compare it with the SMS; we will keep checking.");
  await expect(shop.receipt).toHaveValue("TKL7XA91QZ");
  await keep("receipt-2-not-found");

  // A customer comes back, and is not asked again.
  await shop.page.reload();
  await shop.shopButton("tea").click();
  await shop.sees("M-PESA has not confirmed code TKL7XA91QZ yet.");
  await expect(shop.receipt).toHaveValue("TKL7XA91QZ");
  await emulator.payByHand({ msisdn: number(), account_reference, amount_kes: 150 });
  await shop.sees("Payment received.");
});

test("another customer's receipt pays nothing", async ({ shop, emulator, number }) => {
  await shop.open("card");
  const { "Enter account no.": account_reference } = await shop.payByHand();
  const at_ms = Date.now() - LONG_AGO_MS;
  const receipt = await emulator.payByHand({ msisdn: number(), account_reference, amount_kes: 50, at_ms });
  await shop.sees("Payment received.");
  await shop.press("Done");
  await shop.shopButton("card").click();
  await shop.sees("Pay with M-PESA");
  await shop.payByHand();
  await shop.typeReceipt(receipt);
  await shop.sees(`M-PESA has not confirmed code ${receipt} yet.`);
});

test("who mistyped the account number names the receipt, and it counts", async ({ shop, emulator, number }) => {
  // A push was sent to the number that pays: else the shop decides.
  const msisdn = number();
  await emulator.script(msisdn, "unreachable");
  await shop.open("tea");
  await shop.pay(msisdn);
  await shop.sees("We could not reach your phone.");
  await shop.payByHandAnyway(); // M-PESA may still change its mind about such a request
  const money = { msisdn, account_reference: "HOME", amount_kes: 150, at_ms: Date.now() - LONG_AGO_MS };
  const receipt = await emulator.payByHand(money);
  await emulator.hasReported(receipt);
  await shop.typeReceipt(`${receipt} Confirmed. Ksh150.00 sent to Duka la Mtaa`); // the whole SMS, pasted
  await shop.sees("Payment received.");
  expect(await shop.fact("M-PESA code")).toBe(receipt);
});

test("a large sum under a mistyped account number waits for the shop", async ({ shop, emulator, number, keep }) => {
  await shop.open("kiondo");
  const { "Enter account no.": account } = await shop.payByHand();
  const money = { msisdn: number(), account_reference: "HOME", amount_kes: 1500, at_ms: Date.now() - LONG_AGO_MS };
  const receipt = await emulator.payByHand(money);
  await emulator.hasReported(receipt);
  await shop.typeReceipt(receipt);
  await shop.sees(`The shop will check code ${receipt}.`);
  await shop.says(`Contact the shop and give them account no. ${account}.`);
  await keep("receipt-3-for-the-shop");
  await shop.press("Enter another code");
  await shop.sees("Enter your M-PESA code.");
});

test("a till's payment that nobody reports is given to the shop by its receipt", { tag: "@desktop" }, async ({
  shop, emulator, number, keep,
}) => {
  const msisdn = number();
  await emulator.script(msisdn, "unreachable");
  await shop.page.goto(TILL_URL);
  await shop.shopButton("card").click();
  await shop.pay(msisdn);
  await shop.sees("We could not reach your phone.");
  const typed = await shop.payByHandAnyway();
  expect(typed).toEqual({ "Enter till no.": "555555", "Enter amount": "KES 50" });
  await shop.says("After you pay, enter the M-PESA code from the SMS here.");
  await keep("till-1-pay-by-hand");
  const receipt = await emulator.payByHand({ msisdn, shortcode: "555555", amount_kes: 50 });
  await shop.typeReceipt(receipt);
  await shop.sees(`The shop will check code ${receipt}.`);
  expect(await shop.fact("Contact the shop")).toBe("the shop at the market gate");
  await keep("till-2-for-the-shop");
});
