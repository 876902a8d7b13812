// Bundles the editor into one module beside the page: trunk calls this after each build (Trunk.toml), for
// `cargo xtask` and for a trunk of your own alike.

import { join } from "node:path";
import { bundle, top } from "./esbuild.mjs";

await bundle({
  entryPoints: [join(top, "editor/editor.js")],
  outfile: join(process.env.TRUNK_STAGING_DIR ?? join(top, "dist"), "editor.js"),
  format: "esm",
  target: "es2022",
});
