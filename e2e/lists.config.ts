// The dashboard over a full ledger: one Worker with 50,000 payments, which `cargo xtask test --only lists` makes.

import { defineConfig } from "@playwright/test";
import stories, { leaves } from "./playwright.config";

export default defineConfig({ ...stories, ...leaves("lists"), testDir: "lists", globalSetup: "./seed.ts" });
