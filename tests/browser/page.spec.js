// The page as a whole: it opens, in a clean console, for everyone.

import { expect, expectAccessible, test } from "./fixtures.js";

test("the page opens", async ({ page }) => {
  await page.goto("./");
  await expect(page).toHaveTitle(/Rollscope/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

for (const colorScheme of ["light", "dark"]) {
  test(`nothing serious for axe-core, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("./");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
  });
}
