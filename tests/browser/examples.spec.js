// Every example plays, from the menu to its end.

import { expect, test } from "./fixtures.js";
import { done, editor, open, stage, step } from "./rollout.js";

const EXAMPLES = [
  ["A first Deployment", "extensions/v1beta1", "nginx-deployment"],
  ["Rolling update, one by one", "maxUnavailable: 1", "nginx"],
  ["A typo in the image", "nginx:1.91", "nginx-deployment"],
  ["Scaled in mid-rollout", "maxSurge: 3", "nginx-deployment"],
  ["A StatefulSet and its claims", "volumeClaimTemplates", "web-0"],
  ["A canary by partition", "partition: 4", "web-0"],
  ["An agent on every node", "kind: DaemonSet", "control-plane"],
  ["Replicated MySQL", "initContainers", "mysql-0"],
];

test("a first visit shows an example in mid-rollout", async ({ page }) => {
  await open(page);
  await expect(stage(page)).toContainText("revision 2");
  await expect(page.getByRole("banner")).toContainText("nginx 1.7.9 → 1.13.3");
});

for (const [title, inText, onStage] of EXAMPLES) {
  test(title, async ({ page }) => {
    await open(page);
    await page.getByRole("button", { name: "Examples" }).click();
    await page.getByRole("button", { name: title }).click();
    await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
    await expect(editor(page)).toContainText("kind: Scenario");
    expect(await page.evaluate(() => localStorage.getItem("rollscope.text"))).toContain(inText);
    await page.getByRole("button", { name: "To the end" }).click();
    await expect(stage(page)).toContainText(onStage);
    expect(await done(page).count()).toBeGreaterThan(1);
    await expect(page.locator(".answers .refused")).toHaveCount(0);
  });
}

test("an example that can't be fetched says so, and the stage stays", async ({ page }) => {
  await open(page);
  await page.route("**/mysql.yaml", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html>" }));
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("button", { name: "Replicated MySQL" }).click();
  await expect(page.locator(".findings")).toContainText(/error/);
  await expect(stage(page)).toContainText("nginx");
});
