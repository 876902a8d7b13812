// <rollout-view> with a recorded run: it plays without the engine, which comes only for what needs it.

import { readFileSync } from "node:fs";
import { expect, test as base } from "./fixtures.js";
import { picture } from "./rollout.js";
import { serveSite } from "./site.js";

const RUN = readFileSync(new URL("../../static/recorded/rolling-update.run", import.meta.url));
/** Behind the name of the format, its version. */
const VERSION = "\0rollscope run".length;

/** The run with some of its bytes changed. */
const changed = (at, change) => Buffer.from(RUN.map((byte, index) => (index === at ? change(byte) : byte)));

const FILES = {
  "web.run": RUN,
  // What it is its bytes say, not its name.
  "web.yaml": RUN,
  "cut.run": RUN.subarray(0, 40_000),
  "wrong.run": changed(60_000, (byte) => byte ^ 1),
  "future.run": changed(VERSION, (byte) => byte + 1),
  "other.run": changed(VERSION + 1, (byte) => byte ^ 1),
};

const test = base.extend({
  site: [
    async ({}, use) => {
      const site = await serveSite({ ...FILES });
      await use(site);
      site.close();
    },
    { scope: "worker" },
  ],
});

test.describe.configure({ mode: "default" });

const view = (page) => page.locator("rollout-view");
const slider = (page) => view(page).getByRole("slider", { name: "Time" });
const stage = (page) => view(page).locator(".stage");
const at = (page) => slider(page).getAttribute("aria-valuenow").then(Number);

/** The program's files that are asked for from now on, without what tells their versions apart. */
function parts(page) {
  const asked = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/lib/")) asked.push(pathname.split("/").pop());
  });
  return asked;
}

let visits = 0;

/** Opens a page with one element. */
async function visit(page, site, attributes) {
  const name = `page ${(visits += 1)}`;
  site.pages[name] = `<rollout-view loading="eager" ${attributes}></rollout-view>`;
  await page.addInitScript(() => {
    window.told = [];
    for (const name of ["ready", "step", "decision", "end", "error"]) document.addEventListener(name, ({ detail }) => detail && window.told.push([name, detail]), true);
  });
  await page.goto(site.url + encodeURIComponent(name));
}

const told = (page) => page.evaluate(() => window.told);
const shown = (page) => expect(view(page).locator(".transport")).toBeVisible();

test("it is stepped and played through, and nothing more is fetched", async ({ page, site }) => {
  test.slow();
  const asked = parts(page);
  await visit(page, site, 'src="web.run" step="12" speed="8" controls="full"');
  await shown(page);
  expect(await at(page)).toBe(12);
  await expect(stage(page)).toContainText("Deployment nginx");
  const first = [...asked];
  expect(first.filter((name) => /split_(rest|page)/.test(name))).toEqual([]);
  await view(page).getByRole("button", { name: "One step forward" }).click();
  await expect.poll(() => at(page)).toBeGreaterThan(12);
  await stage(page).click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Home");
  await expect(slider(page)).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("ArrowRight");
  await view(page).evaluate((view) => view.seek(30));
  await expect(view(page).locator(".why .step")).toContainText("step 30 of");
  await expect(view(page).locator("a.rule").first()).toBeVisible();
  await view(page).evaluate((view) => view.play());
  await expect.poll(async () => (await told(page)).map(([name]) => name), { timeout: 60_000 }).toContain("end");
  const names = (await told(page)).map(([name]) => name);
  expect(names[0]).toBe("ready");
  expect(names.filter((name) => name === "decision").length).toBeGreaterThan(8);
  const [, decision] = (await told(page)).find(([name]) => name === "decision");
  expect(decision.rule.sentence.length + decision.saw.length).toBeGreaterThan(20);
  await picture(page, "recorded-end");
  expect(asked, "files of the program").toEqual(first);
});

test("it leads to the page, with this run at this step", async ({ page, site }) => {
  const asked = parts(page);
  await visit(page, site, 'src="web.run" step="20"');
  await shown(page);
  const opening = page.waitForEvent("popup");
  await view(page).getByRole("link", { name: "Open in Rollscope" }).click();
  const { href, hash } = new URL((await opening).url());
  expect(href.startsWith(site.program)).toBe(true);
  expect(hash).toMatch(/^#1\.[\w-]{100,}\.20$/);
  expect(asked).not.toContain("split_rest.wasm");
  // This site's policy is not for the page.
  await page.goto(`./${hash}`);
  await expect(page.locator(".why .where").first()).toContainText("step 20 of");
  await expect(page.locator("section.stage")).toContainText("Deployment nginx");
});

test("what needs the rest of the program gets it: a Pod's panel, nodes", async ({ page, site }) => {
  const asked = parts(page);
  await visit(page, site, 'src="web.yaml" step="end"');
  await shown(page);
  expect(asked).not.toContain("split_rest.wasm");
  await view(page).locator(".tile").first().click();
  await expect(view(page).getByRole("region", { name: /^Pod / })).toBeVisible();
  expect(asked).toContain("split_rest.wasm");
  await picture(page, "recorded-pod");
  await page.keyboard.press("Escape");
  await expect(view(page).getByRole("region", { name: /^Pod / })).toHaveCount(0);
  await view(page).evaluate((view) => (view.view = "nodes"));
  await expect(view(page).locator(".node").first()).toBeVisible();
});

test("nodes from the start", async ({ page, site }) => {
  await visit(page, site, 'src="web.run" view="nodes"');
  await expect(view(page).locator(".node").first()).toBeVisible();
});

test("a run that another version has recorded is computed anew", async ({ page, site }) => {
  const asked = parts(page);
  await visit(page, site, 'src="other.run" step="15"');
  await shown(page);
  expect(await at(page)).toBe(15);
  await expect(stage(page)).toContainText("Deployment nginx");
  expect(asked).toContain("split_rest.wasm");
});

for (const [file, expected] of Object.entries({
  "cut.run": /can't be played: it is damaged or incomplete/,
  "wrong.run": /can't be played: it is damaged or incomplete/,
  "future.run": /can't be played: it was recorded by a newer Rollscope/,
})) {
  test(`${file} is not played, and that is said`, async ({ page, site }) => {
    await visit(page, site, `src="${file}"`);
    await expect(view(page).getByRole("alert")).toContainText(expected);
    await expect(view(page).locator(".transport")).toHaveCount(0);
    const [[name, detail]] = await told(page);
    expect([name, detail.fatal]).toEqual(["error", true]);
  });
}

test("in a frame", async ({ page, site }) => {
  const asked = parts(page);
  site.pages["framed"] = `<iframe src="${site.program}embed.html?src=/docs/web.run&amp;step=9" title="A rolling update" width="700" height="480"></iframe>`;
  await page.goto(site.url + "framed");
  const frame = page.frameLocator("iframe");
  await expect(frame.locator(".stage")).toContainText("Deployment nginx");
  await expect(frame.getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", "9");
  expect(asked).not.toContain("split_rest.wasm");
});
