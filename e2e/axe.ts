// What axe finds on a page, by the rules of WCAG 2.2 A and AA.

import { AxeBuilder } from "@axe-core/playwright";
import { type Page } from "@playwright/test";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those that another theme can break. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Each finding with where and why. `again` when the same page was looked at in another theme: its colours alone are. */
export async function findings(page: Page, again = false): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (again ? axe.withRules(OF_COLOURS) : axe.withTags(WCAG)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`);
}
