// What the merchant does with the dashboard, against the real Worker: find a payment and why it failed, assign money that nobody
// claimed, tell the server again, make a bill.

import { Dashboard } from "../dashboard";
import { reference } from "../order";
import { secret, TILL_API_KEY, TILL_URL } from "../stack";
import { expect, test } from "../story";

test("a declined payment is found by the phone's last digits, and says why", { tag: "@desktop" }, async ({ page, shop, emulator, number, keep }) => {
  const phone = number();
  await emulator.script(phone, { customer: { declines: { after_ms: 3_000, code: "2001" } } });
  await shop.open();
  await shop.pay(phone);
  await shop.sees("Check your phone.");
  const account = await shop.fact("Account no.");
  await shop.sees("The PIN was not right.");

  const dashboard = new Dashboard(page);
  await dashboard.signIn(`payments?q=${phone.slice(-3)}&state=declined`);
  // Other stories' numbers may end in the same digits.
  const row = page.getByRole("link", { name: /Kenyan tea/ }).and(page.locator(`[href*="${account}"]`));
  await dashboard.reloadUntil(row);
  await row.click();
  await dashboard.sees("Payment");
  const request = page.getByRole("listitem").filter({ hasText: /Request 1/ }).first();
  await expect(request).toContainText("Wrong PIN");
  await expect(request).toContainText("The PIN was not right. You have not been charged.");
  await expect(request).toContainText("Nothing on your side");
  await expect(dashboard.main).not.toContainText(phone);
  await expect(page.getByRole("listitem").filter({ hasText: /Push 1: callback 2001/ })).toContainText("means: The PIN was wrong.");
  await keep("dashboard/real-declined");
  await page.getByRole("button", { name: "Close the order…" }).click();
  await page.getByRole("button", { name: "Close it" }).click();
  await dashboard.said("The order is closed.");
  await expect(dashboard.main).toContainText("Closed");
});

