// The session with kubectl: what it prints while one steps, and what the prompt takes.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, done, open, paste, run, step } from "./rollout.js";

const pane = (page) => page.getByRole("region", { name: "kubectl", exact: true });
const prompt = (page) => page.getByRole("combobox", { name: "kubectl command" });
const output = (page) => pane(page).getByRole("group", { name: /^Output of/ });
const chip = (page, name) => pane(page).getByRole("button", { name, exact: true });
const offered = (page) => pane(page).getByRole("option");

/** Types a line and runs it. */
async function type(page, line) {
  await prompt(page).fill(line);
  await prompt(page).press("Enter");
}

test.beforeEach(async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
});

test("a table follows the cursor and marks what the step changed", async ({ page }) => {
  await type(page, "get deploy");
  await expect(output(page)).toContainText("$ kubectl get deploy");
  await expect(output(page)).toContainText(/NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/4/);
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(output(page)).toContainText(/web +4\/4 +4 +4 +2s/);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Home");
  await type(page, "kubectl get pods");
  await expect(output(page)).toContainText("No resources found in default namespace.");
  await page.getByRole("heading", { level: 1 }).click();
  const marked = output(page).locator("mark");
  for (let i = 0; i < 20 && !(await marked.count()); i += 1) await page.keyboard.press("ArrowRight");
  await expect(marked).toContainText(/web-\w+-\w+ +0\/1 +ContainerCreating/);
});

test("watch grows line by line", async ({ page }) => {
  await chip(page, "watch").click();
  await expect(output(page)).toContainText("$ kubectl get pods -w");
  const lines = async () => (await output(page).textContent()).trim().split("\n").length;
  const start = await lines();
  await page.getByRole("heading", { level: 1 }).click();
  for (let i = 0; i < 2; i += 1) await page.keyboard.press("ArrowRight");
  const middle = await lines();
  await page.keyboard.press("End");
  await expect(output(page)).toContainText("Running");
  expect(start).toBeLessThan(middle);
  expect(middle).toBeLessThan(await lines());
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect.poll(lines).toBeLessThanOrEqual(start);
});

test("status, history and describe tell of the workload", async ({ page }) => {
  await page.getByRole("button", { name: "To the end" }).click();
  await chip(page, "status").click();
  await expect(output(page)).toContainText("0 out of 4 new replicas have been updated...");
  await expect(output(page)).toContainText('deployment "web" successfully rolled out');
  await chip(page, "history").click();
  await expect(output(page)).toContainText(/REVISION +CHANGE-CAUSE\n1 +<none>/);
  await chip(page, "describe").click();
  await expect(output(page)).toContainText("Replicas:               4 desired | 4 updated | 4 total | 4 available | 0 unavailable");
  await expect(output(page)).toContainText(/NewReplicaSet: +web-\w+ \(4\/4 replicas created\)/);
  await expect(output(page)).toContainText(/Normal +ScalingReplicaSet +2s +deployment-controller/);
});

test("changing verbs are done at the cursor, and the question stays", async ({ page }) => {
  await page.getByRole("button", { name: "To the end" }).click();
  await type(page, "get deploy");
  await type(page, "scale deploy web --replicas=6");
  await expect(pane(page).getByRole("status")).toContainText(["", "deployment.apps/web scaled"]);
  await expect(step(page)).toHaveText(/kubectl scale deployment\/web --replicas=6/);
  await expect(output(page)).toContainText(/web +4\/6/);
  await expect(prompt(page)).toHaveValue("");
  await type(page, "drain node-1 --ignore-daemonsets");
  await expect(pane(page)).toContainText("node/node-1 cordoned");
  await type(page, "get nodes");
  await expect(output(page)).toContainText(/node-1 +Ready,SchedulingDisabled/);
  await chip(page, "done").click();
  await expect(done(page)).toHaveCount(3);
  await expect(done(page).nth(1)).toContainText("deployment.apps/web scaled");
});

test("apply takes the manifests of the editor", async ({ page }) => {
  await paste(page, DEPLOYMENT.replace("replicas: 4", "replicas: 2"));
  await type(page, "apply -f manifests.yaml");
  await expect(pane(page)).toContainText("deployment.apps/web configured");
  await expect(done(page)).toHaveCount(2);
});

