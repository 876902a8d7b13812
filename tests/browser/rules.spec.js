// The page of rules, and the ways to it.

import { expect, expectAccessible, test } from "./fixtures.js";
import { open, picture } from "./rollout.js";

test("a rule in Why leads to its place on the page of rules", async ({ page, context }) => {
  await open(page);
  await page.getByRole("button", { name: "To the end" }).click();
  await page.keyboard.press("Home");
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("ArrowRight");
  const link = page.locator(".why .step a.rule").first();
  const id = await link.innerText();
  const opening = context.waitForEvent("page");
  await link.click();
  const rules = await opening;
  await expect(rules).toHaveURL(new RegExp(`/some/folder/rules.html#${id}$`));
  await expect(rules.locator(`section[id="${id}"]`)).toBeInViewport();
  await expect(rules.locator(`section[id="${id}"] h3`)).toContainText(id);
});

test("everybody who does nothing says why", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByText("Everybody else", { exact: true }).click();
  await expect(page.locator(".others li").filter({ hasText: "nothing to do" })).toHaveCount(1);
  await expect(page.locator(".others li").filter({ hasText: "no Pod waits for a node" })).toBeVisible();
});

for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 1000 }, narrow: { width: 375, height: 812 } })) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      test("the page of rules can be read", async ({ page }) => {
        await page.goto("./rules.html#DEP-31");
        await picture(page, `rules-${size}-${colorScheme}`);
        await expectAccessible(page);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wider, "pixels to the right of the window").toBeLessThanOrEqual(0);
      });
    });
  }
}
