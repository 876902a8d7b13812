// The time strip seen closely: wheel, keys, buttons and fingers; the cursor stays in view.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, open, run, step } from "./rollout.js";

const UPDATE = `${DEPLOYMENT}---
apiVersion: rollscope.dev/v1
kind: Scenario
world: {images: {'nginx:oops': {pull: fails}}}
interventions:
- {at: 30, run: kubectl set image deployment/web web=nginx:oops}
- {at: 90, run: kubectl rollout undo deployment/web}
`;

const part = (page) => page.getByRole("slider", { name: "Part of the time that is shown" });
const slider = (page) => page.getByRole("slider", { name: "Time", exact: true });

/** Where the cursor is between the left and the right end of what is seen of the strip. */
async function shareOfCursor(page) {
  return page.evaluate(() => {
    const [strip, gutter] = [".strip", ".curve .gutter"].map((name) => document.querySelector(name).getBoundingClientRect());
    const cursor = document.querySelector(".strip .cursor").getBoundingClientRect();
    return (cursor.left - gutter.right) / (strip.right - gutter.right);
  });
}

async function expectCursorInView(page) {
  const share = await shareOfCursor(page);
  expect(share).toBeGreaterThanOrEqual(-0.01);
  expect(share).toBeLessThanOrEqual(1);
}

test.beforeEach(async ({ page, hasTouch }) => {
  if (hasTouch) return;
  await open(page);
  await run(page, UPDATE);
  await page.getByRole("heading", { level: 1 }).click();
});

test("keys come closer and go back, and the cursor stays in view while one steps", async ({ page }) => {
  await expect(part(page)).toHaveCount(0);
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("+");
  await expect(part(page)).toBeVisible();
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press("ArrowRight");
    await expectCursorInView(page);
  }
  await page.keyboard.press("Home");
  await expectCursorInView(page);
  await page.keyboard.press("End");
  await expectCursorInView(page);
  await page.keyboard.press("-");
  await expect(part(page)).toBeVisible();
  await page.keyboard.press("0");
  await expect(part(page)).toHaveCount(0);
});

test("buttons do the same", async ({ page }) => {
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(part(page)).toBeVisible();
  await page.getByRole("button", { name: "fit" }).click();
  await expect(part(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Zoom out" })).toBeDisabled();
});

test("the wheel with Ctrl keeps what is under the pointer, and one can seek there", async ({ page }) => {
  const box = await slider(page).boundingBox();
  await page.mouse.click(box.x + box.width * 0.4, box.y + box.height / 2);
  const there = await step(page).textContent();
  const { x } = await page.locator(".strip .cursor").boundingBox();
  await page.mouse.move(x, box.y + box.height / 2);
  await page.keyboard.down("Control");
  for (let i = 0; i < 4; i += 1) await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await expect(part(page)).toBeVisible();
  const cursor = await page.locator(".strip .cursor").boundingBox();
  expect(Math.abs(cursor.x - x)).toBeLessThan(5);
  await page.mouse.click(cursor.x, box.y + box.height / 2);
  await expect(step(page)).toHaveText(there);
});

test("the bar below shows another part, by mouse and by keys, and a step comes back to the cursor", async ({ page }) => {
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("+");
  const before = await part(page).getAttribute("aria-valuenow");
  const box = await part(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(part(page)).not.toHaveAttribute("aria-valuenow", before);
  expect(await shareOfCursor(page)).toBeLessThan(0);
  const there = await part(page).getAttribute("aria-valuenow");
  await part(page).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(part(page)).not.toHaveAttribute("aria-valuenow", there);
  await page.getByRole("button", { name: "One step forward" }).click();
  await expectCursorInView(page);
});

test("flags lead to interventions, stalls and milestones", async ({ page }) => {
  for (const [name, time] of [
    [/^image nginx:oops/, "00:30.0"],
    [/stalls/, "00:30.0"],
    [/^undo/, "01:30.0"],
  ]) {
    await page.locator(".strip").getByRole("button", { name }).first().click();
    await expect(page.locator(".clock")).toHaveText(time);
  }
  await expect(page.locator(".strip").getByRole("button", { name: /complete/ })).toHaveCount(2);
  const boxes = await page.locator(".strip .flag").evaluateAll((flags) =>
    flags.map((flag) => flag.getBoundingClientRect()).map(({ left, right, top }) => ({ left, right, top })),
  );
  for (const a of boxes) {
    const over = boxes.filter((b) => b.top === a.top && b.left > a.left && b.left < a.right - 1);
    expect(over, "flags that run into another").toEqual([]);
  }
});

test.describe("by touch", () => {
  test.use({ viewport: { width: 375, height: 812 }, hasTouch: true });

  test("two fingers come closer", async ({ page }) => {
    await page.goto("./");
    await page.getByRole("button", { name: "Zoom in" }).waitFor();
    await slider(page).scrollIntoViewIfNeeded();
    const box = await slider(page).boundingBox();
    const y = Math.round(box.y + box.height / 2);
    const client = await page.context().newCDPSession(page);
    const touch = (type, xs) =>
      client.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
    await touch("touchStart", [150]);
    await touch("touchStart", [150, 200]);
    for (const spread of [20, 40, 60, 80]) await touch("touchMove", [150 - spread, 200 + spread]);
    await touch("touchEnd", []);
    await expect(part(page)).toBeVisible();
  });
});
