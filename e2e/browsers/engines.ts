// Which browsers there are, as `xtask/src/setup/engines.rs` has found them, and where a story's picture lies.

import { chromium } from "@playwright/test";

export type Engine = {
  name: string;
  speaks: "cdp" | "bidi" | "webdriver";
  program: string;
  /** Libraries that it brings. */
  libraries?: string;
};

/** Left out on this machine. */
export type Absent = { name: string; absent: string };

type Told = Absent | (Omit<Engine, "program"> & { program: string | null; libraries: string | null });

const told: Told[] = JSON.parse(process.env.MALIPO_BROWSERS ?? "[]");

export const ABSENT = told.filter((one): one is Absent => "absent" in one);

export const ENGINES: Engine[] = told.flatMap((one) => {
  if ("absent" in one) return [];
  const { program, libraries, ...rest } = one;
  // Without a program of its own it is the Chromium that Playwright has brought.
  return [{ ...rest, program: program ?? chromium.executablePath(), ...(libraries ? { libraries } : {}) }];
});

/** Relative to e2e/. */
export const ARTEFACTS = "artefacts/browsers";

/** The file of a cell of the table. */
export function picture(engine: string, story: string): string {
  return `${engine} ${story}`.toLowerCase().replace(/[^a-z0-9]+/g, "-") + ".png";
}
