// The element's own file, which names the program's files: they have their names, which carry their content, only after a build.

import { join } from "node:path";
import { bundle, top } from "../editor/esbuild.mjs";

/** The one file among these that is like the pattern. */
export function named(files, pattern) {
  const found = files.filter((file) => pattern.test(file));
  if (found.length !== 1) throw new Error(`one file like ${pattern} was expected, not ${found.length}`);
  return `./${found[0]}`;
}

/** The files of a build that the element loads when it needs them, beside the snippets. */
export function program(files) {
  return {
    SCRIPT: named(files, /^rollscope-page-[^.]*\.js$/),
    MODULE: named(files, /^rollscope-page-.*_bg\.wasm$/),
    STYLE: named(files, /^page-.*\.css$/),
  };
}

/** Bundles some of the files here into a folder; `besidePage` says whether Rollscope's page is there as well. */
export async function bundleElement(files, outdir, program, besidePage) {
  const quoted = Object.entries(program).map(([name, file]) => [name, JSON.stringify(file)]);
  await bundle({
    entryPoints: files.map((file) => join(top, "element", file)),
    outdir,
    format: "esm",
    target: "es2022",
    loader: { ".css": "text" },
    // What is not part of this bundle is loaded when it is needed.
    external: ["./rollscope-page-*.js", "./rollout-view.js"],
    define: { ...Object.fromEntries(quoted), BESIDE_PAGE: String(besidePage) },
  });
}
