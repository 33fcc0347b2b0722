// `test` for one cell of the table: a browser that is started for this story alone, and whose last picture is kept.

import { mkdir, writeFile } from "node:fs/promises";
import type { TestInfo } from "@playwright/test";
import { openBidi } from "./bidi";
import { openCdp } from "./cdp";
import { Customer } from "./customer";
import { ARTEFACTS, ENGINES, type Engine, picture } from "./engines";
import { openWebDriver } from "./webdriver";
import { NUMBERS, expect, numberAt, test as base } from "../story";

const OPEN = { cdp: openCdp, bidi: openBidi, webdriver: openWebDriver };

type Fixtures = {
  engine: Engine;
  cell: Cell;
  customer: Customer;
};

/** So many workers take numbers by turns: more than the other stories have, since one ends with each cell that fails. */
const WORKERS = 64;
/** The numbers from here on are those of the stories that take many, by browser. */
const MANY = NUMBERS / 2;
const MANY_EACH = 200;
let taken = 0;

/** What one cell of the table is played in. */
export class Cell {
  private constructor(private readonly engine: Engine, private readonly testInfo: TestInfo, public customer: Customer) {}

  static async open(engine: Engine, testInfo: TestInfo): Promise<Cell> {
    const tab = await OPEN[engine.speaks](engine);
    testInfo.annotations.push({ type: "browser", description: tab.version });
    return new Cell(engine, testInfo, new Customer(tab));
  }

  /** Keeps a picture of what is seen now. */
  async keep(what: string) {
    const folder = `${this.testInfo.project.testDir}/../${ARTEFACTS}`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/${picture(this.engine.name, what)}`, await this.customer.tab.screenshot());
  }

  /** Goes on in another browser, which remembers nothing. */
  async startAnew() {
    await this.close();
    this.customer = new Customer(await OPEN[this.engine.speaks](this.engine));
  }

  close(): Promise<void> {
    return this.customer.tab.close();
  }

  /** One of the many numbers of this browser that pay by themselves. */
  numberAt(turn: number): string {
    const at = ENGINES.findIndex(({ name }) => name == this.engine.name);
    if (turn >= MANY_EACH || (at + 1) * MANY_EACH > MANY) throw new Error("no number is left for this browser");
    return numberAt(MANY + at * MANY_EACH + turn, "0000");
  }
}

export const test = base.extend<Fixtures>({
  engine: [undefined as unknown as Engine, { option: true }],

  cell: async ({ engine }, use, testInfo) => {
    const cell = await Cell.open(engine, testInfo);
    try {
      await use(cell);
      await cell.keep(testInfo.title);
    } finally {
      await cell.close();
    }
  },

  customer: async ({ cell }, use) => use(cell.customer),

  number: async ({}, use, { workerIndex }) => {
    await use((ending) => {
      const turn = WORKERS * taken++ + workerIndex;
      if (workerIndex >= WORKERS || turn >= MANY) throw new Error("no number is left that no other story has");
      return numberAt(turn, ending);
    });
  },
});

export { expect };
