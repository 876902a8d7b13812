// How long the page works on a frame, in Chromium: `cargo xtask bench frames` runs this and writes the table.
//
// A frame is what lies between two marks, one at the beginning of each. What it costs is the time in which the main thread ran
// script, style or layout, read from the browser's own trace, not from clocks in the page. What a move leaves to later frames is
// theirs: a move costs as much as the longest frame from it to the next move.

import { chromium } from "@playwright/test";
import { serve } from "../../tests/browser/serve.js";
import { OPENED, RUNS } from "./runs.js";
import { tasks, work } from "./trace.js";

const FRAME = 16.7;

const launch = {
  executablePath: process.env.CHROMIUM,
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run"],
};

/** How many frames are looked at of each way to move. */
const WAYS = { step: 60, play: 120, scrub: 120 };

async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await page.goto(url);
  await page.locator(".cm-editor").waitFor();
  return page;
}

/** Pastes, runs and waits for the first step; gives the tasks of the page until then. */
async function run(page, text) {
  const editor = page.getByRole("textbox", { name: "Manifests" });
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
  await page.waitForTimeout(1000);
  const events = await traced(page, ["disabled-by-default-devtools.timeline"], () => page.evaluate(begin));
  await page.locator("h1").click();
  return tasks(events, ["rollscope:run", "rollscope:drawn"]);
}

/** Runs in the page: a click on Run, and then nothing until its first step is drawn. */
async function begin() {
  const isThere = () => /step 1 of/.test(document.querySelector(".why .where")?.textContent) && !document.querySelector(".work");
  const button = [...document.querySelectorAll("button")].find(({ textContent, ariaLabel }) => /Run from start/.test(ariaLabel ?? textContent));
  performance.mark("rollscope:run");
  button.click();
  await new Promise((resolve) => {
    const look = () => (isThere() ? requestAnimationFrame(() => setTimeout(resolve)) : setTimeout(look, 10));
    setTimeout(look, 50);
  });
  performance.mark("rollscope:drawn");
}

/** What the browser traces while something is done; to trace more takes time itself. */
async function traced(page, more, act) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const done = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  const categories = ["devtools.timeline", "blink.user_timing", "v8", ...more].join(",");
  await client.send("Tracing.start", { categories, transferMode: "ReportEvents" });
  await act();
  await client.send("Tracing.end");
  await done;
  await client.detach();
  return events;
}

/** Moves so many times, and gives the work of the longest frame of each move in milliseconds. */
async function measure(page, way, from, frames) {
  return work(await traced(page, [], () => page.evaluate(go, { way, from, frames })));
}

/** Runs in the page: a mark, then a key or a move of the pointer, as soon as a frame begins; and a mark in every other frame. */
async function go({ way, from, frames }) {
  const frame = async (name) => {
    await new Promise(requestAnimationFrame);
    performance.mark(`rollscope:${name}`);
  };
  const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
  const strip = document.querySelector(".scrub");
  const { left, width } = strip.getBoundingClientRect();
  const point = (share) => strip.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, isPrimary: true, buttons: 1, clientX: left + share * width }));
  point(from);
  const rest = async (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) await frame("frame");
  };
  await rest(500);
  for (let i = 0; i < frames; i += 1) {
    // A step is looked at before the next one is made; the other ways go on with every frame.
    if (way === "step") await rest(60);
    await frame("move");
    if (way === "scrub") point((i * 0.37) % 1);
    else key("ArrowRight");
  }
  await rest(300);
}

/** How many pictures a scrub of a second shows, and how many frames after its last move the last of them comes. */
async function pictures(page) {
  return page.evaluate(async () => {
    const strip = document.querySelector(".scrub");
    const { left, width } = strip.getBoundingClientRect();
    const point = (share) => strip.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, isPrimary: true, buttons: 1, clientX: left + share * width }));
    const seen = [];
    let number = 0;
    // It is called once for all that has changed since, so once in a frame.
    const watch = new MutationObserver(() => seen.push(number));
    watch.observe(document.querySelector(".stage .workloads"), { subtree: true, childList: true, attributes: true, characterData: true });
    const begin = performance.now();
    for (; performance.now() - begin < 1000; number += 1) {
      await new Promise(requestAnimationFrame);
      point((number * 0.37) % 1);
    }
    const [last, during] = [number, seen.length];
    for (; number < last + 30; number += 1) await new Promise(requestAnimationFrame);
    watch.disconnect();
    return { during, frames: last, after: Math.max(0, seen.at(-1) - last + 1) };
  });
}

/** Milliseconds from navigation until the first step of the first example is drawn, in a browser that has seen nothing. */
async function first(browser, url) {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.drawn = new Promise((resolve) => {
      const look = () => document.querySelector(".stage .tile") && requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    });
  });
  await page.goto(url);
  const took = await page.evaluate(() => window.drawn);
  await context.close();
  return took;
}

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const cell = (times) => {
  const over = Math.round((times.filter((time) => time > FRAME).length / times.length) * 100);
  return `${median(times).toFixed(1)} / ${Math.max(...times).toFixed(1)} ms / ${over} %`;
};

const server = await serve();
const browser = await chromium.launch(launch);
const opened = [];
for (let i = 0; i < 5; i += 1) opened.push(await first(browser, server.url));
const lines = [
  `| run | ${Object.keys(WAYS).join(" | ")} | pictures of a scrub, each second of so many frames | the last, after so many frames |`,
  `|---|${"---|".repeat(Object.keys(WAYS).length + 2)}`,
];
const begun = ["| run | until its first step is drawn | longest task | tasks over 16.7 ms, of all |", "|---|---|---|---|"];
for (const { title, text, from } of [...RUNS, ...OPENED].filter(({ title }) => title.includes(process.argv[2] ?? ""))) {
  const page = await open(browser, server.url);
  const { took, each } = await run(page, text);
  const over = each.filter((task) => task > FRAME).length;
  begun.push(`| ${title} | ${(took / 1000).toFixed(1)} s | ${Math.max(...each).toFixed(1)} ms | ${over} of ${each.length} |`);
  console.error(begun.at(-1));
  if (from === undefined) {
    await page.close();
    continue;
  }
  const cells = [];
  for (const [way, frames] of Object.entries(WAYS)) cells.push(cell(await measure(page, way, from, frames)));
  const { during, frames, after } = await pictures(page);
  lines.push(`| ${title} | ${cells.join(" | ")} | ${during} of ${frames} | ${after} |`);
  console.error(lines.at(-1));
  await page.close();
}
console.log(`Chromium ${browser.version()}, a window of 1440 by 900. From navigation to the first step drawn, from a server on the same machine
with an empty cache: ${median(opened).toFixed(0)} ms, at worst ${Math.max(...opened).toFixed(0)} ms of ${opened.length}.

${lines.join("\n")}

From a click on Run to the first step, the page stays awake: what is computed, drawn and compared until then is cut into tasks, each in time
on the processor.

${begun.join("\n")}`);
await browser.close();
server.close();
