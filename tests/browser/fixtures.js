// What every browser test stands on: a served page, and a failure for anything that the console complains about.

import AxeBuilder from "@axe-core/playwright";
import { expect, test as base } from "@playwright/test";
import { serve } from "./serve.js";

export { expect };

export const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await serve();
      await use(server.url);
      server.close();
    },
    { scope: "worker" },
  ],
  /** So that `page.goto("./")` is the page. */
  baseURL: ({ server }, use) => use(server),
  /** The errors that a test is about. */
  expected: [/^$/, { option: true }],
  /** Playwright's page; the test fails for any error in its console, any uncaught one and any missing file. */
  page: async ({ page, expected }, use) => {
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => errors.push(`uncaught: ${error}`));
    page.on("response", (response) => response.status() >= 400 && errors.push(`${response.status()}: ${response.url()}`));
    await use(page);
    expect(errors.filter((error) => !expected.test(error)), "errors in the console").toEqual([]);
  },
});

/** Fails for whatever axe-core finds in the page as it is now, of any level. */
export async function expectAccessible(page) {
  // What else it could tell takes most of its time: of rules that are kept, of other sites' frames, of style sheets.
  const options = { resultTypes: ["violations"], preload: false };
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).options(options).analyze();
  const lines = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target}`));
  expect(lines, "accessibility violations").toEqual([]);
}
