// Runs that take longer than a moment: they are announced, the page stays awake meanwhile, and one can give up.

import { expect, expectAccessible, test } from "./fixtures.js";
import { DEPLOYMENT, editor, open, picture, run, stage, step } from "./rollout.js";

/** As many Pods as the page simulates, updated over and over. */
const commands = Array.from({ length: 40 }, (_, n) => n + 1).map((n) => `- {at: ${n * 300}, run: kubectl set image deployment/web web=nginx:1.${n}}`);
const LONG = `apiVersion: rollscope.dev/v1
kind: Scenario
interventions:
${commands.join("\n")}
---
${DEPLOYMENT.replace("replicas: 4", "replicas: 2000")}`;

const work = (page) => page.getByRole("progressbar", { name: "Computing the run" });

for (const colorScheme of ["light", "dark"]) {
  for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 1000 }, narrow: { width: 375, height: 812 } })) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ colorScheme, viewport });

      test("a long run says how far it is, and can be cancelled", async ({ page }) => {
        await page.goto("./");
        await expect(page.locator(".cm-editor")).toBeAttached();
        await expect(page.getByRole("button", { name: "Set image", exact: true }), "all of the page is there").toBeAttached();
        const before = await page.locator(".stage").textContent();
        const tab = page.getByRole("button", { name: "Manifests", exact: true });
        if (await tab.isVisible()) await tab.click();
        await run(page, LONG);
        await expect(work(page)).toBeVisible();
        await expect(page.locator(".work")).toContainText(/Computing: [1-9]\d* steps, \d\d:\d\d/);
        const box = async (place) => place.boundingBox();
        const [note, heading] = [await box(page.locator(".work")), await box(page.locator(".stage h2").first())];
        if (heading) expect(note.y, "it covers no heading").toBeGreaterThan(heading.y + heading.height);
        await picture(page, `computing-${size}-${colorScheme}`);
        await page.getByRole("button", { name: "Cancel" }).click();
        await expect(work(page)).toHaveCount(0);
        await expect(page.locator(".stage"), "what was on stage").toHaveText(before);
        await expectAccessible(page);
      });
    });
  }
}

/** The same with three updates only. */
const SHORTER = LONG.replace(/- \{at: (\d{5}|[1-9]\d{3}).*\n/g, "");

/** Counts what the browser draws until nothing is computed any more, and for how long. */
const frames = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const begin = performance.now();
        let count = 0;
        const next = () => {
          count += 1;
          if (document.querySelector(".work")) requestAnimationFrame(next);
          else resolve({ count, seconds: (performance.now() - begin) / 1000 });
        };
        requestAnimationFrame(next);
      }),
  );

test("meanwhile the page is awake, and then the run is on stage", async ({ page }) => {
  await open(page);
  await run(page, LONG.replace(/- \{at: (\d{5}|[4-9]\d{3}).*\n/g, ""));
  await expect(work(page)).toBeVisible();
  const drawn = frames(page);
  await editor(page).focus();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.insertText("# typed meanwhile\n");
  await expect(editor(page)).toContainText("# typed meanwhile");
  await expect(work(page)).toHaveCount(0, { timeout: 30_000 });
  await expect(stage(page)).toContainText("2000 desired");
  await expect(step(page)).toHaveText(/kubectl apply/);
  const { count, seconds } = await drawn;
  expect(count / seconds, "the browser has its turn between any two slices").toBeGreaterThan(10);
});

test("a comparison that is asked for meanwhile says that it waits, and comes after the run", async ({ page }) => {
  await open(page);
  await expect(page.getByRole("button", { name: "Set image", exact: true }), "all of the page is there").toBeAttached();
  await run(page, SHORTER);
  await expect(work(page)).toBeVisible();
  await page.getByRole("combobox", { name: "Compare with" }).selectOption({ label: "Kubernetes 1.33.0" });
  await expect(page.locator(".work")).toContainText(/^(Computing|Drawing), then comparing: /);
  await expect(work(page)).toHaveCount(0, { timeout: 30_000 });
  await expect(stage(page)).toContainText("2000 desired");
  await expect(page.getByRole("region", { name: "Compared with Kubernetes 1.33.0" })).toContainText("2000 desired");
});

test("of a run and a comparison that waits for it, the run is cancelled", async ({ page }) => {
  await open(page);
  await expect(page.getByRole("button", { name: "Set image", exact: true }), "all of the page is there").toBeAttached();
  await run(page, LONG);
  await expect(work(page)).toBeVisible();
  const asked = await stage(page).locator(".asked").first().textContent();
  await page.getByRole("combobox", { name: "Compare with" }).selectOption({ label: "Kubernetes 1.33.0" });
  await expect(page.locator(".work")).toContainText("then comparing");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(work(page)).toHaveCount(0, { timeout: 30_000 });
  await expect(stage(page).locator(".asked").first(), "what was on stage").toHaveText(asked);
  await expect(page.getByRole("region", { name: "Compared with Kubernetes 1.33.0" })).toBeVisible();
});
