// The dashboard with 50,000 payments in the ledger, as the real Worker answers: every screen, on a phone and on a desk. What is in
// the ledger: xtask/src/test/lists/filled.rs.

import { type Page } from "@playwright/test";
import { Dashboard } from "../dashboard";
import { expect, test } from "../story";

type Keep = (name: string) => Promise<void>;

/** The screen is read, whole and in words. */
async function isWhole(page: Page, keep: Keep, name: string) {
  const dashboard = new Dashboard(page);
  await dashboard.isRead();
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(await dashboard.overflow(), "pixels that are cut off at the side").toBe(0);
  expect(await dashboard.main.innerText()).not.toMatch(/[{}]|undefined|NaN/);
  await keep(`lists/${name}`);
}

/** The account number of a payment that is in the ledger alone. */
const FILLED = /^B\d{7}$/;

/** The rows of a list of payments, by their account numbers. */
async function listed(page: Page): Promise<string[]> {
  const hrefs = await page.locator("a.payment").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")));
  return hrefs.map((href) => href!.split("/").pop()!);
}

test("today's days add up to what was filled in, and what needs a person is counted", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn();
  await isWhole(page, keep, "today");
  await page.getByText("As a table").click();
  const [, , ...days] = await page.getByRole("table").getByRole("row").all(); // the heading and today are others
  const cells = await Promise.all(days.map((day) => day.getByRole("cell").allInnerTexts()));
  const sum = (column: number) => cells.reduce((all, day) => all + Number(day[column]!.replaceAll(",", "")), 0);
  expect([3260, 3261], "opened on six of 92 days, of 50,000").toContain(sum(2));
  expect([2608, 2609], "paid: four of five").toContain(sum(1));
  expect(Math.abs(sum(0) - 390 * sum(2)), "KES 390 each, but for the first and the last few").toBeLessThan(4_000);
  const needs = page.locator("section").filter({ hasText: "Needs attention" });
  for (const [kind, number] of [["Unmatched money", "999+"], ["Payments to check", "100"], ["Disputed", "10"], ["Unresolved", "50"], ["Webhooks not delivered", "100"]])
    await expect(needs.getByRole("link", { name: kind })).toContainText(number!);
  await isWhole(page, keep, "today-table");
});

test("payments come page by page, newest first, each once", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("payments");
  await isWhole(page, keep, "payments");
  for (const number of [100, 150, 200]) {
    await page.getByRole("button", { name: "Show more" }).click();
    await dashboard.said(`${number} shown`);
  }
  const filled = (await listed(page)).filter((reference) => FILLED.test(reference));
  const newest = Array.from({ length: filled.length }, (_, at) => `B${String(49_999 - at).padStart(7, "0")}`);
  expect(filled).toEqual(newest);
  expect(filled.length).toBeGreaterThan(190); // and those that were really made
  await isWhole(page, keep, "payments-200");
});

const SEARCHES = [
  { name: "reference", typed: "order 12344", found: ["B0012344"] },
  { name: "receipt", typed: "rc00012345", found: ["B0012345"] },
  { name: "account", typed: "B0012349", found: ["B0012349"] },
  { name: "nothing", typed: "order 12345", found: [] },
];

test("one payment is found among all", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("payments");
  for (const { name, typed, found } of SEARCHES) {
    await page.getByRole("searchbox").fill(typed);
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(page).toHaveURL(/q=/);
    await expect(page.locator("a.payment")).toHaveCount(found.length);
    expect(await listed(page)).toEqual(found);
    await isWhole(page, keep, `search-${name}`);
  }
  await expect(dashboard.main).toContainText("No payment fits.");
});

test("digits, states and days narrow the list", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("payments");
  await page.getByRole("searchbox").fill("348");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await dashboard.said("50 shown, that is all");
  expect(await listed(page)).toEqual(Array.from({ length: 50 }, (_, at) => `B00${49 - at < 10 ? "0" : ""}${49 - at}348`));
  await isWhole(page, keep, "search-digits");

  await page.getByText("By state, days or kind").click();
  await page.getByLabel("State").selectOption({ label: "Unresolved" });
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await dashboard.said("50 shown, that is all");
  await expect(page.locator("a.payment").filter({ hasText: "Unresolved" })).toHaveCount(50);
  await isWhole(page, keep, "search-state");

  const day = new Date(Date.now() - 10 * 24 * 3600_000).toISOString().slice(0, 10);
  await page.getByLabel("State").selectOption({ label: "Declined" });
  await page.getByLabel("From").fill(day);
  await page.getByLabel("To").fill(day);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("button", { name: "Show more" }).click();
  await dashboard.said(/^5[345] shown, that is all$/); // one of ten of a day
  await isWhole(page, keep, "search-days");
});

const TO_DO = [
  { word: "unmatched", sees: "50 shown", more: "UN00001149" },
  { word: "review", sees: "50 shown", more: "B0024501" },
  { word: "disputed", sees: "10 shown, that is all" },
  { word: "unresolved", sees: "50 shown, that is all" },
  { word: "undelivered", sees: "50 shown, that is all" },
];

test("what needs a person is listed by kind", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn();
  for (const { word, sees, more } of TO_DO) {
    await page.goto(`/dashboard#/look/${word}`);
    await dashboard.sees("Needs attention");
    await dashboard.isRead();
    await expect(dashboard.main.getByRole("status").filter({ hasText: sees }).first()).toBeVisible();
    await isWhole(page, keep, `look-${word}`);
    if (!more) continue;
    await page.getByRole("button", { name: "Show more" }).click();
    await dashboard.said("100 shown");
    await expect(dashboard.main.getByText(more, { exact: true })).toBeVisible();
  }
});

test("differences, links and codes", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("compare");
  await dashboard.said("50 shown");
  await isWhole(page, keep, "compare");
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByRole("button", { name: "Show more" }).click();
  await dashboard.said("120 shown, that is all");
  await dashboard.go("Items", "Items and links");
  await isWhole(page, keep, "items");
  await dashboard.go("Codes");
  await isWhole(page, keep, "codes");
});

test("a payment of now stands above all that were filled in, and has its story", { tag: "@desktop" }, async ({ page, shop, emulator, number, keep }) => {
  const account = await shop.paid(emulator, number("5000")); // not the digits that are searched for
  const dashboard = new Dashboard(page);
  await dashboard.signIn("payments");
  const row = page.locator(`a.payment[href$="/${account}"]`);
  await dashboard.reloadUntil(row, "Paid");
  const rows = await listed(page);
  expect(rows.indexOf(account)).toBeLessThan(rows.findIndex((reference) => FILLED.test(reference)));
  await row.click();
  await dashboard.sees("Payment");
  await expect(dashboard.main).toContainText("All of the money is here.");
  await isWhole(page, keep, "payment");
});

test("a payment that only the ledger has says so", async ({ page, keep }) => {
  await new Dashboard(page).signIn("payments/B0012345");
  await expect(page.getByRole("alert")).toContainText("There is no such payment");
  await keep("lists/payment-unknown");
});
