// Every screen of the dashboard with nothing, little and very much in the books: axe finds nothing, nothing is cut off, thumbs
// find what they press, light and dark. The books are made up; what the Worker really answers is in the other dashboard stories.

import { findings } from "../axe";
import { books, Dashboard, type Many } from "../dashboard";
import { expect, test } from "../story";

/** The screens, by address; whether how much there is changes what is seen. */
const SCREENS = {
  today: ["today", "Today"],
  payments: ["payments", "Payments"],
  payment: ["payments/M1000000000", "Payment"],
  unmatched: ["look/unmatched", "Needs attention"],
  review: ["look/review", "Needs attention"],
  undelivered: ["look/undelivered", "Needs attention"],
  differences: ["look/differences", "Needs attention"],
  unprocessed: ["look/unprocessed", "Needs attention"],
  compare: ["compare", "Compare with M-PESA"],
  items: ["items", "Items and links"],
  codes: ["codes", "Codes"],
} as const;

for (const [name, [address, heading]] of Object.entries(SCREENS))
  for (const many of [0, 3, 50_000] as const satisfies readonly Many[]) {
    const isTheSame = (name == "payment" || name == "codes") && many != 3;
    if (isTheSame) continue;
    test(`${name} with ${many} payments is whole and for everyone`, { tag: "@desktop" }, async ({ page, keep, consoleErrors }, { project }) => {
      test.slow(); // axe looks twice at all of a long page
      const dashboard = new Dashboard(page);
      await books(page, many);
      await page.goto(`/dashboard#/${address}`);
      await dashboard.sees(heading);
      await dashboard.isRead();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await dashboard.overflow(), "pixels that are cut off at the side").toBe(0);
        expect(await findings(page, colorScheme == "dark")).toEqual([]);
        await keep(`dashboard/${name}-${many}-${colorScheme}`);
      }
      expect(await dashboard.main.innerText()).not.toMatch(/[{}]|undefined|NaN/);
      expect(consoleErrors).toEqual([]);
      if (project.name != "phone") return;
      expect(await dashboard.lowTargets()).toEqual([]);
      await page.setViewportSize({ width: 320, height: 700 });
      expect(await dashboard.overflow(), "at 320 px").toBe(0);
    });
  }

test("more payments are shown page by page, and the reader is told how many", { tag: "@desktop" }, async ({ page }) => {
  await books(page, 50_000);
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard#/payments");
  await dashboard.said("50 shown");
  await page.getByRole("button", { name: "Show more" }).click();
  await dashboard.said("100 shown");
  await expect(page.getByRole("button", { name: "Show more" })).toBeFocused();
});

test("nothing moves where no motion is wanted, and the keyboard reaches every screen", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await books(page, 3);
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard");
  await dashboard.sees("Today");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toBeFocused();
  await page.getByRole("link", { name: "Payments", exact: true }).focus();
  await page.keyboard.press("Enter");
  await dashboard.sees("Payments");
  await expect(dashboard.heading).toBeFocused();
  await expect(page).toHaveTitle("Payments · Malipo");
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("behind Cloudflare Access it opens without a key, and says when the token is refused", async ({ page }) => {
  await books(page, 3);
  const logout = "https://team.cloudflareaccess.com/cdn-cgi/access/logout";
  const error = { code: "INVALID_API_KEY", type: "authentication_error", message: "The token was refused: it has ended." };
  let isGood = false;
  await page.route("**/dashboard/session", (route) => {
    if (route.request().method() != "POST") return route.fulfill({ json: { link: null, access_logout_url: logout } });
    if (!isGood) return route.fulfill({ status: 401, json: { error } });
    return route.fulfill({ json: { link: "main", env: "emulator", prefix: "", access_logout_url: logout } });
  });
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard");
  await expect(page.getByRole("alert")).toContainText("it has ended");
  await expect(page.getByLabel("API key")).toBeVisible();
  isGood = true;
  await page.getByRole("button", { name: "Sign in with Cloudflare Access" }).click();
  await dashboard.sees("Today");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("API key")).toBeVisible();
  const out = page.getByRole("link", { name: "Sign out of Cloudflare Access" });
  await expect(out).toHaveAttribute("href", logout);
});

test("what goes wrong says what to do, and trying again works", async ({ page, keep }) => {
  await books(page, 3);
  let isDown = true;
  await page.route("**/v1/merchant/payments?**", (route) => (isDown ? route.abort() : route.fallback()));
  await page.goto("/dashboard#/payments");
  await expect(page.getByRole("alert")).toContainText("Check your connection");
  await keep("dashboard/trouble");
  isDown = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: /Kenyan tea/ }).first()).toBeVisible();
});

test("a refund is confirmed before it leaves, and leaves once", { tag: "@desktop" }, async ({ page, keep }) => {
  await books(page, 3);
  const sent: { body: unknown; key: string | null }[] = [];
  await page.route("**/refunds", async (route) => {
    const request = route.request();
    sent.push({ body: request.postDataJSON(), key: await request.headerValue("idempotency-key") });
    await route.fulfill({ json: { refund: {} } });
  });
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard#/payments/M1000000000");
  await page.getByRole("button", { name: "Refund…" }).click();
  await page.getByLabel("Amount in KES").fill("101");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toContainText("from 1 to 100"); // 50 of 150 are under way
  await page.getByLabel("Amount in KES").fill("100");
  await page.getByRole("button", { name: "Go on" }).click();
  await keep("dashboard/refund");
  expect(sent).toEqual([]);
  await page.getByRole("button", { name: "Give it back" }).click();
  await dashboard.said("The refund was asked for");
  expect(sent).toHaveLength(1);
  expect(sent[0]!.body).toMatchObject({ receipt: "QK10000000", amount_kes: 100 });
  expect(sent[0]!.key).toMatch(/^[0-9a-f]{32}$/);
});

