// What is typed: findings with their places, runs that are refused, and nothing lost.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, editor, findings, open, paste, run, stage } from "./rollout.js";

test("malformed YAML keeps the stage, marks the gutter, and the list leads there", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await expect(stage(page)).toContainText("web");
  const before = await stage(page).innerHTML();
  await run(page, DEPLOYMENT.replace("spec:\n  replicas", "spec: [\n  replicas"));
  await expect(page.locator(".cm-lint-marker-error").first()).toBeVisible();
  await expect(findings(page)).toContainText("The stage shows the last good run");
  expect(await stage(page).innerHTML()).toBe(before);
  await findings(page).getByRole("listitem").first().getByRole("button").first().click();
  await expect(editor(page)).toBeFocused();
});

test("a kind that is not simulated is a note, an unknown one an error with a fix", async ({ page }) => {
  await open(page);
  const map = "apiVersion: v1\nkind: Namespace\nmetadata: {name: settings}\n---\n";
  await run(page, map + DEPLOYMENT);
  await expect(findings(page)).toContainText("Accepted · 1 note");
  await expect(findings(page)).toContainText("not simulated");
  await paste(page, DEPLOYMENT.replace("Deployment", "Deploymemt"));
  await expect(findings(page)).toContainText("1 error");
  await findings(page).getByRole("button", { name: /Change to/ }).click();
  await expect(findings(page)).toContainText("Accepted");
  await expect(editor(page)).toContainText("kind: Deployment");
});

test("a missing selector and 100,000 replicas are refused in words, with their place", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT.replace("  selector:\n    matchLabels: {app: web}\n", ""));
  await expect(findings(page)).toContainText(/5:1.*spec.selector.*Required value/);
  await run(page, DEPLOYMENT.replace("replicas: 4", "replicas: 100000"));
  await expect(findings(page)).toContainText("6:13");
  await expect(findings(page)).toContainText("at most 2000 Pods are simulated");
});

test("reloading keeps what was typed, and what ran", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await paste(page, "kind: [ # unfinished");
  await page.reload();
  await expect(editor(page)).toContainText("kind: [ # unfinished");
  await expect(stage(page)).toContainText("web");
});

test("without storage everything else works", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
  });
  await open(page);
  await run(page, DEPLOYMENT);
  await expect(stage(page)).toContainText("web");
});

test("without the editor's bundle a textarea does", async ({ page }) => {
  await page.route("**/editor.js", (route) =>
    route.request().url().includes("snippets") ? route.continue() : route.fulfill({ contentType: "text/javascript", body: "export {}" }),
  );
  await page.goto("./");
  await editor(page).fill(DEPLOYMENT.replace("Deployment", "Deploymemt"));
  await editor(page).press("ControlOrMeta+Enter");
  await expect(findings(page)).toContainText("2:7");
  await editor(page).fill(DEPLOYMENT);
  await editor(page).press("ControlOrMeta+Enter");
  await expect(stage(page)).toContainText("web");
  await expect(findings(page)).toContainText("Accepted");
});

test("markup in names and values is text", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT.replace("nginx:1.7.9", "<img/src=x/onerror=alert(1)>"));
  await run(page, DEPLOYMENT.replace("name: web", "name: <b>web</b>"));
  await expect(stage(page).locator("b b, h2 b")).toHaveCount(0);
  await expect(page.locator("img")).toHaveCount(0);
});
