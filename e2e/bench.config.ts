// The bench in the browser: one worker, so that nothing runs beside what is measured.

import { defineConfig } from "@playwright/test";
import stories from "./playwright.config";

export default defineConfig({
  ...stories, testDir: "bench", workers: 1, fullyParallel: false, timeout: 180_000, reporter: [["line"]],
  projects: stories.projects!.filter(({ name }) => name == "phone"),
});
