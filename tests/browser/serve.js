// A small static server for dist/. The page is put into a folder, as on a site that has other pages too: an absolute
// URL in it would miss.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const FOLDER = "/some/folder/";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".yaml": "text/yaml",
};

/** Serves on a free port; gives the page's URL and a function that ends it. */
export async function serve() {
  const server = createServer(answer);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${server.address().port}${FOLDER}`, close: () => server.close() };
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const body = await readFile(fileFor(pathname)).catch(() => null);
  const status = body === null ? 404 : 200;
  response.writeHead(status, { "content-type": TYPES[extname(fileFor(pathname))] ?? "text/plain" });
  response.end(body ?? "not found");
}

/** Outside of the folder, a file that doesn't exist. */
function fileFor(pathname) {
  if (!pathname.startsWith(FOLDER)) return join(DIST, "nothing");
  const file = normalize("/" + decodeURIComponent(pathname.slice(FOLDER.length)));
  return join(DIST, file === "/" || file === "\\" ? "index.html" : file);
}
