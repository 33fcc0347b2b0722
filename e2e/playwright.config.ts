// The stories of the checkout in a real browser. The stack runs already; its addresses come from outside:
//   MALIPO_URL, MALIPO_TILL_URL, MALIPO_EMULATOR_URL, MALIPO_SECRETS (a dotenv file), and CHROMIUM_PATH when Playwright did not bring the browser.

import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { MALIPO_URL } from "./stack";

// Every run takes other numbers: nothing that an earlier run left at the emulator reaches it. The workers inherit it.
process.env.MALIPO_E2E_SEED ??= String(Math.floor(Date.now() / 1000));

const config: PlaywrightTestConfig = {
  testDir: "stories",
  globalSetup: ["./seed.ts", "./register.ts"],
  outputDir: "artefacts/failed",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["html", { outputFolder: "results", open: "never" }]],
  use: {
    baseURL: MALIPO_URL,
    locale: "en-KE",
    timezoneId: "Africa/Nairobi",
    screenshot: "only-on-failure",
    // What was done, asked and said. Without pictures of every step: they cost more than the stories themselves.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false, sources: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        "--disable-quic", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run",
      ],
    },
  },
  projects: [
    {
      name: "phone",
      grepInvert: /@desktop-only/,
      use: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
    },
    { name: "desktop", grep: /@desktop/, use: { viewport: { width: 1280, height: 800 } } },
  ],
};

export default defineConfig(config);
