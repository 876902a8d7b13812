// docs/embedding.md as the page embedding.html: every example in it runs, under the policy of docs/hosting.md.

import { readFileSync } from "node:fs";
import { expect, expectAccessible, test } from "./fixtures.js";

const TEXT = readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8");

const example = (page, index) => page.locator(".live").nth(index);

/** Waits until it is on the stage, as a reader who scrolls there. */
async function shown(view) {
  await view.scrollIntoViewIfNeeded();
  await expect(view.locator(".stage .workload, .stage .node").first()).toBeVisible();
}

test("every example shows what its text says", async ({ page }) => {
  await page.goto("./embedding.html");
  const blocks = TEXT.match(/```html\n[^]*?```/g).filter((block) => /<(rollout-view|iframe)/.test(block) && !block.includes("YOUR-SITE"));
  await expect(page.locator(".live")).toHaveCount(blocks.length);
  expect(blocks.length).toBe(6);
  await shown(example(page, 0).locator("rollout-view"));
  await expect(example(page, 0)).toContainText("nginx:1.72");
  await shown(example(page, 1).locator("rollout-view"));
  await expect(example(page, 1).locator(".strip .curve")).toBeVisible();
  await expect(example(page, 1).getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", "20");
  await example(page, 2).getByRole("button", { name: "Show this rollout" }).click();
  await expect(example(page, 2).locator(".node").first()).toBeVisible();
  await shown(example(page, 3).locator("rollout-view"));
  await expect(example(page, 3).getByRole("button", { name: "Play" })).toBeHidden();
  await shown(example(page, 4).locator("rollout-view"));
  await expect(example(page, 4).getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", "12");
  const frame = page.frameLocator("iframe");
  await page.locator("iframe").scrollIntoViewIfNeeded();
  await expect(frame.locator(".stage")).toContainText("nginx");
  await expect(frame.getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", "30");
});

test("all attributes, events, methods and parts are in the text", async ({ page }) => {
  await page.goto("./embedding.html");
  const view = example(page, 0).locator("rollout-view");
  await shown(view);
  const { attributes, methods, parts } = await view.evaluate((view) => {
    const own = Object.getOwnPropertyDescriptors(view.constructor.prototype);
    const elements = [...view.shadowRoot.querySelectorAll("[part]")];
    return {
      attributes: view.constructor.observedAttributes,
      methods: Object.keys(own).filter((name) => !/Callback$|^constructor$/.test(name)),
      parts: elements.map((element) => element.getAttribute("part")),
    };
  });
  expect(parts.length).toBeGreaterThan(6);
  for (const name of [...attributes, ...parts]) expect(TEXT, name).toContain(`\`${name}\``);
  for (const name of methods) expect(TEXT, name).toMatch(new RegExp(`\`${name}[(\`]`));
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1200, 375]) {
    test(`looks well at ${width}, ${colorScheme}`, async ({ page }) => {
      test.slow();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("./embedding.html");
      for (const index of [0, 1, 3]) await shown(example(page, index).locator("rollout-view"));
      await page.screenshot({ path: `target/screenshots/embedding-${width}-${colorScheme}.png`, fullPage: true });
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    });
  }
}
