// The checkout on pages that are not made for it.

import { ALLOWED, LOADER, visit } from "../elsewhere";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

const isAsset = (file: string) => (url: URL) => url.pathname.endsWith(`/${file}`);

test("it stands inline where the page wants it, and turns to paid there", { tag: "@desktop" }, async ({
  page, number, keep, consoleErrors,
}) => {
  await visit(page, ALLOWED, `<p>Before</p>${LOADER} data-item="tea" data-inline></script><p>After</p>`);
  const region = page.getByRole("region", { name: "Pay with M-PESA" });
  await region.getByLabel("M-PESA phone number").fill(number("0000"));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // Nothing has taken the reader's place on the page.
  await keep("inline");
  await region.getByRole("button", { name: "Pay KES 150" }).click();
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await expect(region.getByLabel("M-PESA phone number")).toBeVisible();
  expect(consoleErrors).toEqual([]);
});

test("what is typed before the checkout has come is kept, and typing goes on", async ({ page, shop, number }) => {
  let come = () => {};
  const isAllowed = new Promise<void>((resolve) => (come = resolve));
  await page.route(isAsset("checkout_bg.wasm"), async (route) => {
    await isAllowed;
    await route.continue();
  });
  await page.goto("/");
  await shop.shopButton("tea").click();
  await shop.sees("Pay with M-PESA");
  await expect(shop.button("Kiswahili")).toBeVisible();
  const phone = `0${number("0000").slice(3)}`;
  await shop.phone.pressSequentially(phone.slice(0, 5));
  come();
  // The program says why a number is none; the form before it does not.
  await expect(shop.phone).toHaveValue(/^\d{4} \d/);
  await expect(shop.phone).toBeFocused();
  await shop.phone.pressSequentially(phone.slice(5));
  await page.keyboard.press("Enter");
  await shop.sees("Payment received.");
});

test("the number is remembered on this device when asked to be, and forgotten when not", async ({ shop, page, number, keep }) => {
  const phone = `0${number("0000").slice(3)}`;
  const tick = shop.dialog.getByLabel("Remember this number on this device");
  await shop.open("tea");
  await expect(tick).not.toBeChecked();
  await tick.check();
  await keep("remember");
  await shop.pay(phone);
  await shop.sees("Payment received.");
  await shop.open("card");
  await expect(shop.phone).toHaveValue(phone.replace(/^(\d{4})(\d{3})(\d{3})$/, "$1 $2 $3"));
  await expect(tick).toBeChecked();
  await tick.uncheck();
  await shop.press(/^Pay KES/);
  await shop.sees("Payment received.");
  await shop.open("kiondo");
  await expect(shop.phone).toHaveValue("");
  expect(await page.evaluate(() => localStorage.getItem("malipo:phone"))).toBeNull();
});

