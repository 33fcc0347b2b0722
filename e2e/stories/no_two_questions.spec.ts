// What a payment asks of the Worker: little, and nothing twice at one address, so that no cache in between answers for it.

import { type Page, type Request } from "@playwright/test";
import { ALLOWED, LOADER, comesTo, visit } from "../elsewhere";
import { PAGES } from "../hostile/pages";
import { Payer } from "../payer";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

const TAG = `${LOADER} data-item="tea" data-lang="en" async></script>`;

/** All requests to us, as they leave. */
function recorded(page: Page): Request[] {
  const all: Request[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(MALIPO_URL)) all.push(request);
  });
  return all;
}

/** The addresses that were asked more than once. */
function twice(requests: Request[]): string[] {
  const asked = requests.filter((request) => request.method() == "GET").map((request) => request.url());
  return asked.filter((url, at) => asked.indexOf(url) != at);
}

const isPoll = (url: URL) => url.origin == MALIPO_URL && /^\/v1\/payments\/[^/]+$/.test(url.pathname);
const stillClock = PAGES.find(({ name }) => name == "whose clock and dice stand still")!;

test("a customer who answers promptly costs three requests", async ({ page, emulator, number }) => {
  const phone = number();
  await emulator.script(phone, { customer: { pays: { after_ms: 3_000 } } });
  const requests = recorded(page);
  await visit(page, ALLOWED, TAG);
  const payer = new Payer(page);
  await payer.press();
  await payer.pays(phone);
  const path = (request: Request) => `${request.method()} ${new URL(request.url()).pathname.replace(/pay_[^/]+/, "pay_…")}`;
  const calls = requests.map(path).filter((call) => call.includes("/v1/"));
  expect(calls).toEqual(["GET /v1/quote", "POST /v1/payments", "GET /v1/payments/pay_…"]);
  expect(twice(requests)).toEqual([]);
});

for (const [what, come] of Object.entries<(page: Page) => Promise<void>>({
  "a page": (page) => visit(page, ALLOWED, TAG),
  [`a page ${stillClock.name}`]: (page) => comesTo(page, stillClock),
}))
  test(`however often it has to ask on ${what}, no two questions have one address`, async ({ page, handset, number }) => {
    const phone = number();
    await handset.turnOn(phone);
    let polls = 0;
    // Three times there is no answer, and the same is asked again.
    await page.route(isPoll, (route) => (++polls <= 3 ? route.abort("connectionreset") : route.fallback()));
    const requests = recorded(page);
    await come(page);
    const payer = new Payer(page);
    await payer.press();
    await payer.asks(phone);
    await expect.poll(() => polls).toBeGreaterThan(3);
    await handset.enterPin();
    await expect(payer.received).toBeVisible();
    expect(twice(requests)).toEqual([]);
  });

test("a customer who comes back asks at other addresses than before", async ({ page, handset, number }) => {
  const phone = number();
  await handset.turnOn(phone);
  const requests = recorded(page);
  const ofPayments = () => requests.filter((request) => request.url().includes("/v1/payments/"));
  await visit(page, ALLOWED, TAG);
  const payer = new Payer(page);
  await payer.press();
  await payer.asks(phone);
  await expect(payer.heading("Check your phone.")).toBeVisible();
  await expect.poll(() => ofPayments().length).toBeGreaterThan(0);
  const before = ofPayments().length;
  await page.reload();
  await payer.press();
  await expect(payer.heading("Check your phone.")).toBeVisible();
  await expect.poll(() => ofPayments().length).toBeGreaterThan(before);
  await handset.enterPin();
  await expect(payer.received).toBeVisible();
  expect(twice(ofPayments())).toEqual([]);
});

// A key that every such browser would have is a payment that all their customers share.
test("two customers whose browsers give no random numbers share no key", async ({ browser, number }) => {
  const without = PAGES.find(({ name }) => name == "without random numbers")!;
  const keys: string[] = [];
  for (const phone of [number("0000"), number("0000")]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("request", (request) => {
      const [, key] = /"key":\s*"([^"]+)"/.exec(request.postData() ?? "") ?? [];
      if (key && request.url().endsWith("/v1/payments")) keys.push(key);
    });
    await comesTo(page, without);
    const payer = new Payer(page);
    await payer.press();
    await payer.paysSomehow(phone);
    await context.close();
  }
  expect(keys.filter((key, at) => keys.indexOf(key) != at || /^(.)\1*$/.test(key))).toEqual([]);
});
