// What is wrong with a manifest, in the page: underlined at its place, listed in the server's words, mended by a click.

import { expect, expectAccessible, test } from "./fixtures.js";
import { DEPLOYMENT, editor, open, paste, picture } from "./rollout.js";

/** Three mistakes: a field, a type, a selector. */
const MISTAKEN = DEPLOYMENT.replace("replicas:", "replica:")
  .replace("image: nginx:1.7.9", "image: nginx:1.7.9\n        env: [{name: PORT, value: 5432}]")
  .replace("labels: {app: web}", "labels: {app: wbe}");

const findings = (page) => page.locator(".findings li");
const underlined = (page) => page.locator(".cm-lintRange-error").allTextContents();

test("three mistakes, three underlines, the server's words, and the way there", async ({ page }) => {
  await open(page);
  await paste(page, MISTAKEN);
  await expect(findings(page)).toHaveCount(3);
  expect(await underlined(page)).toEqual(["replica", "wbe", "5432"]);
  await expect(findings(page).nth(0)).toContainText('6:3✕ errorstrict decoding error: unknown field "spec.replica"');
  await expect(findings(page).nth(0)).toContainText("ADM-04");
  const sign = page.locator(".cm-lint-marker-error").first();
  expect(await sign.evaluate((mark) => getComputedStyle(mark, "::before").content), "as in the list").toBe('"✕"');
  await expect(findings(page).nth(1)).toContainText("`selector` does not match template `labels`");
  await expect(findings(page).nth(2)).toContainText(
    "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
  );
  await findings(page).nth(2).getByRole("button").first().click();
  await page.keyboard.insertText("'x' #");
  await expect(editor(page)).toContainText("value: 'x' #5432");
});

test("one click mends each of them", async ({ page }) => {
  await open(page);
  await paste(page, MISTAKEN);
  for (const [left, name] of [
    [2, "Change to replicas"],
    [1, "Give the Pods the selector's labels"],
    [0, "Put it in quotes"],
  ]) {
    await page.getByRole("button", { name }).click();
    await expect(findings(page)).toHaveCount(left);
  }
  await expect(page.locator(".findings .summary")).toHaveText("Accepted");
  await expect(editor(page)).toContainText('value: "5432"');
  await expect(editor(page)).toContainText("labels: {app: web}");
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
});

test("both zero, and a version that is gone, are mended, too", async ({ page }) => {
  await open(page);
  const strategy = "  strategy:\n    rollingUpdate:\n      maxSurge: 0\n      maxUnavailable: 0\n";
  await paste(page, DEPLOYMENT.replace("  selector", `${strategy}  selector`));
  await expect(page.locator(".cm-lintRange-error")).toHaveText("0");
  await page.getByRole("button", { name: "Change to 1" }).click();
  await expect(editor(page)).toContainText("maxUnavailable: 1");
  await paste(page, DEPLOYMENT.replace("apps/v1", "extensions/v1beta1"));
  await page.getByRole("button", { name: "Rewrite for apps/v1" }).click();
  await expect(editor(page)).toContainText("progressDeadlineSeconds: 2147483647");
  await expect(page.locator(".findings .summary")).toHaveText("Accepted");
});

test("a trap is a warning, with its rule, and does not keep from running", async ({ page }) => {
  await open(page);
  await paste(page, TRAPS);
  await expect(page.locator(".cm-lintRange-warning").first()).toHaveText("4");
  await expect(findings(page).first()).toContainText("HPA-43");
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
  await page.getByRole("button", { name: "Leave replicas out" }).click();
  await expect(editor(page)).not.toContainText("replicas: 4");
});

test("markup is text, wherever it is shown", async ({ page }) => {
  await open(page);
  const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
  await paste(page, DEPLOYMENT.replace("name: web", `name: '${markup}'`).replace("replicas:", `'${markup}':`));
  await expect(findings(page)).toHaveCount(2);
  await expect(findings(page).first()).toContainText("<b>bold</b>");
  await page.locator(".cm-lintRange-error").first().hover();
  await expect(page.locator(".cm-tooltip-lint")).toContainText("<b>bold</b>");
  await page.getByRole("button", { name: "Run from start" }).click();
  expect(await page.locator("img, .findings b, .cm-editor b").count()).toBe(0);
  await expect(page).not.toHaveTitle("1");
});

const TRAPS = `${DEPLOYMENT}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 8
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 100%
  selector: {matchLabels: {app: web}}
`;

/** For eyes: the editor with what it has to say. */
const LOOKS = {
  "errors": async (page) => {
    await paste(page, MISTAKEN);
    await expect(findings(page)).toHaveCount(3);
  },
  "warnings": async (page) => {
    await paste(page, TRAPS);
    await expect(findings(page).first()).toContainText("HPA-43");
    await page.getByRole("button", { name: "Leave replicas out" }).scrollIntoViewIfNeeded();
  },
  "completion": async (page) => {
    await paste(page, DEPLOYMENT.replace("  replicas: 4\n", "  \n"));
    await page.locator(".cm-line").nth(5).click();
    await page.keyboard.press("End");
    await page.keyboard.type("re");
    await expect(page.locator(".cm-tooltip-autocomplete")).toBeVisible();
    await expect(page.locator(".cm-completionInfo")).toBeVisible();
  },
  "hover": async (page) => {
    await paste(page, DEPLOYMENT);
    // What is told of fields may come a moment after the editor; it is told when the pointer moves.
    await expect(async () => {
      await page.locator(".cm-line", { hasText: "kind" }).first().hover();
      await page.locator(".cm-line", { hasText: "replicas" }).getByText("replicas").hover();
      await expect(page.locator(".cm-field")).toBeVisible({ timeout: 2000 });
    }).toPass();
  },
};

const SIZES = { wide: { width: 1440, height: 1000 }, narrow: { width: 375, height: 812 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      for (const [name, goThere] of Object.entries(LOOKS)) {
        test(name, async ({ page }) => {
          await page.goto("./");
          await expect(page.locator(".cm-editor")).toBeAttached();
          const tab = page.getByRole("button", { name: "Manifests", exact: true });
          if (await tab.isVisible()) await tab.click();
          await goThere(page);
          await picture(page, `${name}-${size}-${colorScheme}`);
          await expectAccessible(page);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(wider, "pixels to the right of the window").toBeLessThanOrEqual(0);
        });
      }
    });
  }
}
