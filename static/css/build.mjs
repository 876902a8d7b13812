// Puts the style sheets into one, small, where index.html looks for it: trunk calls this before each build (Trunk.toml).

import { join } from "node:path";
import { bundle, top } from "../../editor/esbuild.mjs";

await bundle({ entryPoints: [join(top, "static/css/all.css")], outfile: join(top, "target/page.css") });
