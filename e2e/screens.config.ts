// The screens of the checkout, whose pages ask the server for files alone. They compute and wait for nobody, so they may run beside what
// waits. What turns is not drawn: that took as long as the rest, and pictures of one screen differed.

import { defineConfig } from "@playwright/test";
import stories, { leaves, projects } from "./playwright.config";

export default defineConfig({
  ...stories, ...leaves("screens"), testDir: "screens", testMatch: "every_screen.spec.ts", workers: 2, globalSetup: "./seed.ts",
  projects: projects(2),
});
