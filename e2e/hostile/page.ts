// `HostilePage`: a shop's page that makes it hard to pay, as real ones do, and what its server answers.

import { type Page } from "@playwright/test";
import { MALIPO_URL } from "../stack";

/** What a server sends. */
export type Sent = { headers: Record<string, string>; body: string };

export type HostilePage = {
  /** Ends the sentence "pays on a page …". */
  name: string;
  html: string;
  headers?: Record<string, string>;
  /** What lies beside the page, by its name. */
  files?: Record<string, () => Sent | Promise<Sent>>;
  /** Where the payment is made. Without it: in the checkout, on the page. */
  ends?: Ending;
  /** The same in browsers that do not know what the page speaks of. */
  endsInOldOnes?: Ending;
  /** The frame in which the button is. */
  frame?: string;
  /** Whether it changes JavaScript's own objects: who looks at it from within sees that too. */
  isBent?: true;
  /** What the browser does beside the page; only Playwright's can be told. */
  arrange?: (page: Page) => Promise<unknown>;
};

/** On the simple page, wherever it goes, or nowhere: nothing can be opened from there, so the way out is shown and no more. */
export type Ending = "simple page" | "either" | "shown";

export const LOADER = `${MALIPO_URL}/malipo.js`;
export const TAG = `<script src="${LOADER}" data-item="tea" data-lang="en" async></script>`;
/** The same in two parts. */
export const ELEMENT = `<malipo-checkout item="tea" lang="en"></malipo-checkout>`;
export const SCRIPT = `<script src="${LOADER}" async></script>`;

export function whole(head: string, body: string, attributes = `lang="en"`): string {
  const metas = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>`;
  return `<!doctype html><html ${attributes}><head>${metas}${head}</head><body><h1>Shop</h1>${body}</body></html>`;
}

/** A page on which this script has run before ours. */
export function after(script: string, body = TAG): string {
  return whole(`<script>${script}</script>`, body);
}

/** What a script does that puts our tag on the page. */
export const PUT_TAG = `
  var tag = document.createElement("script");
  tag.src = "${LOADER}";
  tag.setAttribute("data-item", "tea");
  tag.setAttribute("data-lang", "en");
  tag.async = true;
  document.body.appendChild(tag);`;

/** Where a page lies at the shop. */
export function pathOf({ name }: HostilePage): string {
  return `/hostile/${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}/`;
}

/** What the shop's server answers for a path below the page's. */
export async function sentBy(page: HostilePage, path: string): Promise<Sent | undefined> {
  const name = path.slice(pathOf(page).length);
  if (name) return page.files?.[name]?.();
  return { headers: { "Content-Type": "text/html; charset=utf-8", ...page.headers }, body: page.html };
}

export function script(body: string): Sent {
  return { headers: { "Content-Type": "text/javascript" }, body };
}
