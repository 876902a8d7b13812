// Without a network: the page as it was, all of it, until a newer release takes over as a whole.

import { expect, test as base } from "./fixtures.js";
import { DEPLOYMENT, run, stage, step } from "./rollout.js";
import { serve } from "./serve.js";

const test = base.extend({
  /** A site of the test's own: to end, or to give a newer release. */
  site: async ({}, use) => {
    const site = { release: 1 };
    const edited = (file, body) => {
      if (site.release === 1) return body;
      if (file === "index.html") return String(body).replace("<title>Rollscope", `<title>Rollscope ${site.release}`);
      if (file === "service-worker.js") return String(body).replace(/RELEASE = ".*"/, `RELEASE = "${site.release}"`);
      return body;
    };
    Object.assign(site, await serve(edited));
    await use(site);
    site.close();
  },
  baseURL: ({ site }, use) => use(site.url),
});

test.use({ serviceWorkers: "allow" });

/** Opens the page and waits until everything is kept. */
async function visit(page) {
  await page.goto("./");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

test("after one visit the page needs no network", async ({ page, site }) => {
  await visit(page);
  site.close();
  await page.reload();
  await run(page, DEPLOYMENT);
  await page.keyboard.press("End");
  await expect(step(page)).not.toBeEmpty();
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("button", { name: "Replicated MySQL" }).click();
  await expect(stage(page)).toContainText("mysql-0");
  await page.goto("./rules.html");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a query doesn't hinder", async ({ page, site }) => {
  await visit(page);
  site.close();
  await page.goto("./index.html?from=a-bookmark");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a newer release takes over when the only page is loaded again", async ({ page, site }) => {
  await visit(page);
  site.release = 2;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  const waits = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting !== null);
  await expect.poll(waits).toBe(true);
  await expect(page).toHaveTitle("Rollscope");
  await page.reload();
  await expect(page).toHaveTitle("Rollscope 2");
  const names = await page.evaluate(() => caches.keys());
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/ 2$/);
});

test("the page can be installed", async ({ page, request }) => {
  await visit(page);
  const manifest = await request.get(new URL(await page.locator("link[rel=manifest]").getAttribute("href"), page.url()).href);
  const { icons, start_url, name } = await manifest.json();
  expect(name).toBe("Rollscope");
  expect(new URL(start_url, manifest.url()).href).toBe(page.url());
  for (const { src, sizes } of icons) {
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, manifest.url()).href);
    expect(size).toBe(sizes);
  }
});
