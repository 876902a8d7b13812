// Bundles the editor into one module beside the page: trunk calls this after each build (Trunk.toml), for
// `cargo xtask` and for a trunk of your own alike.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, top } from "./esbuild.mjs";

/**
 * CodeMirror's own styles in an adopted style sheet, which a strict policy for content allows, and not in a style element. The
 * library does that within shadow roots only; everywhere else it asks for a nonce, which a static page can't have.
 */
const adoptStyles = {
  name: "adopt styles",
  setup: (build) =>
    build.onLoad({ filter: /style-mod\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const condition = "!root.head && root.adoptedStyleSheets";
      if (!text.includes(condition)) throw new Error("style-mod adopts style sheets in a new way: see editor/build.mjs");
      return { contents: text.replace(condition, "root.adoptedStyleSheets"), loader: "js" };
    }),
};

await bundle({
  plugins: [adoptStyles],
  entryPoints: [join(top, "editor/editor.js")],
  outfile: join(process.env.TRUNK_STAGING_DIR ?? join(top, "dist"), "editor.js"),
  format: "esm",
  target: "es2022",
});
