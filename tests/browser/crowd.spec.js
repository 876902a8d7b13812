// More Pods than can be told apart: blocks of a hundred, by pointer and by keys, what a step leaves alone, and what a far move across
// thousands of them shows.

import { expect, expectAccessible, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, open, run, stage } from "./rollout.js";
import { serveSite } from "./site.js";

const field = (page, name = /^Pods of/) => stage(page).getByRole("listbox", { name });
const many = (text) => text.replace(/replicas: \d/, "replicas: 1000");
const parallel = (text) => text.replace("spec:\n", "spec:\n  podManagementPolicy: Parallel\n");

test.beforeEach(({ page }) => open(page));

test("a thousand Pods are a few elements, and are told in words", async ({ page }) => {
  await run(page, many(DEPLOYMENT));
  await page.getByRole("button", { name: "To the end" }).click();
  await expect(field(page, "Pods of revision 1: 1000 available")).toBeVisible();
  await expect(stage(page).locator(".block")).toHaveCount(10);
  expect(await stage(page).locator("*").count()).toBeLessThan(300);
  await expectAccessible(page);
});

test("a step leaves alone what it does not change", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByRole("button", { name: "Restart" }).click();
  await expect(page.locator("p.announced")).toHaveText("you: kubectl rollout restart statefulset/db");
  await page.getByRole("heading", { level: 1 }).click();
  await page.evaluate(() => {
    window.touched = new Set();
    const note = ({ target }) => {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const block = element.closest(".block");
      if (block) window.touched.add(block.querySelector(".from").textContent);
    };
    const watch = new MutationObserver((changes) => changes.forEach(note));
    watch.observe(document.querySelector(".field"), { subtree: true, childList: true, attributes: true, characterData: true });
  });
  // The last number goes first; the other blocks are never touched.
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => [...window.touched])).toEqual(["900"]);
  }).toPass();
  for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => [...window.touched])).toEqual(["900"]);
});

test("a click opens the Pod in that place", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  const block = stage(page).locator(".block", { hasText: "400" }).locator("svg");
  const { width } = await block.boundingBox();
  // The fifth row, the eighth place.
  await block.click({ position: { x: (width / 10) * 7.5, y: (width / 10) * 4.5 }, force: true });
  await expect(page.getByRole("region", { name: "Pod db-447" })).toContainText("Running");
  await expect(stage(page).locator("path.chosen")).toHaveCount(1);
});

test("keys reach every Pod, and say its name", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  await field(page).focus();
  const current = () => page.evaluate(() => {
    const list = document.activeElement;
    return document.getElementById(list.getAttribute("aria-activedescendant")).getAttribute("aria-label");
  });
  await expect.poll(current).toBe("Pod db-0, revision 1, available");
  for (const [key, number] of [["ArrowRight", 1], ["ArrowDown", 11], ["PageDown", 111], ["End", 999], ["Home", 0], ["ArrowLeft", 0]]) {
    await page.keyboard.press(key);
    await expect.poll(current).toBe(`Pod db-${number}, revision 1, available`);
  }
  await page.keyboard.press("PageDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Pod db-100" })).toContainText("Running");
  await expect(field(page).getByRole("option", { selected: true })).toHaveCount(1);
});

test("hundreds of places that have come and gone are all there again", async ({ page }) => {
  await run(page, parallel(STATEFUL_SET).replace(/replicas: \d/, "replicas: 300"));
  const tiles = stage(page).getByRole("button", { name: /^Pod db-\d+/ });
  for (let i = 0; i < 2; i += 1) {
    await page.getByRole("button", { name: "To the start" }).click();
    await expect(tiles).toHaveCount(0);
    await page.getByRole("button", { name: "To the end" }).click();
    await expect(tiles).toHaveCount(300);
  }
  await expect(tiles.last()).toHaveAccessibleName("Pod db-299, revision 1, Running, available");
  await tiles.last().click();
  await expect(page.getByRole("region", { name: "Pod db-299" })).toContainText("Running");
});

test("the partition of a thousand Pods is a bar", async ({ page }) => {
  await run(page, many(parallel(STATEFUL_SET)));
  await page.getByRole("button", { name: "To the end" }).click();
  const line = page.getByRole("slider", { name: "Partition of db" });
  await line.focus();
  for (let i = 0; i < 5; i += 1) await line.press("PageUp");
  await expect(line).toHaveAttribute("aria-valuetext", "partition 500: the next update reaches 500 to 999 only");
  await expect(stage(page).locator("path.line")).toHaveCount(1);
  await line.press("Enter");
  await expect(page.locator(".said")).toContainText("statefulset.apps/db patched");
  await expect(line).toHaveAttribute("aria-valuenow", "500");
});

