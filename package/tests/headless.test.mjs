// The headless API in plain Node, from the packed package.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import Ajv from "ajv/dist/2020.js";
import { TOP, consumer } from "./consumer.mjs";
import { DEPLOYMENT, STALLED, STATEFUL_SET } from "./texts.mjs";

let api;
let folder;

before(async () => {
  folder = consumer("node");
  const entry = createRequire(join(folder, "package.json")).resolve("rollscope");
  assert.ok(entry.startsWith(folder), entry);
  api = await import(pathToFileURL(entry));
});

const runs = [];
const run = async (...args) => {
  const it = await api.simulate(...args);
  runs.push(it);
  return it;
};
after(() => runs.forEach((it) => it.free()));

test("the element's module can be read where there is no document, as generators of sites do", async () => {
  const entry = createRequire(join(folder, "package.json")).resolve("rollscope/element");
  const { RolloutView } = await import(pathToFileURL(entry));
  assert.equal(typeof RolloutView.prototype.play, "function");
  assert.equal(globalThis.customElements, undefined);
});

test("a run has steps with reasons and numbers", async () => {
  const it = await run(STALLED);
  assert.equal(it.title, "a typo in the image");
  assert.equal([...it.steps].length, it.length);
  assert.equal(it.steps.at(-1).position, it.length);
  const scaled = [...it.steps].find((step) => step.title.startsWith("Scaled ReplicaSet"));
  assert.equal(scaled.actor, "deployment-controller");
  const write = scaled.writes.find(({ object }) => object.kind === "ReplicaSet");
  assert.equal(write.verb, "update");
  assert.match(write.why.rule, /^DEP-\d+$/);
  const wait = [...it.steps].flatMap((step) => step.waits).find((wait) => wait.blocked.some(({ why }) => why.rule === "DEP-31"));
  assert.match(wait.blocked[0].why.formula, /no room to create/);
  assert.ok(it.findings.every(({ severity }) => severity !== "error"));
});

test("a moment has the objects as kubectl shows them", async () => {
  const it = await run(DEPLOYMENT);
  const end = it.at(-1);
  assert.equal(end.position, it.length);
  assert.equal(end.time, it.duration);
  assert.equal(end.get("Deployment", "web").status.readyReplicas, 4);
  assert.equal(end.objects("Pod").length, 4);
  assert.deepEqual(end.objects("Pod", "elsewhere"), []);
  assert.equal(it.at(0).objects("Pod").length, 0);
  assert.match(end.yaml("Deployment", "web"), /^apiVersion: apps\/v1\nkind: Deployment\n/);
  assert.equal(end.get("Deployment", "other"), undefined);
  assert.match(end.kubectl("kubectl get deploy").stdout, /^NAME +READY .*\nweb +4\/4 /);
  assert.match(end.kubectl("get deploy other").stderr, /not found/);
  assert.match(end.kubectl("scale deploy/web --replicas=1").stderr, /use fork/);
  assert.ok(end.events().some(({ reason }) => reason === "ScalingReplicaSet"));
  assert.equal(it.atTime(0).time, 0);
  assert.equal(it.atTime(1e9).position, it.length);
  assert.throws(() => it.at(it.length + 1), RangeError);
  assert.throws(() => end.objects("Nonsense"), /not a kind that is simulated/);
});

test("who waits is known at every moment", async () => {
  const it = await run(STALLED);
  const stuck = it.atTime(60).waiting();
  assert.ok(stuck.some(({ object, blocked }) => object.name === "web" && blocked.length > 0));
  assert.match(it.atTime(60).kubectl("rollout status deployment/web").stdout, /Waiting for deployment/);
});

