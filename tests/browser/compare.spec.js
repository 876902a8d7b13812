// Runs of one text: what an intervention turns aside from stays, and two are seen beside each other.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, open, run, stage } from "./rollout.js";

const UPDATE = `---
apiVersion: rollscope.dev/v1
kind: Scenario
interventions:
- {at: 30, run: kubectl set image deployment/web web=nginx:1.9.1}
`;
const TEXT = DEPLOYMENT + UPDATE;

const runs = (page) => page.getByRole("group", { name: "Runs of this text" });
const chooser = (page) => page.getByRole("combobox", { name: "Compare with" });
const beside = (page) => page.getByRole("region", { name: /^Compared with/ });
const clock = (page) => page.locator(".clock");
const counted = (place) => place.locator(".counted").first();

async function scale(page, replicas) {
  await page.getByRole("button", { name: "Scale", exact: true }).click();
  await page.getByRole("spinbutton", { name: "Replicas" }).fill(String(replicas));
  await page.keyboard.press("Enter");
}

test.beforeEach(({ page }) => open(page));

test("an intervention in the past leaves two runs to switch between, at the same time", async ({ page }) => {
  await run(page, TEXT);
  await expect(runs(page)).toHaveCount(0);
  await page.getByRole("heading", { level: 1 }).click();
  for (let i = 0; i < 8; i += 1) await page.keyboard.press("ArrowRight");
  await scale(page, 7);
  await expect(runs(page).getByRole("button", { name: /^scale 7 at/ })).toHaveAttribute("aria-pressed", "true");
  await expect(stage(page)).toContainText("7 desired");
  const time = await clock(page).textContent();
  await runs(page).getByRole("button", { name: "original", exact: true }).click();
  await expect(stage(page)).toContainText("4 desired");
  await expect(clock(page)).toHaveText(time);
  await page.getByRole("button", { name: "Forget the run original" }).click();
  await expect(runs(page)).toHaveCount(0);
  await expect(stage(page)).toContainText("7 desired");
});

test("what is done at the end of a run leaves that run as it was", async ({ page }) => {
  await run(page, TEXT);
  await page.getByRole("button", { name: "To the end" }).click();
  await scale(page, 7);
  await expect(stage(page)).toContainText("7 desired");
  await runs(page).getByRole("button", { name: "original", exact: true }).click();
  await expect(stage(page)).toContainText("4 desired");
  await expect(page.getByRole("button", { name: "To the end" })).toBeDisabled();
});

test("one clock for both: who has ended stands still, and either can be put on the stage", async ({ page }) => {
  await run(page, TEXT);
  await page.getByRole("button", { name: "To the end" }).click();
  await scale(page, 7);
  await runs(page).getByRole("button", { name: "original", exact: true }).click();
  const longer = await chooser(page).getByRole("option", { name: /^scale 7/ }).textContent();
  await chooser(page).selectOption(longer);
  const [own, other] = [page.locator(".side.one"), page.locator(".side.two")];
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(own.locator(".mono")).toContainText("ended 00:");
  await expect(other.locator(".mono")).toHaveText(await clock(page).textContent());
  await expect(counted(stage(page))).toContainText("total 4");
  await expect(counted(beside(page))).toContainText("total 7");
  await page.getByRole("slider", { name: "Time" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(own.locator(".mono"), "the steps beyond its end are the other one's").toContainText("ended 00:");
  const time = await clock(page).textContent();
  await page.getByRole("button", { name: "swap" }).click();
  await expect(own).toContainText("scale 7");
  await expect(other).toContainText("original");
  await expect(clock(page)).toHaveText(time);
  await scale(page, 2);
  await expect(stage(page)).toContainText("2 desired");
});

test("two strategies: run, edit maxSurge, run again, compare with the one before", async ({ page }) => {
  await run(page, TEXT);
  const strategy = "  replicas: 4\n  strategy: {rollingUpdate: {maxSurge: 4}}";
  await run(page, TEXT.replace("  replicas: 4", strategy));
  await chooser(page).selectOption("before the edit");
  await expect(beside(page)).toBeVisible();
  await page.getByRole("button", { name: /^first difference at 00:30/ }).click();
  await expect(clock(page)).toHaveText("00:30.0");
  await page.getByRole("heading", { level: 1 }).click();
  const seen = new Set();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press("ArrowRight");
    if (await page.getByRole("button", { name: "To the end" }).isDisabled()) break;
    seen.add(`${await counted(stage(page)).textContent()} | ${await counted(beside(page)).textContent()}`);
    const times = await page.locator(".side .mono").allTextContents();
    expect(times[1].slice(-7) <= times[0].slice(-7), times.join(" ")).toBe(true);
  }
  expect(seen.size).toBeGreaterThan(3);
  await page.getByRole("button", { name: /^Report/ }).click();
  const report = page.getByRole("region", { name: "Report" });
  await expect(report.getByRole("columnheader")).toHaveText(["this run", "before the edit"]);
  await expect(report.getByRole("row", { name: /^Peak Pods/ }).getByRole("cell").nth(1)).toHaveClass("better");
  await expect(page.locator(".curve")).toHaveCount(2);
  await page.locator(".strip").getByRole("button", { name: "first difference" }).click();
  await expect(clock(page)).toHaveText("00:30.0");
});

test("another release, by keyboard alone, and back", async ({ page }) => {
  await run(page, TEXT);
  await chooser(page).focus();
  await page.keyboard.type("Kubernetes 1.33");
  await page.keyboard.press("Enter");
  await expect(beside(page)).toBeVisible();
  await expect(page.locator(".side.two")).toContainText("Kubernetes 1.33");
  await page.getByRole("button", { name: "Compare no longer" }).focus();
  await page.keyboard.press("Enter");
  await expect(beside(page)).toHaveCount(0);
  await expect(chooser(page)).toHaveValue("");
});
