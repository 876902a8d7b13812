// The engine as wasm, in this process: how much CPU time a run takes, the first time and once the JavaScript engine has
// compiled it in full, how long it takes to go to a step, and what wasm's memory grows by for a run that is held. Prints JSON.
// The text comes by standard input.

import { readFileSync } from "node:fs";

const [folder, times] = process.argv.slice(2);
const { load, simulate } = await import(new URL(`${folder}/node.js`, import.meta.url));
const { default: start } = await import(new URL(`${folder}/engine.js`, import.meta.url));
const text = readFileSync(0, "utf8");

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

await load();
const linear = (await start()).memory;
const size = () => linear.buffer.byteLength;

const empty = size();
// Short runs are repeated for longer: the JavaScript engine compiles in the background what it has seen often.
const ENOUGH = 4000;
const each = [];
const begun = cpu();
let grown;
while (each.length < Number(times) || cpu() - begun < ENOUGH) {
  const before = cpu();
  const run = await simulate(text);
  each.push(cpu() - before);
  grown ??= size() - empty;
  run.free();
}
const memory = process.resourceUsage().maxRSS * 1024;
const run = await simulate(text);
const seeks = [];
let random = 1n;
for (let time = 0; time < 200; time++) {
  random = (random * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  const moment = run.at(Number((random >> 33n) % BigInt(run.length + 1)));
  const before = performance.now();
  moment.get("Node", "none");
  seeks.push(performance.now() - before);
}

// Each run finds the memory that those before it needed for themselves and gave back, so that what is still missing is what a
// history takes, with what the allocator adds.
const held = [run, await simulate(text)];
const before = size();
held.push(await simulate(text));
const history = size() - before;
held.forEach((each) => each.free());

const sorted = (numbers) => numbers.sort((a, b) => a - b);
const first = each[0];
const [warm, seek] = [sorted(each.slice(1)), sorted(seeks)];
const middle = (numbers) => numbers[numbers.length >> 1];
console.log(JSON.stringify({ first, warm: middle(warm), memory, history, grown, seek: middle(seek), worst: seek.at(-1) }));
