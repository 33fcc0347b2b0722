// The screens: every one of the checkout's and of the dashboard's, whose pages ask the server for files alone. They compute and
// wait for nobody, so they may run beside what waits.

import { defineConfig } from "@playwright/test";
import stories, { leaves, projects } from "./playwright.config";

export default defineConfig({
  ...stories, ...leaves("screens"), testDir: "screens", workers: 2, globalSetup: "./seed.ts",
  use: { ...stories.use, contextOptions: {} },
  projects: projects(2),
});
