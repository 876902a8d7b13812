// Pictures of a run as a page shows them: as <img>, in light and dark, standing still where nothing may move. The files are
// those that `cargo test --test pictures` holds the writers against.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "./fixtures.js";

const STILL = ["deployment", "stateful-set", "stalled", "daemon-set"];

async function picture(name) {
  return readFile(fileURLToPath(new URL(`../pictures/${name}.svg`, import.meta.url)));
}

/** Shows it as somebody else's page would, under a policy that allows nothing but images. */
async function show(page, name) {
  const source = (await picture(name)).toString("base64");
  const policy = "default-src 'none'; img-src data:";
  await page.setContent(`<meta http-equiv="content-security-policy" content="${policy}"><img src="data:image/svg+xml;base64,${source}">`);
  const image = page.locator("img");
  await expect.poll(() => image.evaluate((image) => image.complete && image.naturalWidth)).toBe(840);
  return image;
}

for (const name of [...STILL, "playing"]) {
  test(`${name} is an image, light or dark as the reader has it`, async ({ page }) => {
    const shots = [];
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      shots.push(await (await show(page, name)).screenshot());
    }
    expect(shots[0].equals(shots[1])).toBe(false);
  });

  test(`no text of ${name} runs out of its picture or into another`, async ({ page }) => {
    await page.setContent((await picture(name)).toString());
    const found = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll("svg > text, svg > :not(defs) text")].map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { left, right, top, bottom, text: text.textContent, shown: text.checkVisibility({ opacityProperty: true }) };
      });
      const { left, right, top, bottom } = document.querySelector("svg").getBoundingClientRect();
      const out = boxes.filter((box) => box.left < left || box.right > right || box.top < top || box.bottom > bottom);
      const shown = boxes.filter((box) => box.shown && box.text.length > 1);
      const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
      const pairs = shown.flatMap((a, index) => shown.slice(index + 1).filter((b) => over(a, b)).map((b) => `${a.text} | ${b.text}`));
      return { count: shown.length, out: out.map((box) => box.text), pairs };
    });
    expect(found.count).toBeGreaterThan(20);
    expect(found.out).toEqual([]);
    expect(found.pairs).toEqual([]);
  });
}

// What a test says of motion reaches no image; what the system says does.
test("a run stands still for whoever wants no motion", async ({ playwright }) => {
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion"];
  const browser = await playwright.chromium.launch({ executablePath: process.env.CHROMIUM, args });
  const page = await browser.newPage({ reducedMotion: null });
  const image = await show(page, "playing");
  const before = await image.screenshot({ animations: "allow" });
  // Longer than any of its moments is shown: that nothing happens can't be awaited.
  await page.waitForTimeout(1500);
  expect((await image.screenshot({ animations: "allow" })).equals(before)).toBe(true);
  await browser.close();
});

test("a run plays", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  const image = await show(page, "playing");
  const first = await image.screenshot({ animations: "allow" });
  await expect.poll(async () => (await image.screenshot({ animations: "allow" })).equals(first)).toBe(false);
});

test("a picture says in words what it shows", async ({ page }) => {
  await page.setContent((await picture("stalled")).toString());
  const image = page.getByRole("img", { name: "An image that can't be pulled" });
  await expect(image).toHaveAccessibleDescription(/deployment web waits: 1 of 2 new Pods; the total is at its ceiling 3/);
});
