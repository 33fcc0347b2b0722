// The screens of the dashboard, likewise.

import { defineConfig } from "@playwright/test";
import { leaves } from "./playwright.config";
import screens from "./screens.config";

export default defineConfig({ ...screens, ...leaves("dashboard-screens"), testMatch: "dashboard_screens.spec.ts" });
