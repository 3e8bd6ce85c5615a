import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { defineConfig, devices } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome"];
const folders = (process.env.PATH ?? "").split(delimiter);
const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
// without one on the PATH Playwright takes its own
const executablePath = process.env.CHROMIUM_PATH || onPath;
const onPhone = /\.phone\.spec\.ts$/;

export default defineConfig({
  testDir: "../e2e",
  outputDir: "../test-results",
  globalSetup: "../e2e/global-setup.ts",
  // the stories share one town and one day
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: {
    baseURL: process.env.E2E_BASE_URL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    },
  },
  projects: [
    { name: "desktop", testIgnore: onPhone, use: { viewport: { width: 1440, height: 900 } } },
    {
      name: "phone",
      testMatch: onPhone,
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, defaultBrowserType: "chromium" },
    },
  ],
});
