// Puts the element beside the page: trunk calls this after each build (Trunk.toml). Only now do the program's files have their
// names, which carry their content.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, top } from "../editor/esbuild.mjs";
import { bundleElement, named, program } from "./bundle.mjs";

const site = process.env.TRUNK_STAGING_DIR ?? join(top, "dist");
const files = await readdir(site);

const icon = named(files, /^favicon-.*\.svg$/);

await bundleElement(["rollout-view.js", "embed.js"], site, program(files), true);
await bundle({ entryPoints: [join(top, "element/embedding.css")], outdir: site });

const embed = await readFile(join(top, "element/embed.html"), "utf8");
await writeFile(join(site, "embed.html"), embed.replace("FAVICON", icon));
const { embeddingPage } = await import("./embedding.mjs");
const text = await readFile(join(top, "docs/embedding.md"), "utf8");
await writeFile(join(site, "embedding.html"), embeddingPage(text, icon));
