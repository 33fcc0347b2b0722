// Whatever a shop's page does, in every browser its customer pays there or on the simple page.

import { ENGINES, type Engine } from "./engines";
import { addressOf } from "./shop";
import { type Cell, expect, test } from "./cell";
import type { Emulator } from "../emulator";
import { type HostilePage } from "../hostile/page";
import { SERVED } from "../hostile/pages";

for (const engine of ENGINES)
  test.describe(engine.name, () => {
    test.use({ engine });

    test("pays on each hostile page", async ({ cell, emulator }) => {
      test.setTimeout(3_600_000);
      const pages = SERVED.filter((page) => canLookAt(engine, page));
      const wrong: string[] = [];
      for (const [turn, page] of pages.entries()) {
        const why = await failure(cell, page, cell.numberAt(turn), emulator);
        await cell.keep(`on a page ${page.name}`).catch(() => {}); // a browser that has crashed shows nothing
        if (!why) continue;
        wrong.push(`${page.name}: ${why}`);
        await cell.startAnew();
      }
      if (wrong.length) throw new Error(`${wrong.length} of ${pages.length} pages: ${wrong.join(" / ")}`);
    });
  });

/** WebDriver looks at a page by the page's own objects: where those are bent, it sees nothing that counts. */
function canLookAt(engine: Engine, page: HostilePage): boolean {
  return engine.speaks != "webdriver" || !page.isBent;
}

/** Why it cannot be paid on this page, in one line; none where it can. */
async function failure(cell: Cell, page: HostilePage, phone: string, emulator: Emulator): Promise<string | undefined> {
  try {
    await pay(cell, page, phone);
    expect((await emulator.ledger(phone)).length, "payments that moved money").toBe(1);
    return undefined;
  } catch (error) {
    return String(error).split("\n")[0];
  }
}

async function pay({ customer }: Cell, page: HostilePage, phone: string) {
  await customer.comesTo(addressOf(page));
  await customer.presses("Pay with M-PESA");
  let out = await customer.offered();
  const ending = page.endsInOldOnes ?? page.ends;
  if (out && !ending) throw new Error("there is no checkout, only the simple page");
  // The form may be there before it is known that nothing can follow it.
  if (!out && ending == "simple page") {
    out = await customer.comesOut();
    if (!out) throw new Error("the checkout opens where it should not be able to");
  } else if (!out) {
    // Where it may end on the simple page, the form may go while the number is typed.
    await customer.pays(phone).catch((why) => {
      if (!ending) throw why;
    });
    out = await customer.comesOut();
    if (out && !ending) throw new Error("the checkout gives up");
  }
  // A payment that was looked at to its end is not shown on the next page.
  if (!out) return customer.presses("Done");
  await customer.leaves(out);
  await customer.pays(phone);
  if (await customer.comesOut()) throw new Error("the simple page leads to itself");
}
