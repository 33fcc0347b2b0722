// The checkout in real browsers, old and new: `cargo xtask test --only browsers`. Beside the stories' addresses it needs
// MALIPO_BROWSERS, which there are (JSON, see browsers/engines.ts), and MALIPO_SHOP_PORT, where the shop's page lies.

import { defineConfig } from "@playwright/test";
import stories, { leaves } from "./playwright.config";

export default defineConfig({
  ...stories, ...leaves("browsers"), testDir: "browsers", globalSetup: ["./seed.ts", "./browsers/shop.ts"],
  reporter: [["list"], ["./browsers/table.ts"]],
  projects: [{ name: "browsers" }],
  // Playwright drives none of these; each story keeps a picture by itself.
  use: { screenshot: "off", trace: "off" },
});
