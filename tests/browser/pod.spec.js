// The panel of a Pod: its parts by mouse and by keys, at the cursor, beside the stage.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, open, run, stage } from "./rollout.js";

const panel = (page) => page.getByRole("region", { name: /^Pod web-/ });
const part = (page, name) => panel(page).getByRole("button", { name, exact: true });

async function opened(page) {
  await open(page);
  await run(page, DEPLOYMENT);
  await page.getByRole("button", { name: "To the end" }).click();
  await stage(page).locator(".tile").first().click();
}

test("a Pod tells its conditions, containers, Events and YAML, a part at a time", async ({ page }) => {
  await opened(page);
  await expect(panel(page)).toContainText("ContainersReady");
  await expect(panel(page)).toContainText(/Ready\s*True\s*00:0/);
  await part(page, "Containers").click();
  await expect(panel(page)).not.toContainText("ContainersReady");
  await expect(panel(page).getByRole("region", { name: "Container web" })).toContainText("running since 00:0");
  await part(page, "Events").click();
  await expect(panel(page)).toContainText(/Scheduled.*Successfully assigned web-.* to node-/);
  await part(page, "YAML").click();
  await expect(panel(page).locator("pre")).toContainText("apiVersion: v1\nkind: Pod\nmetadata:\n  creationTimestamp: \"2026-01-01T00:00:0");
  await expect(panel(page).locator("pre")).toContainText("phase: Running");
});

test("it follows the cursor, and says where there is no such Pod", async ({ page }) => {
  await opened(page);
  await part(page, "YAML").click();
  await page.getByRole("button", { name: "To the start" }).click();
  await expect(panel(page)).toContainText("There is no such Pod at this moment.");
  while (!(await stage(page).locator(".tile.chosen").count())) await page.keyboard.press("ArrowRight");
  await expect(panel(page).locator("pre")).toContainText("phase: Pending");
  await panel(page).getByRole("button", { name: "Close" }).click();
  await expect(panel(page)).toHaveCount(0);
});

test("by keys alone, and what is chosen stays chosen for the next Pod", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await page.getByRole("button", { name: "To the end" }).click();
  await stage(page).locator(".tile").first().focus();
  await page.keyboard.press("Enter");
  await part(page, "Events").focus();
  await page.keyboard.press("Enter");
  await expect(panel(page)).toContainText("Started");
  await stage(page).locator(".tile").nth(1).focus();
  await page.keyboard.press("Enter");
  await expect(part(page, "Events")).toHaveAttribute("aria-pressed", "true");
});

for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 375, height: 812 } })) {
  test(`the panel covers nothing of the stage: ${size}`, async ({ page }) => {
    await page.goto("./");
    await expect(page.getByRole("button", { name: "Nodes", exact: true })).toBeAttached();
    await page.setViewportSize(viewport);
    await stage(page).locator(".tile").first().click();
    const box = async (locator) => locator.boundingBox();
    const [own, room] = [await box(page.locator(".pod")), await box(page.locator(".stage"))];
    const apart = own.x >= room.x + room.width - 1 || own.y >= room.y + room.height - 1;
    expect(apart, JSON.stringify({ own, room })).toBe(true);
    expect(room.height).toBeGreaterThan(250);
  });
}

test("on a narrow screen the panel of the chosen Pod comes into sight", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 700 });
  await page.goto("./");
  await expect(page.getByRole("button", { name: "Nodes", exact: true })).toBeAttached();
  const panel = page.locator(".pod");
  await stage(page).locator(".tile").first().click();
  await expect(panel.getByRole("button", { name: "Close" })).toBeInViewport();
  await page.evaluate(() => window.scrollTo(0, 0));
  await stage(page).locator(".tile").nth(1).click();
  await expect(panel.getByRole("button", { name: "Close" })).toBeInViewport();
});
