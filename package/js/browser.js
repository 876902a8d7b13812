// The package in a browser: bundlers find the engine by this address, and so does a page without one.

import { open } from "./api.js";

export { Run, ScenarioError } from "./api.js";
export const { load, check, simulate } = open(() => new URL("./engine.wasm", import.meta.url));
