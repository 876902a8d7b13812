// The README's examples, run as they stand there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { consumer } from "./consumer.mjs";
import { DEPLOYMENT } from "./texts.mjs";

test("the README's examples do what it says", () => {
  const folder = consumer("readme");
  const readme = readFileSync(join(folder, "node_modules/rollscope/README.md"), "utf8");
  const [first, second] = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  writeFileSync(join(folder, "first.mjs"), first);
  writeFileSync(join(folder, "second.test.mjs"), second);
  writeFileSync(join(folder, "web.yaml"), DEPLOYMENT);
  // A test within a test would report to this one.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const run = (...args) => execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  const printed = run("first.mjs");
  assert.match(printed, /Scaled ReplicaSet|Created ReplicaSet/);
  assert.match(printed, /deployment\.apps\/web +4\/4/);
  assert.match(run("--test", "--test-reporter=tap", "second.test.mjs"), /# pass 1\b/);
});
