// Somebody else's site: pages of its own under a strict policy, and Rollscope in a folder of it.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { DIST, TYPES } from "./serve.js";

/** What docs/embedding.md says that a policy has to allow, and nothing else. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
].join("; ");

/** A site's manners: as many page builders have them, and some that nobody should have. */
const STYLE = `
html { font: 18px/1.7 Georgia, serif; color: #234; background: #fff; }
body { max-width: 820px; margin: 24px auto; padding: 0 20px; }
@media (prefers-color-scheme: dark) { html { color-scheme: dark; color: #cde; background: #10161c; } }
rollout-view { margin: 20px 0; }
.hostile * { letter-spacing: 4px; text-transform: uppercase; --bg: red; --hue: red; }
.hostile button, .hostile i, .hostile .tile { background: red !important; border-radius: 0 !important; }
.hostile { text-align: right; direction: ltr; line-height: 3; }
`;

/** Serves on a free port. `pages` maps a path below `/docs/` to a body of HTML; more can be put there later. */
export async function serveSite(pages, { policy = POLICY, headers = {} } = {}) {
  const server = createServer(async (request, response) => {
    const { type, body } = await answer(new URL(request.url, "http://site").pathname, pages);
    const head = { "content-type": type, ...headers, ...(policy ? { "content-security-policy": policy } : {}) };
    response.writeHead(body === null ? 404 : 200, head);
    response.end(body ?? "not found");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { pages, url: `${url}/docs/`, program: `${url}/lib/rollscope/`, close: () => server.close() };
}

async function answer(pathname, pages) {
  const [, folder, ...rest] = pathname.split("/");
  const name = decodeURIComponent(rest.join("/"));
  if (folder === "docs" && name === "icon.svg") return { type: TYPES[".svg"], body: "<svg xmlns='http://www.w3.org/2000/svg'/>" };
  if (folder === "docs" && name === "site.css") return { type: TYPES[".css"], body: STYLE };
  if (folder === "docs" && name in pages) return { type: TYPES[extname(name)] ?? TYPES[".html"], body: whole(name, pages[name]) };
  if (folder !== "lib" || rest[0] !== "rollscope") return { type: "text/plain", body: null };
  const file = join(DIST, normalize("/" + name.slice("rollscope/".length)));
  return { type: TYPES[extname(file)] ?? "text/plain", body: await readFile(file).catch(() => null) };
}

/** A page has the two lines that docs/embedding.md asks for. */
function whole(name, body) {
  if (extname(name)) return body;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Docs</title>
<link rel="stylesheet" href="/docs/site.css"><link rel="icon" href="/docs/icon.svg">
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="/lib/rollscope/rollout-view.js"></script></head>
<body><main><h1>Docs</h1>${body}</main></body></html>`;
}
