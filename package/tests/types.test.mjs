// The types: a strict program that uses all of them is accepted, wrong uses are not.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { consumer, npmProgram } from "./consumer.mjs";

const IMPORTS = 'import { check, simulate } from "rollscope";\nimport { RolloutView } from "rollscope/element";';
const STRICT = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom"];

test("the types describe the package", () => {
  const folder = consumer("types", "uses.ts");
  npmProgram(folder, "typescript/bin/tsc", ...STRICT, "uses.ts");
  const wrong = [
    "await simulate(1);",
    "(await simulate('')).at('end');",
    "(await simulate('')).steps.at(0)!.writes[0].verb === 'remove';",
    "(await simulate('')).history().end === 'never';",
    "const x: string = (await check(''))[0].start.line;",
    "new RolloutView().seek('start');",
    "document.createElement('rollout-view').steps = 3;",
    "new RolloutView().addEventListener('decision', ({ detail }) => detail.rule?.number);",
  ];
  writeFileSync(join(folder, "wrong.ts"), [IMPORTS, ...wrong].join("\n"));
  assert.throws(
    () => npmProgram(folder, "typescript/bin/tsc", ...STRICT, "wrong.ts"),
    ({ message }) => wrong.every((line, index) => assert.ok(message.includes(`wrong.ts(${index + 1 + IMPORTS.split("\n").length},`), line) ?? true),
  );
});
