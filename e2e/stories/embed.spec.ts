import { type Page } from "@playwright/test";
import { Checkout } from "../checkout";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

// The stack allows its own port under both names of this machine: two origins, as a shop and its checkout are.
const ALLOWED = MALIPO_URL.replace("127.0.0.1", "localhost");
const STRANGER = "http://127.0.0.1:4";

/** A page of a merchant's, with nothing of ours but the script. */
async function visit(page: Page, origin: string, body: string) {
  const head = `<meta name="viewport" content="width=device-width"><title>A shop elsewhere</title>`;
  const html = `<!doctype html><html lang="en">${head}<h1>A shop elsewhere</h1>${body}`;
  // What is not fetched is nobody's address; Chromium asks before it lets such a page reach this machine.
  await page.context().grantPermissions(["local-network-access"]);
  await page.route(`${origin}/elsewhere`, (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto(`${origin}/elsewhere`);
}

const LOADER = `<script src="${MALIPO_URL}/malipo.js"`;

test("one script tag on another origin takes a payment", async ({ page, shop, number, keep, consoleErrors }) => {
  await visit(page, ALLOWED, `${LOADER} data-item="tea"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await keep("on-another-origin");
  expect(consoleErrors).toEqual([]);
});

test("an origin that is not the shop's is refused, and told so", async ({ page, shop, keep }) => {
  await visit(page, STRANGER, `${LOADER} data-item="tea"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("The checkout could not be opened.");
  await shop.says("Nothing has been paid.");
  await expect(shop.phone).toHaveCount(0);
  await expect(shop.button("Try again")).toBeEnabled();
  await keep("stranger");
});

test("an item that the shop does not sell is refused", async ({ page, shop, keep }) => {
  await visit(page, ALLOWED, `${LOADER} data-item="unicorn"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("The checkout could not be opened.");
  await shop.says("Nothing has been paid. Please tell the shop");
  await expect(shop.button("Try again")).toBeEnabled();
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
  const receipt = await shop.fact("M-PESA receipt");
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
