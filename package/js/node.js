// The package in Node: the engine is read from the file beside this one.

import { readFile } from "node:fs/promises";
import { open } from "./api.js";

export { Run, ScenarioError } from "./api.js";
export const { load, check, simulate } = open(() => readFile(new URL("./engine.wasm", import.meta.url)));
