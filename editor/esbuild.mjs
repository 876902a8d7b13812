// The bundler, for the hooks of Trunk.toml.

import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const top = dirname(dirname(fileURLToPath(import.meta.url)));

/** Calls esbuild, after installing the npm packages if they aren't there. */
export async function bundle(options) {
  const { build } = await import("esbuild").catch(install);
  await build({ bundle: true, minify: true, logLevel: "warning", ...options });
}

function install() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["ci", "--loglevel=error"], { cwd: top, stdio: "inherit", shell: npm !== "npm" });
  return import("esbuild");
}
