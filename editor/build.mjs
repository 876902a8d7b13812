// Bundles the editor into one module beside the page: trunk calls this after each build (Trunk.toml), for
// `cargo xtask` and for a trunk of your own alike.

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** esbuild, after installing the npm packages if they aren't there. */
async function loadEsbuild() {
  try {
    return await import("esbuild");
  } catch {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    execFileSync(npm, ["ci", "--loglevel=error"], { cwd: join(here, ".."), stdio: "inherit", shell: npm !== "npm" });
    return await import("esbuild");
  }
}

const esbuild = await loadEsbuild();
await esbuild.build({
  entryPoints: [join(here, "editor.js")],
  outfile: join(process.env.TRUNK_STAGING_DIR ?? join(here, "../dist"), "editor.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  logLevel: "warning",
});
