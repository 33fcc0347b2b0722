// The stories of the checkout in a real browser. The stack runs already; its addresses come from outside:
//   MALIPO_URL, MALIPO_TILL_URL, MALIPO_EMULATOR_URL, MALIPO_SECRETS (a dotenv file), and CHROMIUM_PATH when Playwright did not bring the browser.

import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { MALIPO_URL } from "./stack";

// Every run takes other numbers: nothing that an earlier run left at the emulator reaches it. The workers inherit it.
process.env.MALIPO_E2E_SEED ??= String(Math.floor(Date.now() / 1000));

/** What is left of a run. Each configuration's lies apart: they may run at the same time, and each clears away its own. */
export const leaves = (name: string) => ({
  outputDir: `artefacts/failed/${name}`,
  reporter: [["list"], ["html", { outputFolder: `results/${name}`, open: "never" }]],
}) satisfies PlaywrightTestConfig;

/** A phone and a desk. A phone draws two dots for one only where its looks or its speed are what counts: it takes four times as long. */
export const projects = (deviceScaleFactor: number) => [
  {
    name: "phone",
    grepInvert: /@desktop-only/,
    use: { viewport: { width: 360, height: 740 }, deviceScaleFactor, hasTouch: true, isMobile: true },
  },
  { name: "desktop", grep: /@desktop/, use: { viewport: { width: 1280, height: 800 } } },
] satisfies PlaywrightTestConfig["projects"];

const config: PlaywrightTestConfig = {
  ...leaves("stories"),
  testDir: "stories",
  globalSetup: ["./seed.ts", "./register.ts"],
  fullyParallel: true,
  workers: 3, // a story waits for M-PESA more than it computes
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: MALIPO_URL,
    locale: "en-KE",
    timezoneId: "Africa/Nairobi",
    // What turns while a story waits is drawn sixty times a second. It turns where screens are looked at, and for a day.
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    // What was done, asked and said. Without pictures of every step: they cost more than the stories themselves.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        "--disable-quic", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run",
        "--disable-gpu", // there is none: what plays its part is slower than drawing without
      ],
    },
  },
  projects: projects(1),
};

export default defineConfig(config);
