// The package in a bundle that vite makes of a small app, on vite's development server, and copied; all driven in Chromium.

import assert from "node:assert/strict";
import { cpSync, createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "@playwright/test";
import { createServer as createVite } from "vite";
import { consumer, npmProgram } from "./consumer.mjs";
import { DEPLOYMENT } from "./texts.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css" };
/** As on a site that has other pages too. */
const FOLDER = "/some/folder/";

let project;
let server;
let browser;
let built;

before(async () => {
  project = consumer("vite", "app");
  const folder = join(project, "app");
  cpSync(join(project, "node_modules/rollscope/element"), join(folder, "public/rollscope"), { recursive: true });
  npmProgram(folder, "vite/bin/vite.js", "build", "--base", "./", "--logLevel", "warn");
  built = join(folder, "dist");
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(built, pathname === FOLDER ? "index.html" : pathname.replace(FOLDER, ""));
    if (!pathname.startsWith(FOLDER) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** The app in a browser, with whatever goes wrong or goes elsewhere. */
async function open(url = `http://127.0.0.1:${server.address().port}${FOLDER}`) {
  const page = await browser.newPage();
  const [complaints, requests] = [[], []];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  page.on("response", (answer) => answer.ok() || complaints.push(`${answer.url()}: ${answer.status()}`));
  await page.goto(url);
  return { page, complaints, requests, url };
}

test("a bundled app runs manifests, and nothing is fetched before it asks", async () => {
  const { page, complaints, requests, url } = await open();
  assert.ok(!requests.some((request) => request.endsWith(".wasm")), "the engine is loaded when it is needed");
  await page.getByLabel("Manifests").fill(DEPLOYMENT);
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText("Rollout of Deployment web complete").waitFor();
  const pods = await page.locator("#pods").textContent();
  assert.equal(pods.match(/1\/1 +Running/g)?.length, 4, pods);
  assert.ok(requests.every((request) => request.startsWith(url) || request.startsWith("data:")), requests.join("\n"));
  assert.deepEqual(complaints, []);
});

test("what is wrong is said in the app", async () => {
  const { page, complaints } = await open();
  await page.getByLabel("Manifests").fill(DEPLOYMENT.replace("replicas", "replicsa"));
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText('6:3: ').waitFor();
  assert.deepEqual(complaints, []);
});

/** Three Pods in their slots, with the looks of the page; nothing leads to a page that is not there. */
async function expectRollout(page) {
  const view = page.locator("rollout-view");
  await view.locator(".tile.available").nth(2).waitFor();
  assert.equal(await view.locator(".slot").count(), 3);
  const { steps, position } = await view.evaluate(({ steps, position }) => ({ steps, position }));
  assert.ok(steps > 10 && position === steps, `${position} of ${steps}`);
  assert.equal(await view.locator(".transport").evaluate((element) => getComputedStyle(element).display), "flex");
  assert.equal(await view.locator("a[href]").count(), 0);
  await view.getByRole("button", { name: "To the start" }).click();
  await view.locator(".tile").first().waitFor({ state: "detached" });
}

test("a bundled app shows a rollout, and loads the program when somebody asks for it", async () => {
  const { page, complaints, requests, url } = await open();
  const before = requests.length;
  await page.getByRole("button", { name: "Show this rollout" }).click();
  await expectRollout(page);
  const parts = requests.slice(before).filter((request) => new URL(request).pathname.endsWith(".wasm"));
  assert.ok(parts.some((part) => part.includes("split_rest")) && !parts.some((part) => part.includes("engine")), parts.join("\n"));
  assert.equal(new Set(parts).size, parts.length, parts.join("\n"));
  assert.ok(requests.every((request) => request.startsWith(url) || request.startsWith("data:")), requests.join("\n"));
  assert.deepEqual(complaints, []);
});

test("where the app knows a page of Rollscope's, the rollout leads there", async () => {
  const { page, complaints } = await open();
  await page.evaluate(() => (customElements.get("rollout-view").site = "/other/rollscope/"));
  await page.getByRole("button", { name: "Show this rollout" }).click();
  const link = page.getByRole("link", { name: "Open in Rollscope" });
  assert.equal(new URL(await link.evaluate(({ href }) => href)).pathname, "/other/rollscope/index.html");
  assert.deepEqual(complaints, []);
});

test("vite's development server shows it as well", async () => {
  const options = { root: join(project, "app"), logLevel: "error", optimizeDeps: { exclude: ["rollscope"] } };
  const vite = await createVite({ ...options, server: { host: "127.0.0.1", port: 0, fs: { allow: [project] } } });
  try {
    await vite.listen();
    const { page, complaints } = await open(vite.resolvedUrls.local[0]);
    await page.getByRole("button", { name: "Show this rollout" }).click();
    await expectRollout(page);
    assert.deepEqual(complaints, []);
  } finally {
    await vite.close();
  }
});

test("the element's folder can be copied to a site as it is", async () => {
  const { page, complaints } = await open(`http://127.0.0.1:${server.address().port}${FOLDER}copied.html`);
  await expectRollout(page);
  assert.deepEqual(complaints, []);
});

test("the bundle has each module once, and nothing of Node", () => {
  const files = readdirSync(join(built, "assets"));
  const modules = files.filter((file) => file.endsWith(".wasm")).map((file) => file.split("-")[0]);
  const large = modules.filter((name) => !name.startsWith("chunk_")).sort();
  assert.ok(modules.length > large.length, "small parts are files as well");
  assert.deepEqual(large, ["engine", "rollscope", "split_page", "split_rest", "split_widget"], files.join(" "));
  assert.equal(new Set(modules).size, modules.length, files.join(" "));
  const script = files.filter((file) => file.endsWith(".js")).map((file) => readFileSync(join(built, "assets", file), "utf8"));
  assert.ok(!script.join().includes("node:fs"));
});
