// A program that uses everything that the types describe; it is only compiled.

import { check, load, Run, ScenarioError, simulate } from "rollscope";
import { RolloutView } from "rollscope/element";
import type { Finding, History, KubernetesObject, Step, Wait, Why } from "rollscope";

await load(new URL("https://example.com/engine.wasm"));
const findings: Finding[] = await check("kind: [", { release: "1.36" });
console.log(findings[0].start.line, findings[0].fix?.edits[0].text);

try {
  const run: Run = await simulate("", {
    release: "1.36",
    gates: { PodDeletionCost: true },
    seed: 1,
    limits: { pods: 10, steps: 100 },
    signal: new AbortController().signal,
    onProgress: ({ steps, time }) => console.log(steps + time),
  });
  const step: Step | undefined = run.steps.at(-1, { patches: true });
  const why: Why | undefined = step?.writes[0].why;
  for (const { at, actor, title } of run.steps) console.log(at, actor, title, why?.formula);
  const pods: KubernetesObject[] = run.at(3).objects("Pod", "default");
  const name: string | undefined = pods[0].metadata.namespace;
  const waits: Wait[] = run.atTime(10).waiting();
  const history: History = run.history({ patches: true });
  console.log(name, waits[0].blocked[0].until, history.rules[why!.rule], history.start?.length, JSON.stringify(run));
  const other = await run.fork(1, { apply: "kind: ConfigMap" });
  console.log(other.at(-1).kubectl("get pods").stdout, other.at(0).yaml("Pod", "web"), other.at(0).get("Node", "node-1")?.spec);
  other.free();
} catch (error) {
  if (error instanceof ScenarioError) console.log(error.findings.map(({ message }) => message));
}

RolloutView.site = "https://example.com/rollscope/";
const view: RolloutView | null = document.querySelector("rollout-view");
const made = document.createElement("rollout-view");
Object.assign(made, { src: "web.yaml", step: "end", speed: "2", release: "1.36", theme: "dark", controls: "full", loading: "eager" });
made.view = "nodes";
made.poster = "";
made.autoplay = true;
made.addEventListener("ready", ({ detail }) => console.log(detail.title?.length, detail.release, detail.steps));
made.addEventListener("step", ({ detail }) => console.log(detail.did?.join(), detail.actor, detail.time));
made.addEventListener("decision", ({ detail }) => console.log(detail.rule?.id, detail.rule?.formula?.length, detail.saw));
made.addEventListener("error", ({ detail }) => console.log(detail.fatal, detail.diagnostics[0]?.line));
made.addEventListener("end", function ({ detail }) {
  if (!detail.playing) this.seek(0);
});
made.addEventListener("click", ({ clientX }) => console.log(clientX));
const there: boolean = await made.load("kind: Pod");
if (there && made.position < made.steps && !made.playing) made.play();
view?.pause();
