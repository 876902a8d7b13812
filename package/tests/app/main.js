// A small app of somebody else's: runs what is typed, and lists the steps. Its page has a rollout to look at as well.

import { ScenarioError, simulate } from "rollscope";
import "rollscope/element";

const at = (id) => document.getElementById(id);

at("run").addEventListener("click", async () => {
  at("steps").replaceChildren();
  at("pods").textContent = "";
  try {
    const run = await simulate(at("manifests").value);
    for (const step of run.steps) {
      const item = document.createElement("li");
      item.textContent = step.title;
      at("steps").append(item);
    }
    at("pods").textContent = run.at(-1).kubectl("get pods").stdout;
    run.free();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    at("pods").textContent = error.message;
  }
});
