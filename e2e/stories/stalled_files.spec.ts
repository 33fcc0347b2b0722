// Each request of ours that never comes to an end, or ends wrongly: within five seconds of the press there is a way to pay, or
// a sentence that is true; and the payment is made, once.

import { type Page, type Request, type Route } from "@playwright/test";
import { ALLOWED, LOADER, visit } from "../elsewhere";
import { FIVE_SECONDS, Payer } from "../payer";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

const TAG = `${LOADER} data-item="tea" data-lang="en" async></script>`;

const isAt = (path: RegExp, method: string) => (request: Request) =>
  request.method() == method && request.url().startsWith(MALIPO_URL) && path.test(new URL(request.url()).pathname);

/** What the form needs. */
const FILES = {
  "the checkout's script": isAt(/\/checkout\.js$/, "GET"),
  "the checkout's WASM": isAt(/\.wasm$/, "GET"),
  "the price": isAt(/\/v1\/quote$/, "GET"),
};
const SENDING = isAt(/\/v1\/payments$/, "POST");
const POLL = isAt(/\/v1\/payments\/[^/]+$/, "GET");

type Fault = (route: Route) => Promise<unknown>;

/** Pages of other origins may read it. */
const answered = (status: number, type: string, body: string): Fault => (route) =>
  route.fulfill({ status, headers: { "Access-Control-Allow-Origin": "*", "Content-Type": type }, body });

const STALLED: Fault = () => new Promise(() => {});
const ENDED: Record<string, Fault> = {
  "is not there": answered(404, "text/plain", "Not found"),
  "fails": answered(500, "text/plain", "Internal Server Error"),
  "is a hotspot's page": answered(200, "text/html", "<!doctype html><title>Welcome</title><h1>Sign in to this network</h1>"),
  "is cut off": (route) => route.abort("connectionreset"),
};
const LOST: Fault = async (route) => {
  await route.fetch();
  await new Promise(() => {});
};
const FAULTS: Record<string, Fault> = { "never answers": STALLED, ...ENDED };

/** From now on these requests end so; what is asked anew after the call of what it returns goes through. */
async function spoil(page: Page, which: (request: Request) => boolean, fault: Fault): Promise<() => void> {
  let isMended = false;
  await page.route(`${MALIPO_URL}/**`, (route) =>
    which(route.request()) && !isMended ? fault(route) : route.fallback());
  return () => void (isMended = true);
}

/** The reasons that the page hears, and the lines in its console that are ours. */
async function listen(page: Page) {
  const heard = { reasons: [] as unknown[], lines: [] as string[] };
  page.on("console", (message) => {
    if (message.text().startsWith("Malipo:")) heard.lines.push(message.text());
  });
  await page.exposeFunction("hear", (reason: unknown) => heard.reasons.push(reason));
  await page.addInitScript(() => document.addEventListener("malipo:error", (event) =>
    (window as unknown as { hear(reason: unknown): void }).hear((event as CustomEvent).detail.reason)));
  return heard;
}

for (const [what, which] of Object.entries(FILES))
  for (const [how, fault] of Object.entries(FAULTS))
    test(`${what} ${how}: the simple page pays, and the page hears why`, async ({ page, emulator, number }) => {
      const heard = await listen(page);
      await spoil(page, which, fault); // before the page asks for anything unasked
      await visit(page, ALLOWED, TAG);
      const payer = new Payer(page);
      await payer.press();
      await expect(payer.wayOut).toBeVisible({ timeout: FIVE_SECONDS });
      await expect.poll(() => heard.reasons).toEqual([expect.stringMatching(/^[A-Z_]+$/)]);
      // What, why, and what to do.
      expect(heard.lines.join("\n")).toMatch(/^Malipo: .{20,}/m);
      const phone = number("0000");
      await payer.paysOnTheSimplePage(phone);
      expect(await emulator.ledger(phone)).toHaveLength(1);
    });

for (const [what, which] of Object.entries(FILES))
  test(`${what} comes when the way out is there already: the customer still pays`, async ({ page, emulator, number }) => {
    let come = () => {};
    const comes = new Promise<void>((done) => (come = done));
    await spoil(page, which, (route) => comes.then(() => route.continue()).catch(() => {}));
    await visit(page, ALLOWED, TAG);
    const payer = new Payer(page);
    await payer.press();
    await expect(payer.wayOut).toBeVisible({ timeout: FIVE_SECONDS });
    come();
    const phone = number("0000");
    await payer.pays(phone);
    expect(await emulator.ledger(phone)).toHaveLength(1);
  });

for (const [how, fault] of Object.entries({ ...FAULTS, "arrives and its answer is lost": LOST }))
  test(`the request for the PIN ${how}: it says so, keeps trying, and asks once`, async ({ page, emulator, number }) => {
    const mend = await spoil(page, SENDING, fault);
    await visit(page, ALLOWED, TAG);
    const payer = new Payer(page);
    await payer.press();
    const phone = number("0000");
    await payer.asks(phone);
    await expect(payer.cutOff).toBeVisible({ timeout: FIVE_SECONDS });
    mend();
    await expect(payer.received).toBeVisible({ timeout: 60_000 });
    expect(await emulator.pushes(phone)).toBe(1);
    expect(await emulator.ledger(phone)).toHaveLength(1);
  });

for (const [how, fault] of Object.entries(ENDED))
  test(`the question how it stands ${how}: it says so, and goes on`, async ({ page, number }) => {
    const mend = await spoil(page, POLL, fault);
    await visit(page, ALLOWED, TAG);
    const payer = new Payer(page);
    await payer.press();
    await payer.asks(number("0000"));
    await expect(payer.cutOff).toBeVisible({ timeout: FIVE_SECONDS });
    mend();
    await expect(payer.received).toBeVisible({ timeout: 60_000 });
  });

// An answer that is held and one that is lost look the same for a while: what the screen says is true of both.
test("the question how it stands never answers: what to do is there, and it goes on", async ({ page, number }) => {
  const mend = await spoil(page, POLL, STALLED);
  await visit(page, ALLOWED, TAG);
  const payer = new Payer(page);
  await payer.press();
  await payer.asks(number("0000"));
  const waiting = payer.heading("Check your phone.");
  await expect(waiting.or(payer.cutOff).first()).toBeVisible({ timeout: FIVE_SECONDS });
  mend();
  await expect(payer.received).toBeVisible({ timeout: 60_000 });
});

test("our script itself never comes: the link in the element is the way", async ({ page, emulator, number }) => {
  await spoil(page, isAt(/\/malipo\.js$/, "GET"), (route) => route.abort("connectionrefused"));
  const link = `<a href="${MALIPO_URL}/pay/tea">Pay with M-PESA</a>`;
  await visit(page, ALLOWED, `<malipo-checkout item="tea" lang="en">${link}</malipo-checkout>${LOADER} async></script>`);
  await page.getByRole("link", { name: "Pay with M-PESA" }).click();
  const phone = number("0000");
  await new Payer(page).pays(phone);
  expect(await emulator.ledger(phone)).toHaveLength(1);
});
