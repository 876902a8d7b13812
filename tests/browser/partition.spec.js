// The partition of a StatefulSet: dragged or moved by keys, it says what it would do, and does it when it is let go.

import { expect, test } from "./fixtures.js";
import { done, open, STATEFUL_SET, paste, run, stage } from "./rollout.js";

const line = (page) => stage(page).getByRole("slider", { name: "Partition of db" });
const PATCH = (value) => `kubectl patch statefulset/db -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":${value}}}}}'`;

/** Three Pods of revision 1 behind a partition of 3, and a new image that none of them has. */
async function held(page) {
  await open(page);
  const held = STATEFUL_SET.replace("  replicas: 3\n", "  replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 3}}\n");
  await run(page, held);
  await page.getByRole("button", { name: "To the end" }).click();
  await paste(page, held.replace("1.7.9", "1.9.1"));
  await page.getByRole("button", { name: "Apply at cursor" }).click();
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(line(page)).toHaveAttribute("aria-valuenow", "3");
  await page.getByRole("heading", { level: 1 }).click();
}

const middle = async (locator) => {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

test("by pointer: it says what would change, and changes it when it is let go", async ({ page }) => {
  await held(page);
  const from = await middle(line(page));
  const to = await middle(stage(page).locator(".slot").nth(1));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x + 20, to.y, { steps: 8 });
  await expect(line(page)).toHaveAttribute("aria-valuetext", "partition 2: 2 gets revision 2");
  await page.mouse.move(to.x - 20, to.y, { steps: 4 });
  await expect(stage(page)).toContainText("1 and 2 get revision 2");
  await expect(line(page), "from where to where").toContainText("partition 3 → 1");
  await expect(done(page)).toHaveCount(2);
  await page.mouse.up();
  await expect(done(page).last()).toContainText(PATCH(1));
  await expect(done(page).last()).toContainText("statefulset.apps/db patched");
  await expect(line(page)).toHaveAttribute("aria-valuenow", "1");
  await page.getByRole("button", { name: "To the end" }).click();
  const revisions = stage(page).locator(".slot .number");
  await expect(revisions).toHaveText(["1", "2", "2"]);
});

test("by keys: arrows move it, Escape puts it back, Enter asks for it", async ({ page }) => {
  await held(page);
  await line(page).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(line(page)).toHaveAttribute("aria-valuenow", "2");
  await expect(line(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(line(page)).toHaveAttribute("aria-valuenow", "3");
  await page.keyboard.press("Home");
  await expect(line(page)).toHaveAttribute("aria-valuetext", "partition 0: 0 to 2 get revision 2");
  await page.keyboard.press("End");
  await expect(line(page)).toHaveAttribute("aria-valuenow", "3");
  await page.keyboard.press("ArrowLeft");
  await expect(done(page)).toHaveCount(2);
  await page.keyboard.press("Enter");
  await expect(done(page).last()).toContainText(PATCH(2));
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(stage(page).locator(".slot .number")).toHaveText(["1", "1", "2"]);
  await expect(line(page)).toHaveAttribute("aria-valuenow", "2");
});

test("leaving the line, or letting it go where it was, asks for nothing", async ({ page }) => {
  await held(page);
  await line(page).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Tab");
  await expect(line(page)).toHaveAttribute("aria-valuenow", "3");
  const place = await middle(line(page));
  await page.mouse.move(place.x, place.y);
  await page.mouse.down();
  await page.mouse.up();
  await expect(done(page)).toHaveCount(2);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true });
  test("the line follows the finger", async ({ page }) => {
    await held(page);
    const from = await middle(line(page));
    const to = await middle(stage(page).locator(".slot").nth(2));
    const client = await page.context().newCDPSession(page);
    const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", [from]);
    for (const part of [0.3, 0.6, 1]) await touch("touchMove", [{ x: from.x + (to.x - 20 - from.x) * part, y: from.y }]);
    await expect(line(page)).toHaveAttribute("aria-valuenow", "2");
    await touch("touchEnd", []);
    await expect(done(page).last()).toContainText(PATCH(2));
  });
});
