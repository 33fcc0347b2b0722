import { expect, test } from "../story";
import { type Page } from "@playwright/test";
import { MALIPO_URL } from "../stack";
import { sign } from "../order";

// The pages below /pay/ need no JavaScript: here there is none.
test.use({ javaScriptEnabled: false });

async function pay(page: Page, phone: string) {
  await page.getByLabel("M-PESA phone number").fill(phone);
  await page.getByRole("button", { name: /^Pay KES/ }).click();
}

/** The page comes anew by itself; a heading that stays away fails. */
async function sees(page: Page, heading: string, timeout = 20_000) {
  await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeVisible({ timeout });
}

test("a payment link pays without JavaScript", { tag: "@desktop" }, async ({ page, number, keep }) => {
  await page.goto("/pay/tea");
  await keep("plain/form");
  await pay(page, number("0000"));
  await sees(page, "Payment received.");
  await expect(page.getByRole("definition").filter({ hasText: /^[A-Z0-9]{10}$/ })).toBeVisible();
  await keep("plain/paid");
  // Nothing is sent anew by a reload.
  await page.reload();
  await sees(page, "Payment received.");
});

test("waiting, a decline and the second try", async ({ page, handset, number, keep }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await page.goto("/pay/card");
  await pay(page, msisdn);
  await sees(page, "Check your phone.");
  await keep("plain/waiting");
  await handset.cancel();
  await sees(page, "The prompt was cancelled on the phone.");
  await keep("plain/declined");
  await page.getByRole("button", { name: "Try again" }).click();
  await sees(page, "Check your phone.");
  await handset.enterPin();
  await sees(page, "Payment received.");
});

test("a wrong number is told beside its field and keeps what was typed", async ({ page, number, keep }) => {
  await page.goto("/pay/tea");
  await pay(page, "0712 34");
  await expect(page.getByRole("alert")).toHaveText(/too short/);
  await expect(page.getByLabel("M-PESA phone number")).toHaveValue("0712 34");
  await expect(page.getByLabel("M-PESA phone number")).toHaveAttribute("aria-invalid", "true");
  await keep("plain/wrong-number");
  await pay(page, number("0000"));
  await sees(page, "Payment received.");
});

test("a form that is sent twice rings the phone once", async ({ page, request, number, emulator }) => {
  await page.goto("/pay/tea");
  const key = await page.locator("form input[name=key]").first().inputValue();
  const phone = number("0000");
  const form = { do: "push", key, phone };
  const [first, second] = [await request.post("/pay/tea", { form, maxRedirects: 0 }),
    await request.post("/pay/tea", { form, maxRedirects: 0 })];
  expect([first.status(), second.status()]).toEqual([303, 303]);
  expect(first.headers().location).toBe(second.headers().location);
  await page.goto(first.headers().location!);
  await sees(page, "Payment received.");
  expect(await emulator.pushes(phone)).toBe(1);
});

test("paying by hand turns to paid, in Kiswahili too", async ({ page, emulator, number, keep }) => {
  await page.goto("/pay/tea");
  await page.getByRole("button", { name: "Pay with Paybill" }).click();
  await sees(page, "Pay with Paybill");
  await keep("plain/by-hand");
  const account = await page.getByRole("listitem").filter({ hasText: "account" }).getByRole("strong").innerText();
  await page.getByRole("button", { name: "Kiswahili" }).click();
  await sees(page, "Lipa kwa Paybill");
  await emulator.payByHand({ msisdn: number("0000"), account_reference: account, amount_kes: 150 });
  await sees(page, "Malipo yamepokelewa.");
  await keep("plain/paid-sw");
});

test("a receipt that cannot be one is told beside its field", async ({ page, keep }) => {
  await page.goto("/pay/tea");
  await page.getByRole("button", { name: "Pay with Paybill" }).click();
  await page.getByRole("button", { name: "I have paid" }).click();
  await page.getByLabel("M-PESA code").fill("0712345678");
  await page.getByRole("button", { name: "Check the code" }).click();
  await expect(page.getByRole("alert")).toHaveText(/not an M-PESA code/);
  await keep("plain/receipt");
});

test("a signed order is a link too, and the same payment wherever it is opened", async ({ page, number }) => {
  const order = sign({ amount: 320 });
  await page.goto(`/pay/?order=${order}`);
  await expect(page.getByRole("definition").filter({ hasText: "KES 320" })).toBeVisible();
  await pay(page, number("0000"));
  await sees(page, "Payment received.");
  await page.goto(`/pay/?order=${order}`);
  await sees(page, "Payment received.");
});

test("what cannot be paid says so and offers no form", async ({ page, keep }) => {
  const wrong = "There is a problem with this order.", useless = "This payment link cannot be used.";
  for (const [address, heading] of [
    ["/pay/nothing", wrong], ["/pay/?order=e30.e30.x", wrong], ["/pay/?amount=100", useless], ["/pay/", useless],
  ] as const) {
    const answer = await page.goto(address);
    expect(answer!.status(), address).toBe(422);
    await sees(page, heading);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  }
  await keep("plain/wrong-link");
  expect((await page.goto("/pay/p/pay_nobody"))!.status()).toBe(404);
});

test("another site cannot send the form in its visitors' names", async ({ request, number, emulator }) => {
  const phone = number("0000");
  const form = { do: "push", key: "A".repeat(24), phone };
  const answer = await request.post("/pay/tea", { form, headers: { Origin: "https://evil.example" }, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  expect(await emulator.pushes(phone)).toBe(0);
});

test("the page forbids itself everything but its own style and forms", async ({ request }) => {
  const headers = (await request.get(`${MALIPO_URL}/pay/tea`)).headers();
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["cache-control"]).toBe("no-store");
});
