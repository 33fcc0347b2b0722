// `test` for one cell of the table: a browser that is started for this story alone, and whose last picture is kept.

import { mkdir, writeFile } from "node:fs/promises";
import { openBidi } from "./bidi";
import { openCdp } from "./cdp";
import { Customer } from "./customer";
import { ARTEFACTS, type Engine, picture } from "./engines";
import { openWebDriver } from "./webdriver";
import { NUMBERS, expect, numberAt, test as base } from "../story";

const OPEN = { cdp: openCdp, bidi: openBidi, webdriver: openWebDriver };

type Fixtures = {
  engine: Engine;
  customer: Customer;
};

/** So many workers take numbers by turns: more than the other stories have, since one ends with each cell that fails. */
const WORKERS = 64;
let taken = 0;

export const test = base.extend<Fixtures>({
  engine: [undefined as unknown as Engine, { option: true }],

  customer: async ({ engine }, use, testInfo) => {
    const tab = await OPEN[engine.speaks](engine);
    testInfo.annotations.push({ type: "browser", description: tab.version });
    try {
      await use(new Customer(tab));
      const folder = `${testInfo.project.testDir}/../${ARTEFACTS}`;
      await mkdir(folder, { recursive: true });
      await writeFile(`${folder}/${picture(engine.name, testInfo.title)}`, await tab.screenshot());
    } finally {
      await tab.close();
    }
  },

  number: async ({}, use, { workerIndex }) => {
    await use((ending) => {
      const turn = WORKERS * taken++ + workerIndex;
      if (workerIndex >= WORKERS || turn >= NUMBERS) throw new Error("no number is left that no other story has");
      return numberAt(turn, ending);
    });
  },
});

export { expect };
