// What a step has moved is seen to move, unless the visitor wants stillness or goes too fast to follow.

import { expect, test } from "./fixtures.js";
import { open, stage } from "./rollout.js";

/** The tiles that set out while one steps through the whole example. */
async function travellers(page, pause) {
  await page.addInitScript(() => {
    window.travelled = [];
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (frames, ...options) {
      window.travelled.push([this.dataset.pod, frames.transform[0]]);
      return animate.call(this, frames, ...options);
    };
  });
  await open(page);
  await expect(stage(page).getByRole("group", { name: "Actions at the cursor" })).toBeVisible();
  await page.keyboard.press("End");
  for (let i = 0; i < 12; i += 1) {
    await page.waitForTimeout(pause);
    await page.keyboard.press("ArrowLeft");
  }
  return page.evaluate(() => window.travelled);
}

test.describe("by default", () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });

  test("a tile that stands elsewhere than before travels there", async ({ page }) => {
    const moved = await travellers(page, 300);
    expect(moved.length).toBeGreaterThan(0);
    for (const [pod, from] of moved) {
      expect(pod).toMatch(/^nginx-/);
      expect(from).toMatch(/^translate\(-?\d+px, -?\d+px\)$/);
    }
  });

  test("who steps fast sees the states, not the ways between them", async ({ page }) => {
    expect((await travellers(page, 0)).length).toBeLessThan(4);
  });
});

test("nothing moves for who wants stillness", async ({ page }) => {
  expect(await travellers(page, 300)).toEqual([]);
});
