// The bench in the browser: one worker, so that nothing runs beside what is measured.

import { defineConfig } from "@playwright/test";
import stories, { leaves, projects } from "./playwright.config";

export default defineConfig({
  ...stories, ...leaves("bench"), testDir: "bench", workers: 1, fullyParallel: false, timeout: 180_000, reporter: [["line"]],
  use: { ...stories.use, contextOptions: {} },
  projects: projects(2).filter(({ name }) => name == "phone"),
});
