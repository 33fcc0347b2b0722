// What axe finds on a page, by the rules of WCAG 2.2 A and AA. It runs in the page itself: that takes a tenth of a second, and
// a page of its own for every look, as axe's package for Playwright opens one, takes a whole one.

import { type Page } from "@playwright/test";
import type axe from "axe-core";
import { readFileSync } from "node:fs";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those that another theme can break. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Each finding with where and why. `isAgain`: the page was looked at in another theme, so its colours alone are looked at now. */
export async function findings(page: Page, isAgain = false): Promise<string[]> {
  if (page.frames().length > 1) throw new Error("axe looks at a page, not into its frames");
  const hasAxe = await page.evaluate(() => "axe" in window);
  if (!hasAxe) await page.evaluate(AXE);
  const runOnly: axe.RunOnly = isAgain ? { type: "rule", values: OF_COLOURS } : { type: "tag", values: WCAG };
  const options: axe.RunOptions = { runOnly, resultTypes: ["violations"] };
  const violations = await page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options);
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`) }));
  }, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes}`);
}
