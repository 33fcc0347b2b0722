// Signing in to the dashboard: with a key alone, by a cookie that no other site and no script can use.

import { Dashboard } from "../dashboard";
import { STRANGER } from "../elsewhere";
import { MALIPO_URL, TILL_URL, secret } from "../stack";
import { expect, test } from "../story";

test("a wrong key is refused, the right one opens, signing out shuts", { tag: "@desktop" }, async ({ page, keep }) => {
  const dashboard = new Dashboard(page);
  await page.goto("/dashboard");
  await dashboard.sees("Sign in");
  await keep("dashboard/sign-in");
  const signIn = page.getByRole("button", { name: "Sign in" });
  await signIn.click();
  await expect(page.getByRole("alert")).toHaveText("Enter the API key.");
  await page.getByLabel("API key").fill("x".repeat(40));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("This API key is not known here.");
  await keep("dashboard/sign-in-wrong");
  await page.getByLabel("API key").fill(secret("API_KEY"));
  await page.keyboard.press("Enter");
  await dashboard.sees("Today");
  await page.reload();
  await dashboard.sees("Today");
  await page.getByRole("button", { name: "Sign out" }).click();
  await dashboard.sees("Sign in");
  await page.reload();
  await dashboard.sees("Sign in");
});

test("scripts do not see the session, and another site cannot use it", async ({ page, context, request }) => {
  await new Dashboard(page).signIn();
  const cookies = await context.cookies();
  const cookie = cookies.find(({ name }) => name == "malipo")!;
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(cookie.expires - Date.now() / 1000).toBeLessThanOrEqual(12 * 3600);
  expect(cookie.value).not.toContain(secret("API_KEY"));
  expect(await page.evaluate(() => document.cookie)).not.toContain("malipo");

  // A refused call's body is not read, and its connection may then be closed, even before the answer was: so there is none, and nothing else
  // goes over it.
  const sweep = (headers: Record<string, string>) =>
    request.post("/v1/merchant/sweep", { headers: { cookie: `malipo=${cookie.value}`, connection: "close", ...headers } });
  const own = { origin: MALIPO_URL, "x-malipo-dashboard": "1" };
  expect((await sweep(own)).status()).toBe(200);
  expect((await sweep({ ...own, origin: STRANGER })).status()).toBe(403);
  expect((await sweep({ origin: MALIPO_URL })).status(), "no form can send the header").toBe(403);
  expect((await sweep({ "x-malipo-dashboard": "1" })).status(), "browsers name the origin").toBe(403);

  const altered = cookie.value.slice(0, -6) + (cookie.value.at(-6) == "A" ? "B" : "A") + cookie.value.slice(-5);
  const list = (value: string, more = {}) => request.get("/v1/merchant/payments", { headers: { cookie: `malipo=${value}`, ...more } });
  expect((await list(cookie.value)).status()).toBe(200);
  expect((await list(altered)).status()).toBe(401);
  const otherTab = await list(cookie.value, { linkid: "duka2" });
  expect((await otherTab.json()).error.code, "a tab that shows another merchant").toBe("INVALID_LINK_ID");
  const file = (link: string) =>
    request.get(`/v1/merchant/payments.csv?linkid=${link}&`, { headers: { cookie: `malipo=${cookie.value}` } });
  expect((await file("duka2")).status(), "and its link to the list").toBe(401);
  expect((await file("main")).status()).toBe(200);
});

test("a session ends with its key", async ({ page, context, request }) => {
  await new Dashboard(page).signIn();
  const cookie = (await context.cookies()).find(({ name }) => name == "malipo")!;
  // The till has the same secrets, but for its API key: so it is after the key was changed.
  const answer = await request.get(`${TILL_URL}/v1/merchant/payments`, { headers: { cookie: `malipo=${cookie.value}` } });
  expect(answer.status()).toBe(401);
  expect((await answer.json()).error.code).toBe("INVALID_API_KEY");
});

test("the page runs nothing that is not its own", async ({ request }) => {
  const page = await request.get("/dashboard");
  const policy = page.headers()["content-security-policy"]!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-inline");
  expect(policy).not.toContain("'unsafe-eval'");
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*src=)|style=|<style/);
});

test("a session that is over leads back to signing in", async ({ page, context }) => {
  const dashboard = new Dashboard(page);
  await dashboard.signIn("payments");
  await context.clearCookies();
  await dashboard.go("Today", "Sign in");
  await expect(page.getByRole("alert")).toContainText("Your session is over");
});