test("the shop says it in its own words", async ({ page, shop }) => {
  const words = { "Pay with M-PESA": "Buy with M-PESA", "Pay KES {amount}": "Send {amount} shillings",
    "M-PESA will show a prompt on this phone. Enter your PIN there, never here.": "Keep this phone at hand." };
  await visit(page, ALLOWED, `${LOADER} data-item="tea" data-words='${JSON.stringify(words)}'></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("Buy with M-PESA");
  await expect(shop.button("Send 150 shillings")).toBeVisible();
  await shop.says("Keep this phone at hand.");
});

test("where WASM cannot come, a link leads to the page that needs none", async ({ page, shop, number }) => {
  await page.route(isAsset("checkout_bg.wasm"), (route) => route.abort());
  await visit(page, ALLOWED, `${LOADER} data-item="tea" data-lang="en"></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("The checkout did not open.");
  await shop.dialog.getByRole("link", { name: "Use the simple page" }).click();
  await expect(page).toHaveURL(/\/pay\/\?.*item=tea.*lang=en/);
  await page.getByLabel("M-PESA phone number").fill(number("0000"));
  await page.getByRole("button", { name: "Pay KES 150" }).click();
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
});

test("a loader that fails leaves a working link", async ({ page }) => {
  await page.route(isAsset("malipo.js"), (route) => route.abort());
  const link = `<a href="${MALIPO_URL}/pay/tea">Pay with M-PESA</a>`;
  await visit(page, ALLOWED, `<malipo-checkout item="tea">${link}</malipo-checkout>${LOADER}></script>`);
  await page.getByRole("link", { name: "Pay with M-PESA" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Pay with M-PESA" })).toBeVisible();
});

test("it works under a strict policy, from an address that holds these bytes for ever", async ({
  page, request, shop, number, consoleErrors,
}) => {
  const { src, integrity } = await (await request.get(`${MALIPO_URL}/embed.json`)).json();
  const answer = await request.get(`${MALIPO_URL}${src}`);
  expect(answer.headers()["cache-control"]).toContain("immutable");
  const policy = `default-src 'none'; script-src ${MALIPO_URL} 'wasm-unsafe-eval'; connect-src ${MALIPO_URL}`;
  const script = (hash: string) =>
    `<script src="${MALIPO_URL}${src}" integrity="${hash}" crossorigin="anonymous" data-item="tea"></script>`;
  const refused: string[] = [];
  await page.exposeFunction("refused", (what: string) => refused.push(what));
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) =>
    (window as unknown as { refused(what: string): void }).refused(`${event.violatedDirective} ${event.blockedURI}`)));
  await visit(page, ALLOWED, script(integrity), { "Content-Security-Policy": policy });
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  expect(refused).toEqual([]);
  expect(consoleErrors).toEqual([]);
  // And other bytes are not run at all.
  await visit(page, ALLOWED, script(`sha384-${"A".repeat(64)}`), { "Content-Security-Policy": policy });
  await expect(page.getByRole("button", { name: "Pay with M-PESA" })).toHaveCount(0);
});

test("a page's own styles and scripts change nothing in it, nor it in the page", { tag: "@desktop" }, async ({
  page, shop, number, keep,
}) => {
  const hostile = `<style>* { all: unset !important; color: red !important; font-size: 60px !important; letter-spacing: 1em }
    button, input, dialog, h2 { display: none !important; position: fixed !important; opacity: 0 !important }</style>
    <script>Array.prototype.extra = "x"; Object.prototype.other = "y"; window.Checkout = 1;</script>
    <p id="own" class="root actions">The page's own</p>`;
  await visit(page, ALLOWED, `${hostile}${LOADER} data-item="tea" data-inline></script>`);
  const before = await page.evaluate(() => Object.keys(window).filter((name) => /malipo/i.test(name)));
  expect(before).toEqual(["Malipo"]);
  const button = page.locator("malipo-checkout").getByRole("button", { name: "Pay KES 150" });
  await expect(button).toBeVisible();
  // The program takes the form over from the loader's file, so the button may be replaced once.
  await expect(button).toHaveCSS("font-size", "16px");
  const own = () => page.locator("#own").evaluate((it) => JSON.stringify({ ...getComputedStyle(it) }));
  const looks = await own();
  await page.getByLabel("M-PESA phone number").fill(number("0000"));
  await button.click();
  await expect(page.getByRole("heading", { name: "Payment received." })).toBeVisible();
  expect(await own()).toBe(looks);
  await keep("hostile-page");
  void shop;
});

test("a hundred openings leave nothing behind", { tag: "@desktop-only" }, async ({ page, shop }) => {
  const cdp = await page.context().newCDPSession(page);
  const counts = async () => {
    // What WASM holds is let go when a collection has told it so; then another one can take it.
    for (let round = 0; round < 5; round++) {
      await cdp.send("HeapProfiler.collectGarbage");
      await page.evaluate(() => new Promise((done) => setTimeout(done)));
    }
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
    return { nodes: of("Nodes"), listeners: of("JSEventListeners") };
  };
  const openings = async (times: number) => {
    for (let n = 0; n < times; n++) {
      await page.evaluate(() => void (window as unknown as { Malipo: { open(of: object): Promise<object> } }).Malipo.open({ item: "tea" }));
      await shop.sees("Pay with M-PESA");
      await shop.cross.click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
  };
  await cdp.send("Performance.enable");
  await page.goto("/");
  await openings(5);
  const before = await counts();
  await openings(100);
  const after = await counts();
  // One opening makes more than a hundred nodes and eight listeners; a node left by each would be a hundred.
  expect(after.nodes - before.nodes).toBeLessThan(50);
  expect(after.listeners - before.listeners).toBeLessThan(8);
  expect(await page.locator("malipo-checkout").count()).toBe(3);
});