test("money that nobody claimed is assigned to its order", { tag: "@desktop" }, async ({ page, emulator, number, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("items");
  const bill = reference("BILL");
  await page.getByLabel("Amount in KES").fill("1,230");
  await page.getByLabel("Your reference").fill(bill);
  await page.getByLabel("What it is for").fill("Two chairs");
  await page.getByRole("button", { name: "Make the link" }).click();
  await dashboard.said("The bill is ready.");
  const made = page.getByRole("listitem").filter({ hasText: "Two chairs" });
  await expect(made.getByRole("img", { name: /QR code of the payment link: Two chairs/ })).toBeVisible();
  const address = await made.getByRole("link").getAttribute("href");
  expect((await page.request.get(address!)).status()).toBe(200);

  const receipt = await emulator.payByHand({ msisdn: number(), amount_kes: 1230, account_reference: "CHAIRS" });
  await emulator.hasReported(receipt);
  await page.goto(`/dashboard#/payments?by=reference&q=${bill}`);
  const row = page.getByRole("link", { name: /Two chairs/ });
  await dashboard.reloadUntil(row);
  const account = (await row.getAttribute("href"))!.split("/").pop()!;

  await dashboard.go("Needs attention");
  const money = page.getByRole("article").filter({ hasText: receipt });
  await dashboard.reloadUntil(money);
  await expect(money).toContainText("KES 1,230");
  await money.getByRole("button", { name: /Find its order/ }).click();
  // Found by its amount and time; nothing is filled in that cannot work.
  const found = money.getByRole("listitem").filter({ hasText: "Two chairs" }).filter({ hasText: account });
  await expect(found).toContainText("just what is due");
  await expect(money.getByLabel(/Account number of the order/)).toHaveValue("");
  await money.getByLabel(/Account number of the order/).fill("NOSUCH");
  await money.getByRole("button", { name: "Look at this order" }).click();
  await expect(money.getByRole("alert")).toContainText("There is no such payment.");
  await keep("dashboard/real-candidates");
  await found.getByRole("button", { name: `Choose ${account}` }).click();
  const confirm = money.getByRole("group", { name: "Confirm the assignment" });
  await expect(confirm).toContainText("KES 1,230 came, and this order is due KES 1,230.");
  await keep("dashboard/real-assign");
  await confirm.getByRole("button", { name: "Assign KES 1,230" }).click();
  await dashboard.said(`${receipt} is assigned to ${account}.`);

  await page.goto(`/dashboard#/payments/${account}`);
  await dashboard.sees("Payment");
  await dashboard.reloadUntil(dashboard.main, "All of the money is here.");
  await expect(dashboard.main).toContainText(receipt);
  const csv = () => page.request.get(`/v1/merchant/payments.csv?reference=${bill}`).then((file) => file.text());
  await expect.poll(csv).toContain(receipt); // the ledger follows
});

test("money for the wrong order says what differs, and is taken back", { tag: "@desktop" }, async ({ page, request, emulator, number, keep }) => {
  const key = { authorization: `Bearer ${secret("API_KEY")}` };
  const created = async (description: string) => {
    const headers = { ...key, "idempotency-key": reference("key") };
    const data = { amount_kes: 275, reference: reference("INV"), description };
    const made = await request.post("/v1/merchant/payments", { headers, data });
    return (await made.json()).payment.account_reference as string;
  };
  const [wrong, right] = [await created("A lamp"), await created("A desk lamp")];
  const receipt = await emulator.payByHand({ msisdn: number(), amount_kes: 700, account_reference: "LAMPS" });
  await emulator.hasReported(receipt);

  const dashboard = new Dashboard(page);
  await dashboard.signIn("look/unmatched");
  const money = page.getByRole("article").filter({ hasText: receipt });
  await dashboard.reloadUntil(money);
  const look = async (account: string) => {
    await money.getByRole("button", { name: /Find its order/ }).click();
    await money.getByLabel(/Account number of the order/).fill(account.toLowerCase());
    await money.getByRole("button", { name: "Look at this order" }).click();
  };
  await look(wrong);
  const confirm = money.getByRole("group", { name: "Confirm the assignment" });
  await expect(confirm).toContainText("KES 700 came; this order is due KES 275: KES 425 too much.");
  await keep("dashboard/real-assign-differs");
  // Other money comes before the press: nothing is assigned, and the new amount is read.
  const part = await emulator.payByHand({ msisdn: number(), amount_kes: 75, account_reference: wrong });
  await emulator.hasReported(part);
  const received = () => request.get(`/v1/merchant/payments/${wrong}`, { headers: key }).then((it) => it.json()).then((it) => it.payment.received_kes);
  await expect.poll(received).toBe(75);
  await confirm.getByRole("button", { name: "Assign KES 700" }).click();
  await expect(confirm.getByRole("alert")).toContainText("This order is due KES 200 now");
  await expect(confirm).toContainText("KES 500 too much.");
  expect(await received()).toBe(75);
  await confirm.getByRole("button", { name: "Assign KES 700" }).click();
  await dashboard.said(`${receipt} is assigned to ${wrong}.`);

  await page.goto(`/dashboard#/payments/${wrong}`);
  await dashboard.sees("Payment");
  const back = page.getByRole("button", { name: `Take the assignment back… ${receipt}` });
  await dashboard.reloadUntil(back);
  await back.click();
  await keep("dashboard/real-take-back");
  await page.getByRole("button", { name: "Take it back" }).click();
  await dashboard.said(`${receipt} is taken back.`);
  await expect(dashboard.main).toContainText("It was paid, and KES 200 of that counts here no more.");
  expect(await dashboard.overflow()).toBe(0);
  await keep("dashboard/real-taken-back");

  await page.goto("/dashboard#/look/unmatched");
  await dashboard.reloadUntil(money);
  await look(right);
  await confirm.getByRole("button", { name: "Assign KES 700" }).click();
  await dashboard.said(`${receipt} is assigned to ${right}.`);
});

test("a message that the server did not hear is sent again", { tag: "@desktop" }, async ({ page, request, keep }) => {
  const dashboard = new Dashboard(page);
  const key = { authorization: `Bearer ${TILL_API_KEY}` };
  const made = await request.post(`${TILL_URL}/v1/merchant/payments`, {
    headers: { ...key, "idempotency-key": reference("key") },
    data: { amount_kes: 70, reference: reference("INV"), description: "A lamp" },
  });
  const { account_reference: account } = (await made.json()).payment;
  expect((await request.post(`${TILL_URL}/v1/merchant/payments/${account}/close`, { headers: key })).status()).toBe(200);
  await dashboard.signIn(`payments/${account}`, TILL_URL, TILL_API_KEY);
  const message = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: "Send again message 1" }) });
  await expect(message).toContainText("Will be sent again");
  await message.getByRole("button", { name: "Send again message 1" }).click();
  await dashboard.said("Message 1 is sent again.");
  await expect(dashboard.main).toContainText("Message 1 is sent again");
  await keep("dashboard/real-redeliver");
});

