// Browser tests of the release build in dist/; `cargo xtask test` builds it and names the browser in CHROMIUM.
// By hand, after `cargo xtask build`: npx playwright test --config tests/browser/playwright.config.js

import { defineConfig } from "@playwright/test";

const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];

export default defineConfig({
  testDir: ".",
  outputDir: "../../target/browser-tests",
  fullyParallel: true,
  // A core for each; the default leaves half of them idle.
  workers: "100%",
  forbidOnly: true,
  // On a busy machine a browser may once be too slow; a test that needs its second chance is reported as flaky.
  retries: 1,
  timeout: 90_000,
  reporter: "list",
  use: {
    browserName: "chromium",
    actionTimeout: 30_000,
    viewport: { width: 1280, height: 900 },
    // A run would play by itself; tests step.
    // offline.spec.js is about it.
    serviceWorkers: "block",
    contextOptions: { reducedMotion: "reduce" },
    // For more of a failure: cargo xtask browser --trace on
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-sync", ...quiet],
    },
  },
});
