// The day of three shops: one long story on a stack of its own. Beside the stories' addresses it needs MALIPO_SHOP_PORT, where the
// Worker sends the first shop's messages (path /main).

import { defineConfig } from "@playwright/test";
import stories, { leaves } from "./playwright.config";

export default defineConfig({
  ...stories, ...leaves("day"), testDir: "day", workers: 1, fullyParallel: false, globalSetup: "./seed.ts", // the story registers by itself
  use: { ...stories.use, contextOptions: {} },
  projects: stories.projects!.filter(({ name }) => name == "desktop").map((project) => ({ ...project, grep: undefined })),
});
