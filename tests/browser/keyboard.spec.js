// Keys, and what must not be a key.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, editor, open, paste, run, step } from "./rollout.js";

test.beforeEach(({ page }) => open(page));

test("steps, single writes, ends", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("ArrowRight");
  await expect(step(page)).toHaveText(/deployment-controller: Created ReplicaSet/);
  await page.keyboard.press("ArrowLeft");
  await expect(step(page)).toHaveText(/kubectl apply/);
  await page.keyboard.press("End");
  await expect(step(page)).not.toHaveText(/kubectl apply/);
  await page.keyboard.press("Home");
  await expect(step(page)).toBeEmpty();
  const count = async (key) => {
    await page.keyboard.press("Home");
    const texts = [];
    for (let i = 0; i < 5; i += 1) {
      await page.keyboard.press(key);
      texts.push(await step(page).textContent());
    }
    return texts.filter((text) => text.includes("status of")).length;
  };
  expect(await count("ArrowRight")).toBe(0);
  expect(await count("Shift+ArrowRight")).toBeGreaterThan(0);
});

test("Space plays and pauses", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("heading", { level: 1 }).click();
  const before = await step(page).textContent();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  await page.waitForTimeout(1500);
  await page.keyboard.press("Space");
  await expect(step(page)).not.toBeEmpty();
  await expect(step(page)).not.toHaveText(before);
});

test("? helps, Escape ends it", async ({ page }) => {
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.getByRole("heading", { name: "What this is" }), "it opens at its top").toBeInViewport();
  await expect(page.getByRole("dialog")).toContainText("ringed: what this step wrote");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("the help that is opened again at once after Escape stays open", async ({ page }) => {
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  // The browser tells of a closing a moment later: both in one go, before it does.
  await page.evaluate(() => {
    document.querySelector("dialog").close();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true, composed: true }));
  });
  await page.waitForTimeout(300);
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("typing is only typing, Ctrl+Enter runs", async ({ page }) => {
  await paste(page, DEPLOYMENT);
  const before = await step(page).textContent();
  for (const key of ["Home", "ArrowRight", "Space", "?", "Backspace", "Backspace"]) await editor(page).press(key);
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await step(page).textContent()).toBe(before);
  await editor(page).press("ControlOrMeta+Enter");
  await expect(step(page)).toHaveText(/kubectl apply/);
});

test.describe("with motion", () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });
  test("a run plays by itself", async ({ page }) => {
    await paste(page, DEPLOYMENT);
    await editor(page).press("ControlOrMeta+Enter");
    await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  });
});
