// The page opens with the first part of its code; the rest comes while one looks.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, editor, findings, open, run, stage } from "./rollout.js";

const REST = "**/split_rest.wasm";

/** Keeps the rest back until it is let go. */
async function hold(page) {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route(REST, async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

test("a first visit sees and steps through the example before the rest is there", async ({ page }) => {
  const letGo = await hold(page);
  await page.goto("./");
  await expect(stage(page)).toContainText("nginx");
  await expect(page.getByRole("button", { name: "Scale" })).toHaveCount(0);
  await page.keyboard.press("End");
  const end = await page.locator(".transport").textContent();
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await expect(page.locator(".transport")).toHaveText(end);
  letGo();
  await expect(page.getByRole("button", { name: "Scale" })).toBeVisible();
  await expect(page.locator(".transport")).toHaveText(end);
});

test("what is run too early runs as soon as it can", async ({ page }) => {
  const letGo = await hold(page);
  await page.goto("./");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await run(page, STATEFUL_SET);
  await expect(stage(page)).toContainText("nginx");
  letGo();
  await expect(stage(page)).toContainText("db");
});

test("a text of one's own waits for the rest", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  const letGo = await hold(page);
  const asked = page.waitForRequest(REST);
  await page.goto("./");
  await asked;
  await expect(stage(page)).toHaveCount(0);
  letGo();
  await expect(stage(page)).toContainText("web");
});

test("a server that does not know the type of wasm will do", async ({ page }) => {
  await page.route(REST, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { "content-type": "text/plain" } });
  });
  await page.goto("./");
  await expect(page.getByRole("button", { name: "Scale" })).toBeVisible();
});

test.describe("when the rest can't be had", () => {
  test.use({ expected: /split_rest|ERR_FAILED|Failed to fetch/ });

  test("the example still plays, and trying again works", async ({ page }) => {
    await page.route(REST, (route) => route.abort());
    await page.goto("./");
    await expect(stage(page)).toContainText("nginx");
    await expect(findings(page)).toContainText("could not be loaded");
    await page.keyboard.press("End");
    await page.unroute(REST);
    await editor(page).press("ControlOrMeta+Enter");
    await expect(page.getByRole("button", { name: "Scale" })).toBeVisible();
    await expect(findings(page)).not.toContainText("could not be loaded");
  });
});
