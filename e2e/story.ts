// `test` with what a story needs: the shop, the customer's phone and number, M-PESA's side, and kept screens.

import { test as base, expect, type Page } from "@playwright/test";
import { Checkout } from "./checkout";
import { Emulator } from "./emulator";
import { Handset } from "./handset";

type Fixtures = {
  shop: Checkout;
  /** A device of its own: it stays online when the shop's page does not. */
  handset: Handset;
  emulator: Emulator;
  /**
   * A number of the story's own. `ending` chooses what the emulator does with it. Without it the number waits for the
   * handset, and no other run has it: a script stays with the emulator, so only such a number gets one.
   */
  number: (ending?: string) => string;
  /** Keeps a picture of the screen in artefacts/screens. */
  keep: (name: string, page?: Page) => Promise<void>;
  /** The network between the shop's page and the world. */
  network: { lose(): Promise<void>; find(): Promise<void> };
  /** Errors that the page's console showed so far. */
  consoleErrors: string[];
};

/** So many workers take numbers by turns. (One whose story fails has ended, and another follows.) */
const WORKERS = 16;
/** So many numbers have the same ending. */
export const NUMBERS = 4_000;
let taken = 0;

/** The number of a turn that nobody else takes in this run. */
export function numberAt(turn: number, ending?: string): string {
  const mine = Number(process.env.MALIPO_E2E_SEED) + turn;
  const prefix = "0129".charAt(Math.floor(mine / 1000) % 4); // given to Safaricom
  const middle = String(mine % 1000).padStart(3, "0");
  // No story of the emulator's ends in 5 and three digits.
  const plain = "5" + String(Math.floor(mine / NUMBERS) % 1000).padStart(3, "0");
  return `2547${prefix}${middle}${ending ?? plain}`;
}

export const test = base.extend<Fixtures>({
  shop: async ({ page }, use) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(String(error)));
    await use(new Checkout(page));
    expect(broken, "errors that the page did not catch").toEqual([]);
  },

  handset: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 780 }, javaScriptEnabled: true });
    await use(new Handset(await context.newPage()));
    await context.close();
  },

  emulator: async ({ request }, use) => use(new Emulator(request)),

  number: async ({}, use, { workerIndex }) => {
    await use((ending) => {
      const turn = WORKERS * taken++ + workerIndex;
      if (workerIndex >= WORKERS || turn >= NUMBERS) throw new Error("no number is left that no other story has");
      return numberAt(turn, ending);
    });
  },

  keep: async ({ page }, use, { project }) => {
    await use(async (name, of = page) => {
      const path = `${project.testDir}/../artefacts/screens/${project.name}/${name}.png`;
      await of.mouse.move(0, 0); // nothing looks hovered
      await of.screenshot({ path, animations: "disabled", scale: "css" });
    });
  },

  network: async ({ page, context }, use) => {
    let cut = () => {};
    const isCut = new Promise<void>((resolve) => (cut = resolve));
    // Playwright's offline mode lets answers in that were asked for before; a lost network does not.
    const isHeld = (url: URL) => url.searchParams.has("wait");
    await page.route(isHeld, async (route) => {
      const answer = route.fetch().then((response) => ({ response }), () => undefined);
      const arrived = await Promise.race([answer, isCut.then(() => undefined)]);
      await (arrived ? route.fulfill(arrived) : route.abort("internetdisconnected")).catch(() => {});
    });
    await use({
      lose: async () => {
        await context.setOffline(true);
        cut();
      },
      find: async () => {
        await page.unroute(isHeld);
        await context.setOffline(false);
      },
    });
  },

  consoleErrors: async ({ page }, use) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await use(errors);
  },
});

export { expect };
