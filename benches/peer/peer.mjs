// One run of @ngrok/webernetes in this process: create a Deployment, wait until it is complete, change its image, wait again.
// Prints CPU milliseconds and the memory that the process holds, as JSON. Bundled by `cargo xtask bench peer`.

import { BaseImage, Cluster } from "@ngrok/webernetes";

const replicas = Number(process.argv[2]);
/** Its kubelets take no more than so many Pods each. */
const PODS_PER_NODE = 90;
/** Its clock is stepped by so much, then everything that has become due is let through, and so on: it never waits. */
const STEP_MS = 100;
/** After this much of its time a run that has not come to an end has failed. */
const MOST_STEPS = 60_000;

function image(version) {
  return class extends BaseImage {
    static imageName = "web";
    static imageVersion = version;
    defaultCommand = ["server"];
    async exec(context, argv) {
      return argv[0] === "server" ? context.waitUntilKilled() : super.exec(context, argv);
    }
  };
}

const cluster = new Cluster({ nodes: Math.max(3, Math.ceil((replicas * 1.25) / PODS_PER_NODE)) });
cluster.registerImage(image("1"));
cluster.registerImage(image("2"));

let stepping = true;
/** Lets its time go by until something is so. */
async function until(reached) {
  for (let steps = 0; stepping && steps < MOST_STEPS; steps++) {
    cluster.clock.step(STEP_MS);
    await new Promise(setImmediate);
    if (steps % 10 === 0 && (await reached())) return;
  }
  throw new Error("it has not come to an end");
}

/** Waits for a promise of its own, which needs its time to go by. */
async function through(promise) {
  let done = false;
  const outcome = promise.finally(() => (done = true));
  await until(async () => done);
  return outcome;
}

const read = () => cluster.api.appsv1.readNamespacedDeployment({ namespace: "default", name: "web" });
async function isComplete() {
  const { metadata, spec, status } = await read();
  return (
    status?.observedGeneration === metadata.generation &&
    [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => count === spec.replicas)
  );
}

const deployment = (version) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: `web:${version}` }] },
    },
  },
});

await through(cluster.init());
cluster.clock.pause();
const before = process.cpuUsage();
await through(cluster.apply([deployment("1")]));
await until(isComplete);
const { metadata } = await read();
await through(cluster.api.appsv1.replaceNamespacedDeployment({ namespace: "default", name: "web", body: { ...deployment("2"), metadata: { ...metadata } } }));
await until(isComplete);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1000, memory: process.resourceUsage().maxRSS * 1024 }));
process.exit();
