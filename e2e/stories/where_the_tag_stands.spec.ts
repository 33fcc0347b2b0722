// Wherever a page has the tag, its button is where a person sees it; and where it cannot be, the console says so.

import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { ALLOWED, LOADER, raw } from "../elsewhere";
import { sign } from "../order";
import { MALIPO_URL } from "../stack";
import { expect, test } from "../story";

const TAG = `${LOADER} data-item="tea" data-lang="en" async></script>`;
const SYNC = TAG.replace(" async", "");
const whole = (head: string, body: string) => `<!doctype html><html><head><title>Shop</title>${head}</head><body>${body}</body></html>`;

function warnings(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "warning") heard.push(message.text());
  });
  return heard;
}

/** What a page writes by itself: the tag's script, made by a script. */
const byScript = (then: string) => `<script>
  const script = document.createElement("script");
  Object.assign(script, { src: "${MALIPO_URL}/malipo.js" });
  Object.assign(script.dataset, { item: "tea", lang: "en" });
  ${then}
</script>`;

const inHead: Record<string, string> = {
  "the tag alone is the page": TAG,
  "the tag alone, and not async": SYNC,
  "in the head": whole(TAG, "<h1>Shop</h1>"),
  "in the head, and not async": whole(SYNC, "<h1>Shop</h1>"),
  "in the head, deferred": whole(TAG.replace("async", "defer"), "<h1>Shop</h1>"),
  "before everything": `${SYNC}${whole("", "<h1>Shop</h1>")}`,
  "made by a script in the head": whole(byScript("document.head.append(script);"), "<h1>Shop</h1>"),
  "made by a script, and taken away at once": whole("", `<h1>Shop</h1>${byScript("document.head.append(script); script.remove();")}`),
  "the element put into the head by a script": whole("", `<h1>Shop</h1>${LOADER}></script><script>
    const element = document.createElement("malipo-checkout");
    element.setAttribute("item", "tea");
    element.lang = "en";
    document.head.append(element);</script>`),
};

for (const [what, html] of Object.entries(inHead)) {
  test(`${what}: the button is at the start of the body`, async ({ page, shop }) => {
    const heard = warnings(page);
    await raw(page, ALLOWED, html);
    const button = page.getByRole("button", { name: "Pay with M-PESA" });
    await expect(button).toBeVisible();
    await expect(button).toBeInViewport();
    expect(await page.evaluate(() => document.body.firstElementChild!.localName)).toBe("malipo-checkout");
    await expect.poll(() => heard.join("\n")).toContain("Malipo: moved out of <head>");
    await button.click();
    await shop.sees("Pay with M-PESA");
  });
}

const inPlace: Record<string, string> = {
  "in the body": whole("", `<h1>Shop</h1><p>${SYNC}</p>`),
  "behind the end of the page": `${whole("", "<h1>Shop</h1>")}${SYNC}`,
  "the element written in the head": whole("", "").replace("</head>", `<malipo-checkout item="tea" lang="en"></malipo-checkout>${LOADER}></script></head>`),
  "in a template that a script puts on the page": whole("", `<template id="t">${SYNC}</template><script>
    document.body.append(document.getElementById("t").content.cloneNode(true));</script>`),
  "a module": whole("", `<h1>Shop</h1>${byScript(`script.type = "module"; document.body.append(script);`)}`),
};

for (const [what, html] of Object.entries(inPlace)) {
  test(`${what}: the button stands in its place`, async ({ page }) => {
    const heard = warnings(page);
    await raw(page, MALIPO_URL, html); // a module of another origin would need its leave
    await expect(page.getByRole("button", { name: "Pay with M-PESA" })).toHaveCount(1);
    await expect(page.getByRole("button", { name: "Pay with M-PESA" })).toBeVisible();
    expect(heard.filter((text) => text.startsWith("Malipo:"))).toEqual([]);
  });
}

test("a snapshot of the page that is put back, its scripts run again, has one button", async ({ page, shop }) => {
  await raw(page, ALLOWED, whole("", `<main>${SYNC.replace(">", ` data-label="Tea">`)}${LOADER} data-item="card" data-label="Card"></script></main>`));
  await expect(page.locator("malipo-checkout").getByRole("button")).toHaveText(["Tea", "Card"]);
  // As Turbo and htmx do: the elements are copied, and each script is made anew so that it runs.
  await page.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement;
    document.body.replaceWith(body);
    for (const old of body.querySelectorAll("script")) {
      const script = document.createElement("script");
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      script.async = false;
      old.replaceWith(script);
    }
    const last = document.createElement("script");
    last.textContent = "document.body.dataset.hasRun = '1'";
    body.append(last);
  });
  await expect(page.locator("body[data-has-run]")).toBeAttached();
  await page.getByRole("button", { name: "Tea" }).click();
  await shop.sees("Pay with M-PESA");
  await shop.cross.click();
  await expect(page.locator("malipo-checkout").getByRole("button")).toHaveText(["Tea", "Card"]);
});

test("two tags in the head are two buttons, in their order", async ({ page }) => {
  const card = LOADER + ` data-item="card" data-label="Buy a card"></script>`;
  await raw(page, ALLOWED, whole(SYNC + card, "<h1>Shop</h1>"));
  await expect(page.locator("malipo-checkout").getByRole("button")).toHaveText(["Pay with M-PESA", "Buy a card"]);
});

test("a tag in a part of the page that is hidden says so, and shows with it", async ({ page }) => {
  const heard = warnings(page);
  await raw(page, ALLOWED, whole("", `<h1>Shop</h1><div hidden id="tab">${SYNC}</div>`));
  await expect.poll(() => heard.join("\n")).toContain("Malipo: not shown");
  await page.evaluate(() => (document.getElementById("tab")!.hidden = false));
  await expect(page.getByRole("button", { name: "Pay with M-PESA" })).toBeVisible();
});

/** The page that an example shop sends, with its Worker's address and an order of its own. */
function sent(file: string, address: string, order: string): string {
  const source = readFileSync(`examples/wallet/${file}`, "utf8");
  const html = /<!doctype html>.*<\/html>/s.exec(source);
  expect(html, `${file} sends a page`).not.toBeNull();
  return html![0].replaceAll('\\"', '"').replaceAll(address, MALIPO_URL).replaceAll(order, sign({ amount: 150 }));
}

for (const [file, address, order] of [
  ["node/server.mjs", "${PAY_URL}", "${order}"],
  ["php/server.php", "$pay_url", "$order"],
  ["python/server.py", "{PAY_URL}", "{order}"],
] as const) {
  test(`the page of examples/wallet/${file} shows its button and pays`, async ({ page, shop, number }) => {
    const heard = warnings(page);
    await raw(page, ALLOWED, sent(file, address, order));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const button = page.getByRole("button", { name: "Pay with M-PESA" });
    await expect(button).toBeInViewport();
    await button.click();
    await shop.pay(number("0000"));
    await shop.sees("Payment received.");
    expect(heard.filter((text) => text.startsWith("Malipo:"))).toEqual([]);
  });
}