/** Three thousand, and an update of them all. */
const thousands = (text, workload) => `apiVersion: rollscope.dev/v1
kind: Scenario
limits: {pods: 6000, steps: 100000}
interventions: [{at: 300, run: kubectl rollout restart ${workload}}]
---
${text.replace(/replicas: \d/, "replicas: 3000")}`;
const UPDATES = {
  Deployment: thousands(DEPLOYMENT, "deployment/web"),
  StatefulSet: thousands(parallel(STATEFUL_SET), "statefulset/db"),
};

/** All that is drawn of Pods, and said of the moment, in the page or in a widget; of blocks that show nobody, nothing. */
const picture = (page) => page.evaluate(() => {
  const root = document.querySelector("rollout-view")?.shadowRoot ?? document;
  const words = [".stage", ".why", ".clock"].map((part) => root.querySelector(part).textContent);
  const paths = [...root.querySelectorAll(".field path")].filter((path) => path.getAttribute("d"));
  const told = (path) => [path.closest(".row")?.textContent, path.closest(".block").dataset.block, path.getAttribute("class"), path.getAttribute("d")];
  return [...words, ...paths.map((path) => told(path).join(" ")).sort()];
});

/**
 * Moves the handle to so many places that are far from each other, one in each frame. Gives in which of the frames Pods were drawn, and
 * in how many of them the handle and the clock had followed the hand.
 */
const scrub = (page, moves) => page.evaluate(async (moves) => {
  const root = document.querySelector("rollout-view")?.shadowRoot ?? document;
  const strip = root.querySelector(".scrub");
  const { left, width } = strip.getBoundingClientRect();
  const drawn = new Set();
  let now = 0, followed = 0, told = strip.getAttribute("aria-valuetext");
  const watch = new MutationObserver(() => drawn.add(now));
  watch.observe(root.querySelector(".stage .workloads"), { subtree: true, childList: true, attributes: true, characterData: true });
  for (; now < moves + 20; now += 1) {
    await new Promise(requestAnimationFrame);
    const text = strip.getAttribute("aria-valuetext");
    followed += Number(text !== told && text.endsWith(root.querySelector(".clock").textContent));
    told = text;
    if (now >= moves) continue;
    const clientX = left + ((0.1 + now * 0.37) % 1) * width;
    strip.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, isPrimary: true, buttons: 1, clientX }));
    // What is drawn at once is drawn before anything else happens.
    await new Promise((resolve) => setTimeout(resolve));
  }
  watch.disconnect();
  return { drawn: [...drawn], followed };
}, moves);

/** What is drawn in the frames of a scrub, and that it ends where a single move ends. */
async function expectPictures(page, anew) {
  const { drawn, followed } = await scrub(page, 60);
  expect(followed).toBeGreaterThan(50);
  const during = drawn.filter((frame) => frame < 60);
  expect(during.length, `drawn in ${drawn}`).toBeGreaterThanOrEqual(10);
  expect(during.length, `drawn in ${drawn}`).toBeLessThanOrEqual(40);
  expect(Math.max(...drawn), `drawn in ${drawn}`).toBeLessThan(60 + 8);
  const [last, place] = [await picture(page), await page.getByRole("slider", { name: "Time" }).getAttribute("aria-valuenow")];
  expect(last.length).toBeGreaterThan(30);
  await anew(Number(place));
  await expect(page.getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", place);
  await expect.poll(() => picture(page)).toEqual(last);
}

for (const [kind, text] of Object.entries(UPDATES)) {
  test(`a scrub across thousands of Pods shows pictures on its way, and all of the last one: ${kind}`, async ({ page }) => {
    const toTheEnd = async () => {
      await expect(page.locator(".why .where")).toContainText("step 1 of", { timeout: 30_000 });
      await page.getByRole("button", { name: "To the end" }).click();
      await expect(field(page)).toHaveAccessibleName(/3000 available/);
    };
    await run(page, text);
    await toTheEnd();
    await expectPictures(page, async () => {
      // The text is there, and its run comes by itself.
      await open(page);
      await toTheEnd();
      // The last of the places.
      await page.evaluate(() => {
        const strip = document.querySelector(".scrub");
        const { left, width } = strip.getBoundingClientRect();
        const clientX = left + ((0.1 + 59 * 0.37) % 1) * width;
        strip.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, isPrimary: true, buttons: 1, clientX }));
      });
    });
  });
}

test("a widget of thousands of Pods is scrubbed as the page is", async ({ page }) => {
  const body = '<rollout-view src="web.yaml" loading="eager" controls="full"></rollout-view>';
  const site = await serveSite({ "web.yaml": UPDATES.Deployment, crowd: body });
  await page.goto(`${site.url}crowd`);
  const view = page.locator("rollout-view");
  await expect(view.locator(".field").first()).toBeVisible({ timeout: 30_000 });
  await expectPictures(page, async (place) => {
    await page.reload();
    await expect(view.locator(".field").first()).toBeVisible({ timeout: 30_000 });
    await view.evaluate((view, place) => view.seek(place), place);
  });
  site.close();
});
