// The report: opened from the verdict, it tells what the run came to, and leads to the moments.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, open, run, step } from "./rollout.js";

const after = (command) => `---
apiVersion: rollscope.dev/v1
kind: Scenario
interventions:
- {at: 30, run: ${command}}
`;

const report = (page) => page.getByRole("region", { name: "Report" });
const opener = (page) => page.getByRole("button", { name: /^Report/ });
const figure = (page, name) => report(page).getByRole("row", { name: new RegExp(`^${name}`) });

test.beforeEach(({ page }) => open(page));

test("the verdict opens it, a click on a moment leads there, the stage stays in view", async ({ page }) => {
  await run(page, DEPLOYMENT + after("kubectl set image deployment/web web=nginx:1.9.1"));
  await opener(page).click();
  await expect(figure(page, "Duration")).toContainText("s");
  await expect(figure(page, "Lowest available")).toContainText("3 of 4");
  await expect(figure(page, "Peak Pods")).toContainText("more than wanted");
  await figure(page, "Lowest available").getByRole("button").click();
  await expect(page.locator(".clock")).toHaveText("00:30.0");
  await expect(page.getByRole("group", { name: "Deployment" })).toBeInViewport();
  await report(page).getByRole("button", { name: "Close the report" }).click();
  await expect(report(page)).toHaveCount(0);
});

test("of two workloads both are told of, and claims that stay behind", async ({ page }) => {
  const claims = `  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
  await run(page, `${DEPLOYMENT}---\n${STATEFUL_SET}${claims}${after("kubectl scale statefulset/db --replicas=1")}`);
  await opener(page).click();
  await expect(report(page).getByRole("rowheader", { name: "Deployment web" })).toBeVisible();
  await expect(report(page).getByRole("rowheader", { name: "StatefulSet db" })).toBeVisible();
  await expect(figure(page, "Claims left behind")).toContainText("data-db-1, data-db-2");
});

test("a stall is told with its reason and its moment, by keyboard alone", async ({ page }) => {
  const world = "world: {images: {'nginx:oops': {pull: fails}}}\n";
  await run(page, DEPLOYMENT + after("kubectl set image deployment/web web=nginx:oops") + world);
  await opener(page).focus();
  await page.keyboard.press("Enter");
  await expect(opener(page)).toHaveAttribute("aria-expanded", "true");
  await expect(figure(page, "Duration")).toContainText("no end");
  await expect(figure(page, "Stalls")).toContainText("must be in all");
  await figure(page, "Stalls").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".clock")).toHaveText("00:30.0");
  await expect(step(page)).toContainText("eployment-controller");
});

test("a stall that was undone is told as well, with how long it lasted", async ({ page }) => {
  const world = "- {at: 75, run: kubectl rollout undo deployment/web}\nworld: {images: {'nginx:oops': {pull: fails}}}\n";
  await run(page, DEPLOYMENT + after("kubectl set image deployment/web web=nginx:oops") + world);
  await opener(page).click();
  await expect(figure(page, "Stalled")).toContainText("the total is at its ceiling 5");
  await figure(page, "Stalled").getByRole("button").click();
  await expect(page.locator(".clock")).toHaveText("00:30.0");
});

test("another run has another report", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await opener(page).click();
  await expect(report(page).getByRole("rowheader", { name: "Deployment web" })).toBeVisible();
  await run(page, STATEFUL_SET);
  await expect(report(page).getByRole("rowheader", { name: "StatefulSet db" })).toBeVisible();
  await expect(report(page).getByRole("rowheader", { name: "Deployment web" })).toHaveCount(0);
});
