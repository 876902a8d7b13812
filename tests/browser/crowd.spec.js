// More Pods than can be told apart: blocks of a hundred, by pointer and by keys, and what a step leaves alone.

import { expect, expectAccessible, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, open, run, stage } from "./rollout.js";

const field = (page, name = /^Pods of/) => stage(page).getByRole("listbox", { name });
const many = (text) => text.replace(/replicas: \d/, "replicas: 1000");
const parallel = (text) => text.replace("spec:\n", "spec:\n  podManagementPolicy: Parallel\n");

test.beforeEach(({ page }) => open(page));

test("a thousand Pods are a few elements, and are told in words", async ({ page }) => {
  await run(page, many(DEPLOYMENT));
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(field(page, "Pods of revision 1: 1000 available")).toBeVisible();
  await expect(stage(page).locator(".block")).toHaveCount(10);
  expect(await stage(page).locator("*").count()).toBeLessThan(300);
  await expectAccessible(page);
});

test("a step leaves alone what it does not change", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByRole("button", { name: "Restart" }).click();
  await expect(page.locator("p.announced")).toHaveText("you: kubectl rollout restart statefulset/db");
  await page.getByRole("heading", { level: 1 }).click();
  await page.evaluate(() => {
    window.touched = new Set();
    const note = ({ target }) => {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const block = element.closest(".block");
      if (block) window.touched.add(block.querySelector(".from").textContent);
    };
    const watch = new MutationObserver((changes) => changes.forEach(note));
    watch.observe(document.querySelector(".field"), { subtree: true, childList: true, attributes: true, characterData: true });
  });
  // The last number goes first; the other blocks are never touched.
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => [...window.touched])).toEqual(["900"]);
  }).toPass();
  for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => [...window.touched])).toEqual(["900"]);
});

test("a click opens the Pod in that place", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  const block = stage(page).locator(".block", { hasText: "400" }).locator("svg");
  const { width } = await block.boundingBox();
  // The fifth row, the eighth place.
  await block.click({ position: { x: (width / 10) * 7.5, y: (width / 10) * 4.5 }, force: true });
  await expect(page.getByRole("region", { name: "Pod db-447" })).toContainText("Running");
  await expect(stage(page).locator("path.chosen")).toHaveCount(1);
});

test("keys reach every Pod, and say its name", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  await field(page).focus();
  const current = () => page.evaluate(() => {
    const list = document.activeElement;
    return document.getElementById(list.getAttribute("aria-activedescendant")).getAttribute("aria-label");
  });
  await expect.poll(current).toBe("Pod db-0, revision 1, available");
  for (const [key, number] of [["ArrowRight", 1], ["ArrowDown", 11], ["PageDown", 111], ["End", 999], ["Home", 0], ["ArrowLeft", 0]]) {
    await page.keyboard.press(key);
    await expect.poll(current).toBe(`Pod db-${number}, revision 1, available`);
  }
  await page.keyboard.press("PageDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Pod db-100" })).toContainText("Running");
  await expect(field(page).getByRole("option", { selected: true })).toHaveCount(1);
});

test("hundreds of places that have come and gone are all there again", async ({ page }) => {
  await run(page, parallel(STATEFUL_SET).replace(/replicas: \d/, "replicas: 300"));
  const tiles = stage(page).getByRole("button", { name: /^Pod db-\d+/ });
  for (let i = 0; i < 2; i += 1) {
    await page.getByRole("button", { name: "To the start" }).click();
    await expect(tiles).toHaveCount(0);
    await page.getByRole("button", { name: "To the end" }).click();
    await expect(tiles).toHaveCount(300);
  }
  await expect(tiles.last()).toHaveAccessibleName("Pod db-299, revision 1, Running, available");
  await tiles.last().click();
  await expect(page.getByRole("region", { name: "Pod db-299" })).toContainText("Running");
});

test("the partition of a thousand Pods is a bar", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  const line = page.getByRole("slider", { name: "Partition of db" });
  await line.focus();
  for (let i = 0; i < 5; i += 1) await line.press("PageUp");
  await expect(line).toHaveAttribute("aria-valuetext", "partition 500: the next update reaches 500 to 999 only");
  await expect(stage(page).locator("path.line")).toHaveCount(1);
  await line.press("Enter");
  await expect(page.locator(".said")).toContainText("statefulset.apps/db patched");
  await expect(line).toHaveAttribute("aria-valuenow", "500");
});