test("what is not understood or not there is said, and stays to be mended", async ({ page }) => {
  await type(page, "gte pods");
  await expect(pane(page)).toContainText('error: unknown command "gte" for "kubectl". Did you mean "get"?');
  await expect(prompt(page)).toHaveValue("gte pods");
  await type(page, "get jobs");
  await expect(pane(page)).toContainText("the server doesn't have a resource type \"jobs\"");
  await type(page, "delete pod nobody");
  await expect(pane(page)).toContainText('Error from server (NotFound): pods "nobody" not found');
  await type(page, "get pods nobody");
  await expect(output(page)).toContainText('Error from server (NotFound): pods "nobody" not found');
  await type(page, "<b>x</b>");
  await expect(pane(page)).toContainText('unknown command "<b>x</b>"');
});

test("lines come back with the arrow keys", async ({ page }) => {
  await type(page, "get pods");
  await type(page, "get rs");
  await prompt(page).fill("descr");
  await prompt(page).press("ArrowUp");
  await expect(prompt(page)).toHaveValue("get rs");
  await prompt(page).press("ArrowUp");
  await expect(prompt(page)).toHaveValue("get pods");
  await prompt(page).press("ArrowDown");
  await prompt(page).press("ArrowDown");
  await expect(prompt(page)).toHaveValue("descr");
});

test("Tab completes, offers, and never holds the focus", async ({ page }) => {
  await run(page, STATEFUL_SET);
  await page.getByRole("button", { name: "To the end" }).click();
  await prompt(page).fill("desc");
  await prompt(page).press("Tab");
  await expect(prompt(page)).toHaveValue("describe ");
  await prompt(page).pressSequentially("pod db");
  await prompt(page).press("Tab");
  await expect(prompt(page)).toHaveValue("describe pod db-");
  await expect(offered(page)).toHaveText(["db-0", "db-1", "db-2"]);
  await prompt(page).press("ArrowDown");
  await prompt(page).press("ArrowDown");
  await expect(offered(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await prompt(page).press("Enter");
  await expect(prompt(page)).toHaveValue("describe pod db-1 ");
  await expect(offered(page)).toHaveCount(0);
  await prompt(page).fill("get ");
  await prompt(page).press("Tab");
  await expect(offered(page).first()).toHaveText("pods");
  await offered(page).filter({ hasText: "statefulsets" }).click();
  await expect(prompt(page)).toHaveValue("get statefulsets ");
  await expect(prompt(page)).toBeFocused();
  // With a list open and nothing to add, with nothing typed, and by Escape, one gets out.
  await prompt(page).fill("get ");
  await prompt(page).press("Tab");
  await prompt(page).press("Tab");
  await expect(prompt(page)).not.toBeFocused();
  await prompt(page).fill("");
  await prompt(page).press("Tab");
  await expect(prompt(page)).not.toBeFocused();
  await prompt(page).fill("get ");
  await prompt(page).press("Tab");
  await prompt(page).press("Escape");
  await expect(offered(page)).toHaveCount(0);
  await expect(prompt(page)).toBeFocused();
  await prompt(page).press("Escape");
  await expect(prompt(page)).not.toBeFocused();
  await expect(prompt(page)).toHaveValue("get ");
});

test("typing is only typing", async ({ page }) => {
  const before = await step(page).textContent();
  await prompt(page).focus();
  for (const key of ["Home", "End", "ArrowLeft", "ArrowRight", "Space", "?"]) await prompt(page).press(key);
  await expect(prompt(page)).toHaveValue(/\?/);
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(step(page)).toHaveText(before);
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
});

test("what is shown can be copied, and the pane made wide", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await type(page, "get deploy");
  const before = (await pane(page).boundingBox()).width;
  await pane(page).getByRole("button", { name: "Copy what is shown" }).click();
  await expect(pane(page)).toContainText("copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^\$ kubectl get deploy\nNAME +READY/);
  await pane(page).getByRole("button", { name: "Make the pane wide" }).click();
  await expect.poll(async () => (await pane(page).boundingBox()).width).toBeGreaterThan(before + 100);
});

test("on a narrow screen it has a tab, with time below", async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(prompt(page)).toBeHidden();
  await page.getByRole("button", { name: "kubectl", exact: true }).click();
  await type(page, "get deploy,rs,pods -o wide");
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(output(page)).toContainText(/deployment\.apps\/web +4\/4/);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await type(page, "scale deploy/web --replicas=1");
  await expect(pane(page)).toContainText("deployment.apps/web scaled");
  await expect(prompt(page)).toBeVisible();
});
