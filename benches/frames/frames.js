// How long the page works on a frame, in Chromium: `cargo xtask bench frames` runs this and writes the table.
//
// A frame is what lies between two marks. What it costs is the time in which the main thread ran script, style or layout,
// read from the browser's own trace, not from clocks in the page.

import { chromium } from "@playwright/test";
import { serve } from "../../tests/browser/serve.js";
import { RUNS } from "./runs.js";
import { work } from "./trace.js";

const FRAME = 16.7;
const MOST = 120;

const launch = {
  executablePath: process.env.CHROMIUM,
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run"],
};

/** What is done once for each frame, and in how many frames. */
const WAYS = {
  step: { keys: ["ArrowRight", "ArrowLeft"] },
  play: { keys: ["ArrowRight"] },
  scrub: {},
};

async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await page.goto(url);
  await page.locator(".cm-editor").waitFor();
  return page;
}

/** Pastes, runs and waits for the whole history. */
async function run(page, text) {
  const editor = page.getByRole("textbox", { name: "Manifests" });
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
  await page.getByRole("button", { name: "Run from start" }).click();
  await page.waitForFunction(() => /step 1 of/.test(document.querySelector(".why .where")?.textContent), null, { timeout: 600_000 });
  await page.waitForFunction(() => !document.querySelector(".work"), null, { timeout: 600_000 });
  await page.locator("h1").click();
}

/** Does something in each of so many frames, and gives the work of each in milliseconds. */
async function measure(page, way, from, frames) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const done = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.start", { categories: "devtools.timeline,blink.user_timing,v8", transferMode: "ReportEvents" });
  await page.evaluate(go, { way, from, frames });
  await client.send("Tracing.end");
  await done;
  await client.detach();
  return work(events);
}

/** Runs in the page: a mark, then a key or a move of the pointer, as soon as a frame begins. */
async function go({ way, from, frames }) {
  const frame = () => new Promise(requestAnimationFrame);
  const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
  const strip = document.querySelector(".scrub");
  const { left, width } = strip.getBoundingClientRect();
  const point = (share) => strip.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, isPrimary: true, buttons: 1, clientX: left + share * width }));
  point(from);
  await frame();
  for (let i = 0; i < frames; i += 1) {
    // A step is looked at before the next one is made; the other ways go on with every frame.
    if (way === "step") await new Promise((resolve) => setTimeout(resolve, 40));
    await frame();
    performance.mark("rollscope:frame");
    if (way === "scrub") point((i * 0.37) % 1);
    else key("ArrowRight");
  }
  await frame();
  await frame();
  performance.mark("rollscope:end");
}

function sum(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    frames: times.length,
    median: sorted[Math.floor(sorted.length / 2)],
    worst: sorted.at(-1),
    over: times.filter((time) => time > FRAME).length,
  };
}

async function first(browser, url) {
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(".stage .tile").first().waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now()));
    await context.close();
  }
  return sum(times);
}

const server = await serve();
const browser = await chromium.launch(launch);
const rows = [];
for (const { title, text, from } of RUNS.filter(({ title }) => !process.argv[2] || title.includes(process.argv[2]))) {
  const page = await open(browser, server.url);
  const began = performance.now();
  await run(page, text);
  const took = performance.now() - began;
  const where = await page.locator(".why .where").textContent();
  console.error(title, where, `${took.toFixed(0)} ms`);
  for (const way of Object.keys(WAYS)) {
    const times = await measure(page, way, from, way === "step" ? 60 : MOST);
    rows.push({ title, way, ...sum(times) });
    console.error(JSON.stringify(rows.at(-1)));
  }
  await page.close();
}
console.log(JSON.stringify({ rows, first: await first(browser, server.url) }, null, 1));
await browser.close();
server.close();
