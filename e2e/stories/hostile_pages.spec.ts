// Whatever a shop's page does to us, its customer pays there or on the simple page, once.

import { comesTo } from "../elsewhere";
import { type HostilePage } from "../hostile/page";
import { PAGES } from "../hostile/pages";
import { FIVE_SECONDS, Payer } from "../payer";
import { expect, test } from "../story";

// A service worker's own requests are nobody's page's: that page is a server's, and the other browsers'.
for (const hostile of PAGES.filter(({ files }) => !files?.["sw.js"])) {
  test(`pays on a page ${hostile.name}`, async ({ page, emulator, number }) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(String(error)));
    await hostile.arrange?.(page);
    await comesTo(page, hostile);
    const payer = new Payer(page, hostile.frame ? page.frameLocator(hostile.frame) : page);
    const phone = number("0000");
    await payer.press();
    await endings[hostile.ends ?? "checkout"](payer, phone);
    expect(await emulator.ledger(phone)).toHaveLength(hostile.ends == "shown" ? 0 : 1);
    expect(broken, "errors that nobody caught").toEqual([]);
  });
}

const endings: Record<NonNullable<HostilePage["ends"]> | "checkout", (payer: Payer, phone: string) => Promise<void>> = {
  "checkout": async (payer, phone) => {
    await payer.pays(phone);
    expect(payer.page.url(), "the customer stays on the shop's page").toContain("/hostile/");
  },
  "simple page": (payer, phone) => payer.paysOnTheSimplePage(phone),
  "either": (payer, phone) => payer.paysSomehow(phone),
  "shown": async (payer) => {
    await expect(payer.wayOut).toBeVisible({ timeout: FIVE_SECONDS });
    await expect(payer.wayOut).toHaveAttribute("href", /\/pay\/\?item=tea\b/);
  },
};
