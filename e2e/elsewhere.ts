// A page of a merchant's, with nothing of ours but the script.

import { type Page } from "@playwright/test";
import { answerTo } from "./hostile/pages";
import { type HostilePage, pathOf } from "./hostile/page";
import { MALIPO_URL } from "./stack";

// The stack allows its own port under both names of this machine: two origins, as a shop and its checkout are.
export const ALLOWED = MALIPO_URL.replace("127.0.0.1", "localhost");
export const STRANGER = "http://127.0.0.1:4";

/** The beginning of the script tag; attributes and its end follow. */
export const LOADER = `<script src="${MALIPO_URL}/malipo.js"`;

export async function visit(page: Page, origin: string, body: string, headers: Record<string, string> = {}) {
  const head = `<meta name="viewport" content="width=device-width"><title>A shop elsewhere</title>`;
  await raw(page, origin, `<!doctype html><html lang="en">${head}<h1>A shop elsewhere</h1>${body}`, headers);
}

/** A page that is this text and nothing else. */
export async function raw(page: Page, origin: string, html: string, headers: Record<string, string> = {}) {
  // What is not fetched is nobody's address; Chromium asks before it lets such a page reach this machine.
  await page.context().grantPermissions(["local-network-access"]);
  await page.route(`${origin}/elsewhere`, (route) => route.fulfill({ headers: { "Content-Type": "text/html", ...headers }, body: html }));
  await page.goto(`${origin}/elsewhere`);
}

/** A hostile page, with all that lies beside it. */
export async function comesTo(page: Page, hostile: HostilePage) {
  await page.context().grantPermissions(["local-network-access"]);
  // The context's, because a service worker's requests are no page's.
  await page.context().route(`${ALLOWED}/hostile/**`, async (route) => {
    const sent = await answerTo(new URL(route.request().url()).pathname);
    await route.fulfill(sent ?? { status: 404 });
  });
  await page.goto(ALLOWED + pathOf(hostile));
}