test("money goes back to the phone that paid, and the screen says when", { tag: "@desktop" }, async ({ page, shop, emulator, number, keep }) => {
  const account = await shop.paid(emulator, number());
  const receipt = await shop.fact("M-PESA code");

  const dashboard = new Dashboard(page);
  await dashboard.signIn(`payments/${account}`);
  await page.getByRole("button", { name: "Refund…" }).click();
  await expect(page.getByLabel("Amount in KES")).toHaveValue("150");
  await page.getByLabel("Reason, for your own books").fill("The tea was wet");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("group", { name: "Confirm the refund" })).toContainText(`Give back KES 150 of receipt ${receipt}?`);
  await keep("dashboard/real-refund-confirm");
  await page.getByRole("button", { name: "Give it back" }).click();
  await dashboard.said("The refund was asked for.");
  const refund = page.locator("section").filter({ hasText: "Refunds" }).getByRole("listitem").filter({ hasText: receipt });
  await dashboard.reloadUntil(refund, "Refunded");
  await expect(dashboard.main).toContainText("It was paid. KES 150 went back.");
  await expect(page.getByRole("button", { name: "Refund…" }), "nothing is left to give back").toHaveCount(0);
  expect(await dashboard.overflow()).toBe(0);
  await keep("dashboard/real-refunded");
});

test("every item has a link that opens, and a code to print", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("items");
  const tea = page.getByRole("listitem").filter({ hasText: "Kenyan tea, 500 g" });
  await expect(tea).toContainText("KES 150");
  const opened = await page.request.get((await tea.getByRole("link").getAttribute("href"))!);
  expect(opened.status()).toBe(200);
  const download = page.waitForEvent("download");
  await tea.getByRole("button", { name: "SVG of Kenyan tea" }).click();
  expect((await download).suggestedFilename()).toBe("tea.svg");
  await keep("dashboard/real-items");
});

test("today counts what was paid", async ({ page, shop, number }) => {
  const phone = number("0000");
  await shop.open("card");
  await shop.pay(phone);
  await shop.sees("Payment received.");
  const dashboard = new Dashboard(page);
  await dashboard.signIn();
  await dashboard.reloadUntil(page.getByText(/^KES [1-9]/).first());
});

test("codes are found by number and by words", { tag: "@desktop" }, async ({ page }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("codes");
  const first = page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2 }) }).first();
  for (const [query, code] of [["1032", "1032"], ["wrong pin", "2001"], ["INSUFFICIENT balance", "1"], ["merchant does not exist", "500.001.1001"], ["api key", "INVALID_API_KEY"], ["kyc", "C2B00014"]] as const) {
    await page.getByRole("searchbox").fill(query);
    await expect(first.getByRole("heading").locator("code")).toHaveText(code);
    await expect(first).toContainText("What to do");
  }
  await page.getByRole("searchbox").fill("zebra");
  await dashboard.said("0 codes");
});
