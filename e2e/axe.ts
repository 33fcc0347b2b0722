// What axe finds on a page, by the rules of WCAG 2.2 A and AA.

import { AxeBuilder } from "@axe-core/playwright";
import { type Page } from "@playwright/test";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those that another theme can break. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Each finding with where and why. `isAgain`: the page was looked at in another theme, so its colours alone are looked at now. */
export async function findings(page: Page, isAgain = false): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (isAgain ? axe.withRules(OF_COLOURS) : axe.withTags(WCAG)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`);
}