/** RFC 7386. */
function merged(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = target === null || typeof target !== "object" || Array.isArray(target) ? {} : { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

test("the patches of a history lead to every one of its moments", async () => {
  for (const text of [STALLED, STATEFUL_SET]) {
    const it = await run(text);
    const { start, steps } = it.history({ patches: true });
    const objects = new Map();
    const id = ({ kind, namespace = "", name }) => `${kind} ${namespace}/${name}`;
    for (const object of start) objects.set(id({ kind: object.kind, ...object.metadata }), object);
    const check = (position) => {
      const there = it.at(position).objects();
      const expected = new Map(there.map((object) => [id({ kind: object.kind, ...object.metadata }), object]));
      assert.deepEqual(Object.fromEntries(objects), Object.fromEntries(expected), `position ${position}`);
    };
    check(0);
    for (const { position, writes } of steps) {
      for (const { object, patch } of writes) {
        if (patch === null) objects.delete(id(object));
        else objects.set(id(object), merged(objects.get(id(object)), patch));
      }
      check(position);
    }
  }
});

test("a history is what its published schema says", async () => {
  const schema = JSON.parse(readFileSync(join(folder, "node_modules/rollscope/history.schema.json")));
  assert.deepEqual(schema, JSON.parse(readFileSync(join(TOP, "docs/history.schema.json"))));
  const ajv = new Ajv({ strict: false, formats: { double: true, uint: true, uint32: true } });
  const strict = ajv.compile(closed(schema));
  for (const text of [STALLED, STATEFUL_SET]) {
    const it = await run(text);
    for (const document of [it.history(), it.history({ patches: true }), JSON.parse(JSON.stringify(it))]) {
      assert.ok(strict(document), JSON.stringify(strict.errors?.slice(0, 3)));
    }
    assert.ok(!strict({ ...it.history(), format: "1" }), "the schema refuses something");
  }
});

/** The schema with nothing allowed that it does not name: members may be added later, but not unnoticed. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.type === "object" && schema.properties && !("additionalProperties" in schema)
    ? { ...inner, additionalProperties: false }
    : inner;
}

test("what is wrong is said with its position", async () => {
  const broken = DEPLOYMENT.replace("replicas: 4", "replicsa: four");
  const findings = await api.check(broken);
  const error = findings.find(({ severity }) => severity === "error");
  assert.deepEqual(error.start, { line: 6, column: 3 });
  assert.match(error.message, /unknown field "spec.replicsa"/);
  await assert.rejects(run(broken), (thrown) => {
    assert.ok(thrown instanceof api.ScenarioError);
    assert.deepEqual(thrown.findings, findings);
    assert.match(thrown.message, /^6:3: /m);
    return true;
  });
});

test("nothing that may be given as a scenario breaks the engine", async () => {
  const bomb = `a: &a [x, x]\n${"bcdefghijklmnop".split("").map((name, i) => `${name}: &${name} [*${"abcdefghijklmno"[i]}, *${"abcdefghijklmno"[i]}]`).join("\n")}`;
  for (const text of ["", "{", "\u0000", "- ".repeat(5000), "kind: Deployment", "a: b: c", "\ud800", bomb, "[".repeat(100000)]) {
    const found = await run(text).catch((error) => error);
    assert.ok(found instanceof api.Run || found instanceof api.ScenarioError, `${text.slice(0, 20)}: ${found}`);
  }
  await assert.rejects(run(undefined), TypeError);
  await assert.rejects(run(DEPLOYMENT, { release: "2.0" }), /unknown Kubernetes release/);
  await assert.rejects(run(DEPLOYMENT, { gates: { Nonsense: true } }), /changes nothing here/);
  await assert.rejects(run(DEPLOYMENT, { limits: { pods: -1 } }), RangeError);
  await assert.rejects(run(DEPLOYMENT, { limits: { steps: 0 } }), /expected 1 to 2000000/);
  assert.equal((await run(DEPLOYMENT)).at(-1).objects("Pod").length, 4, "it works as before");
});

test("release, gates and limits can be given beside the text", async () => {
  const it = await run(DEPLOYMENT, { release: "1.34", gates: { PodDeletionCost: false }, limits: { steps: 5 } });
  const { release, gates, end, steps } = it.history();
  assert.equal(release, "1.34.0");
  assert.equal(gates.PodDeletionCost, false);
  assert.equal(end, "stepLimit");
  assert.equal(steps.length, 5);
});

test("a run is forked by a command, or by manifests", async () => {
  const it = await run(DEPLOYMENT);
  const scaled = await it.fork(-1, "kubectl scale deployment/web --replicas=6");
  assert.equal(scaled.at(-1).objects("Pod").length, 6);
  const middle = await it.fork(4, { apply: DEPLOYMENT.replace("replicas: 4", "replicas: 2") });
  assert.equal(middle.at(-1).objects("Pod").length, 2);
  assert.deepEqual(middle.steps.at(3), it.steps.at(3));
  assert.equal(it.at(-1).objects("Pod").length, 4);
  await assert.rejects(it.fork(1, "kubectl get pods"), /only asks/);
  await assert.rejects(it.fork(1, "kubectl dance"), /unknown command/);
  await assert.rejects(it.fork(1, { apply: "kind: [" }), /error/);
  [scaled, middle].forEach((fork) => fork.free());
});

test("a moment is passed on as an object, as a file and as a link", async () => {
  const it = await run(STALLED);
  const forked = await it.fork(9, "kubectl scale deployment/web --replicas=6");
  for (const from of [it, forked]) {
    const moment = from.moment(7);
    for (const scenario of [moment, JSON.stringify(moment), { ...moment, rollscope: moment.rollscope }]) {
      const again = await run(scenario);
      assert.equal(again.position, 7);
      assert.deepEqual(again.history({ patches: true }), from.history({ patches: true }));
    }
    assert.match(from.hash(7), /^#?1\.[\w-]+$/);
  }
  forked.free();
  assert.equal(it.position, undefined);
  await assert.rejects(run({ rollscope: 99, text: "" }), /99/);
  await assert.rejects(run({}), TypeError);
  assert.throws(() => it.moment(1e6), RangeError);
  assert.throws(() => forked.moment(0), /freed/);
  const seeded = await run(STALLED, { seed: 5 });
  assert.throws(() => seeded.moment(1), /can't be passed on/);
});

test("a long computation tells how far it is, and can be given up", async () => {
  const many = DEPLOYMENT.replace("replicas: 4", "replicas: 2000");
  const progress = [];
  await run(many, { onProgress: (now) => progress.push(now.steps) });
  assert.ok(progress.length > 0, "a run of 2,000 Pods takes more than one slice");
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b));
  const reason = new Error("enough");
  await assert.rejects(run(many, { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  await assert.rejects(run(many, { signal: controller.signal, onProgress: () => controller.abort(reason) }), reason);
});

test("memory is given back", async () => {
  const it = await api.simulate(DEPLOYMENT);
  const moment = it.at(-1);
  it.free();
  it.free();
  assert.throws(() => it.at(0).objects(), /freed/);
  assert.throws(() => moment.objects(), /freed/);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 300; i++) (await api.simulate(DEPLOYMENT.replace("replicas: 4", "replicas: 50"))).free();
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 100, `${grown.toFixed()} MiB more after 300 runs`);
});
