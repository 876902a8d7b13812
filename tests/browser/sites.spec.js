// What the Share dialog gives is pasted into real sites: a book made by mdBook, pages made by Eleventy. They are served from
// another origin than Rollscope, and driven.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test as base } from "./fixtures.js";
import { TYPES } from "./serve.js";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const SNIPPETS = join(TOP, "tests/sites/snippets");
/** Where Rollscope is, in what src/scene/share.rs gives its test. */
const BASE = "https://rollscope.example/";

const test = base.extend({
  /** A folder that goes when the test is over. */
  folder: async ({}, use) => {
    mkdirSync(join(TOP, "target"), { recursive: true });
    const folder = mkdtempSync(join(TOP, "target/site-"));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  /** What is to be pasted, from the server of this test. */
  snippet: async ({ server }, use) => use((name) => readFileSync(join(SNIPPETS, name), "utf8").replaceAll(BASE, server)),
  /** Serves a folder. */
  host: async ({}, use) => {
    const servers = [];
    await use(async (folder) => {
      const server = createServer((request, response) => answer(folder, request, response));
      servers.push(server);
      await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
      return `http://127.0.0.1:${server.address().port}/`;
    });
    for (const server of servers) (server.closeAllConnections(), server.close());
  },
});

async function answer(folder, request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://site").pathname);
  if (path === "/favicon.ico") return response.writeHead(204).end();
  const body = await readFile(join(folder, path.endsWith("/") ? path + "index.html" : path)).catch(() => null);
  response.writeHead(body === null ? 404 : 200, { "content-type": TYPES[extname(path)] ?? (path.endsWith("/") ? "text/html" : "text/plain") });
  response.end(body ?? "not found");
}

function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The rollout of the snippets is there, at its step, and can be stepped on. */
async function expectRollout(view) {
  await view.scrollIntoViewIfNeeded();
  await expect(view.locator(".stage")).toContainText("Deployment web");
  const slider = view.getByRole("slider", { name: "Time" });
  await expect(slider).toHaveAttribute("aria-valuenow", "6");
  await view.getByRole("button", { name: "One step forward" }).click();
  await expect(slider).not.toHaveAttribute("aria-valuenow", "6");
}

const PICTURE = "an-update.svg";
const SVG = readFileSync(join(TOP, "tests/pictures/deployment.svg"), "utf8");

test("a book made by mdBook", async ({ page, folder, snippet, host, server }) => {
  const chapter = ["# An update", snippet("mdbook"), "## In a frame", snippet("frame"), "## As a picture", snippet("image")];
  write(folder, {
    "book.toml": '[book]\ntitle = "Rollouts"\nlanguage = "en"\n',
    "src/SUMMARY.md": "# Summary\n\n- [An update](update.md)\n",
    "src/update.md": chapter.join("\n\n"),
    [`src/${PICTURE}`]: SVG,
  });
  execFileSync("mdbook", ["build", folder], { stdio: "pipe" });
  await page.goto((await host(join(folder, "book"))) + "update.html");
  await expectRollout(page.locator("rollout-view"));
  await expectRollout(page.frameLocator("iframe").locator("rollout-view"));
  const picture = page.locator(`img[src="${PICTURE}"]`);
  expect(await picture.evaluate((image) => image.decode().then(() => image.alt))).toBe("An update");
  await picture.click();
  await expect(page).toHaveURL(new RegExp(`^${server}#1\\.`));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("pages made by Eleventy, of Markdown, HTML and MDX", async ({ page, folder, snippet, host }) => {
  // Eleventy reads what lies in its own folder.
  write(folder, {
    "pages/markdown.md": `# Markdown\n\n${snippet("element")}\n`,
    "pages/html.html": `<!doctype html><html lang="en"><title>HTML</title><body><h1>HTML</h1>${snippet("element")}${snippet("frame")}</body></html>`,
    "pages/docs.mdx": snippet("docusaurus"),
  });
  const eleventy = [join(TOP, "tests/sites/node_modules/@11ty/eleventy/cmd.cjs"), "--quiet", "--config=../../tests/sites/eleventy.config.js"];
  execFileSync("node", [...eleventy, "--input=pages", "--output=site"], { cwd: folder, stdio: "pipe" });
  const site = await host(join(folder, "site"));
  for (const name of ["markdown", "html", "docs"]) {
    await page.goto(`${site}${name}/`);
    await expectRollout(page.locator("rollout-view"));
  }
  await page.goto(`${site}html/`);
  await expectRollout(page.frameLocator("iframe").locator("rollout-view"));
});

test("a page made by Hugo's shortcode", async ({ page, folder, snippet, host }) => {
  // Hugo itself is no package of npm or crates.io: its two templates in the shortcode are filled in here.
  const [, src] = snippet("hugo-page").match(/^\{\{< rollout src="([^"]+)" >\}\}$/m);
  const inside = snippet("hugo-shortcode").replace('{{ .Get "src" }}', src);
  expect(inside).not.toContain("{{");
  write(folder, { "index.html": `<!doctype html><html lang="en"><title>Hugo</title><body>${inside}</body></html>` });
  await page.goto(await host(folder));
  await expectRollout(page.locator("rollout-view"));
});