test("a stranger's statement is refused with what was found, and compared where its owner insists", { tag: "@desktop" }, async ({ page }) => {
  await books(page, 3);
  const sent: string[] = [];
  const found = "The file names no short code. Nothing of it is known here.";
  const statement = { short_code: null, receipts: 4, known: 0, counted_here: 13, ahead_secs: 0, doubt: found };
  const kinds = [{ kind: "Merchant Payment", read_as: "payment", rows: 4, kes: 200 }];
  await page.route("**/v1/merchant/statements*", (route) => {
    sent.push(new URL(route.request().url()).search);
    if (sent.length == 1) {
      const error = { code: "VALIDATION_ERROR", type: "invalid_request", message: found, param: "statement" };
      return route.fulfill({ status: 422, json: { error } });
    }
    return route.fulfill({ json: { source: "statement", payments: 4, from_ms: 1, to_ms: 2, done_to_ms: 2, problem: null, statement, kinds } });
  });
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard#/compare");
  const insist = page.getByLabel("Compare it even if");
  await expect(insist).toHaveCount(0);
  await page.getByLabel("Statement (CSV)").setInputFiles({ name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from("Receipt No.") });
  await page.getByRole("button", { name: "Import and compare" }).click();
  await expect(page.getByText(found, { exact: true })).toBeVisible();
  await insist.check();
  await page.getByRole("button", { name: "Import and compare" }).click();
  await dashboard.said("Compared");
  expect(sent).toEqual(["", "?anyway=1"]);
  await expect(page.getByText("It names no short code. 0 of its 4 receipts are known here.")).toBeVisible();
  await expect(page.getByText("4 × Payment, KES 200")).toBeVisible();
});

test("a statement is sent as it is, and its report is shown", { tag: "@desktop" }, async ({ page, keep }) => {
  await books(page, 3);
  let body = "";
  await page.route("**/v1/merchant/statements", (route) => {
    body = route.request().postData() ?? "";
    return route.fulfill({ json: { source: "statement", payments: 12, passed_over: 1, from_ms: 1, to_ms: 2, done_to_ms: 2, problem: null, differences: { missing_here: 1 } } });
  });
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard#/compare");
  const csv = "Receipt No.,Completion Time,Details\nQK10000000,2026-11-26 10:00:00,Pay Bill";
  await page.getByLabel("Statement (CSV)").setInputFiles({ name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Import and compare" }).click();
  await dashboard.said("Compared");
  expect(body).toBe(csv);
  await expect(page.getByRole("heading", { name: "This comparison" })).toBeVisible();
  await keep("dashboard/compared");
});

test("what was not looked at is never called well", { tag: "@desktop" }, async ({ page, keep }) => {
  await books(page, 0);
  const dashboard = new Dashboard(page);
  const attention = page.locator("section").filter({ hasText: "Needs attention" });
  const menu = page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: /Needs attention/ });
  await page.goto("/dashboard#/today");
  await expect(attention).toContainText("Nothing has been compared with M-PESA yet");
  await keep("dashboard/never-compared");
  await page.goto("/dashboard#/compare");
  await dashboard.sees("Compare with M-PESA");
  await expect(dashboard.main).toContainText("Nothing has been compared with M-PESA yet");
  // An import that fails is told beside what is listed from before.
  const error = { code: "VALIDATION_ERROR", type: "invalid_request", message: "This is the statement of 600000. Nothing was changed." };
  await page.route("**/v1/merchant/statements", (route) => route.fulfill({ status: 422, json: { error } }));
  await page.getByLabel("Statement (CSV)").setInputFiles({ name: "s.csv", mimeType: "text/csv", buffer: Buffer.from("x") });
  await page.getByRole("button", { name: "Import and compare" }).click();
  await expect(dashboard.main).toContainText("The last comparison failed: This is the statement of 600000.");
  expect(await dashboard.main.innerText()).not.toContain("agree");
  await keep("dashboard/import-failed");
  // Lists that do not answer are not empty ones.
  await page.route("**/v1/merchant/summary?**", (route) => route.fulfill({ status: 500, json: { error: { ...error, code: "INTERNAL_ERROR" } } }));
  await page.reload();
  await expect(menu).toContainText("?");
});

test("open differences are counted in the menu and listed with the rest", { tag: "@desktop" }, async ({ page }) => {
  await books(page, 3);
  await page.goto("/dashboard#/today");
  const menu = page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: /Needs attention/ });
  await expect(menu).toContainText("10"); // 1 + 1 + 3 + 3, and 2 differences
  await page.locator("section").filter({ hasText: "Needs attention" }).getByRole("link", { name: /Differences 2/ }).click();
  await expect(page.getByRole("button", { name: "I have settled this" }).first()).toBeVisible();
});
