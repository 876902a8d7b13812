// Puts the element beside the page: trunk calls this after each build (Trunk.toml). Only now do the program's files have their
// names, which carry their content.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, top } from "../editor/esbuild.mjs";

const site = process.env.TRUNK_STAGING_DIR ?? join(top, "dist");
const files = await readdir(site);

function named(pattern) {
  const found = files.filter((file) => pattern.test(file));
  if (found.length !== 1) throw new Error(`${site}: one file like ${pattern} was expected, not ${found.length}`);
  return `./${found[0]}`;
}

const icon = named(/^favicon-.*\.svg$/);
const quoted = (pattern) => JSON.stringify(named(pattern));

await bundle({
  entryPoints: [join(top, "element/rollout-view.js"), join(top, "element/embed.js")],
  outdir: site,
  format: "esm",
  target: "es2022",
  loader: { ".css": "text" },
  // What is not part of this bundle is loaded when it is needed.
  external: ["./rollscope-page-*.js", "./rollout-view.js"],
  define: {
    SCRIPT: quoted(/^rollscope-page-[^.]*\.js$/),
    MODULE: quoted(/^rollscope-page-.*_bg\.wasm$/),
    STYLE: quoted(/^page-.*\.css$/),
  },
});
await bundle({ entryPoints: [join(top, "element/embedding.css")], outdir: site });

const embed = await readFile(join(top, "element/embed.html"), "utf8");
await writeFile(join(site, "embed.html"), embed.replace("FAVICON", icon));
const { embeddingPage } = await import("./embedding.mjs");
const text = await readFile(join(top, "docs/embedding.md"), "utf8");
await writeFile(join(site, "embedding.html"), embeddingPage(text, icon));
