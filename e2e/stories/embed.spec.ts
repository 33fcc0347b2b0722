import { Checkout } from "../checkout";
import { ALLOWED, LOADER, STRANGER, visit } from "../elsewhere";
import { expect, test } from "../story";

test("one script tag on another origin takes a payment", async ({ page, shop, number, keep, consoleErrors }) => {
  await visit(page, ALLOWED, `${LOADER} data-item="tea"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await keep("on-another-origin");
  expect(consoleErrors).toEqual([]);
});

test("a page that is not the shop's learns why, its customer pays on the simple page", { tag: "@desktop" }, async ({
  page, shop, number, keep, consoleErrors,
}) => {
  const reasons: string[] = [];
  await page.exposeFunction("hear", (reason: string) => reasons.push(reason));
  await page.addInitScript(() => document.addEventListener("malipo:error", (event) =>
    (window as unknown as { hear(reason?: string): void }).hear((event as CustomEvent).detail.reason)));
  await visit(page, STRANGER, `${LOADER} data-item="tea" data-lang="en"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("This shop's page is not set up for payments yet.");
  await shop.says("Nothing was charged just now.");
  await expect(shop.phone).toHaveCount(0);
  await keep("stranger");
  await shop.press("Kiswahili");
  await shop.sees("Ukurasa huu wa duka bado haujawekwa tayari kwa malipo.");
  await keep("stranger-sw");
  await shop.press("English");
  expect(reasons).toEqual(["ORIGIN_NOT_ALLOWED"]);
  const told = `Malipo: This page's address ${STRANGER} is not in MERCHANT_ORIGINS of the merchant \`main\`: add it there.`;
  expect(consoleErrors).toContain(told);
  await shop.dialog.getByRole("link", { name: "Use the simple page" }).click();
  await page.getByLabel("M-PESA phone number").fill(number("0000"));
  await page.getByRole("button", { name: "Pay KES 150" }).click();
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
});

test("an item that the shop does not sell is refused", async ({ page, shop, keep }) => {
  await visit(page, ALLOWED, `${LOADER} data-item="unicorn"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("There is a problem with this order.");
  await shop.says(/^.*Nothing was charged just now. Contact the shop and give them the error code VALIDATION_ERROR./);
  // Trying again brings the same answer, so it is not what is offered first.
  await expect(shop.dialog.locator(".actions").getByRole("button")).toHaveText(["Close", "Try again"]);
  await keep("unknown-item");
});

test("the page hears of the prompt, the decline and the payment", async ({ page, handset, number }) => {
  const heard: { name: string; detail: Record<string, string> }[] = [];
  await page.exposeFunction("hear", (name: string, detail: Record<string, string>) => heard.push({ name, detail }));
  await page.addInitScript(() => {
    const { hear } = window as unknown as { hear: (name: string, detail: unknown) => void };
    for (const name of ["prompted", "declined", "paid", "closed", "error"])
      document.addEventListener(`malipo:${name}`, (event) => hear(name, (event as CustomEvent).detail));
  });
  const shop = new Checkout(page);
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open("card");
  await shop.pay(msisdn);
  await handset.cancel();
  await shop.press("Try again");
  await handset.enterPin();
  await shop.sees("Payment received.");
  const receipt = await shop.fact("M-PESA code");
  await shop.press("Done");
  await expect.poll(() => heard.map(({ name }) => name)).toEqual(["prompted", "declined", "prompted", "paid", "closed"]);
  expect(heard[1]!.detail).toMatchObject({ state: "declined", reason: "cancelled" });
  const payment_id = expect.stringMatching(/^pay_/);
  for (const paid of heard.slice(3)) expect(paid.detail).toEqual({ payment_id, state: "paid", receipt });
});

test("the element and the call are the same checkout", async ({ page, shop, number, keep }) => {
  await visit(page, ALLOWED, `<malipo-checkout item="card" lang="sw"></malipo-checkout> ${LOADER}></script>`);
  await page.getByRole("button", { name: "Lipa na M-PESA" }).click();
  await shop.sees("Lipa na M-PESA");
  await keep("element-in-kiswahili");
  await shop.cross.click();

  const closed = page.evaluate(() => (window as unknown as { Malipo: Malipo }).Malipo.open({ item: "tea" }));
  await shop.sees("Pay with M-PESA");
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await shop.press("Done");
  expect(await closed).toMatchObject({ state: "paid" });
});

type Malipo = { open(options: { item: string }): Promise<{ state: string; receipt?: string }> };
