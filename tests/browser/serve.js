// A small static server for dist/. The page is put into a folder, as on a site that has other pages too: an absolute
// URL in it would miss. The headers are those that docs/hosting.md asks for.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const FOLDER = "/some/folder/";
const HOSTING = readFileSync(new URL("../../docs/hosting.md", import.meta.url), "utf8");
const POLICY = HOSTING.match(/^Content-Security-Policy: (.*)$/m)[1];

export const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".run": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".yaml": "text/yaml",
};

/** Serves on a free port; gives the page's URL and a function that ends it. `edit(file, body)` may serve something else. */
export async function serve(edit = (file, body) => body) {
  const server = createServer((request, response) => answer(request, response, edit));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${server.address().port}${FOLDER}`, close };
}

async function answer(request, response, edit) {
  const { pathname } = new URL(request.url, "http://localhost");
  const file = fileFor(pathname);
  const body = await readFile(file).catch(() => null);
  const type = TYPES[extname(file)] ?? "text/plain";
  const headers = { "content-type": type, "content-security-policy": POLICY, "access-control-allow-origin": "*" };
  response.writeHead(body === null ? 404 : 200, headers);
  response.end(body === null ? "not found" : edit(file.slice(DIST.length + 1), body));
}

/** Outside of the folder, a file that doesn't exist. */
function fileFor(pathname) {
  if (!pathname.startsWith(FOLDER)) return join(DIST, "nothing");
  const file = normalize("/" + decodeURIComponent(pathname.slice(FOLDER.length)));
  return join(DIST, file === "/" || file === "\\" ? "index.html" : file);
}
