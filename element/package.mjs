// Puts the element into the npm package (xtask/src/package.rs): the files of dist/ that it loads, under their names, and its own
// file, which there has no page of Rollscope's beside it.

import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleElement, program } from "./bundle.mjs";

const [site, folder] = process.argv.slice(2);
const loaded = program(await readdir(site));

await mkdir(folder, { recursive: true });
for (const name of [...Object.values(loaded), "snippets"]) await cp(join(site, name), join(folder, name), { recursive: true });
// vite would write the smallest parts into its scripts, as addresses that a strict policy for content refuses.
for (const name of (await readdir(join(folder, "snippets"))).filter((name) => name.startsWith("later-"))) {
  const script = join(folder, "snippets", name, "link.js");
  await writeFile(script, (await readFile(script, "utf8")).replaceAll('.wasm"', '.wasm?no-inline"'));
}
await bundleElement(["rollout-view.js"], folder, loaded, false);
