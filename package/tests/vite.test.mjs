// The package in a bundle that vite makes of a small app, driven in Chromium.

import assert from "node:assert/strict";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "@playwright/test";
import { consumer, npmProgram } from "./consumer.mjs";
import { DEPLOYMENT } from "./texts.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css" };
/** As on a site that has other pages too. */
const FOLDER = "/some/folder/";

let server;
let browser;
let built;

before(async () => {
  const folder = join(consumer("vite", "app"), "app");
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
async function open() {
  const page = await browser.newPage();
  const [complaints, requests] = [[], []];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  const url = `http://127.0.0.1:${server.address().port}${FOLDER}`;
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

test("the bundle has the module once, and nothing of Node", () => {
  const files = readdirSync(join(built, "assets"));
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 1, files.join(" "));
  const script = files.filter((file) => file.endsWith(".js")).map((file) => readFileSync(join(built, "assets", file), "utf8"));
  assert.ok(!script.join().includes("node:fs"));
});
