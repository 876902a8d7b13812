// The runs whose frames are measured, as texts that anybody may paste into the page.

const scenario = (pods, at, run) => `apiVersion: rollscope.dev/v1
kind: Scenario
limits: {pods: ${Math.max(2 * pods, 2000)}, steps: 400000}
interventions: [{at: ${at}, run: ${run}}]
---
`;

const workload = (kind, replicas, more) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
${more}  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.7.9"}]}
`;

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: HEAD, selector: {app: web}, ports: [{port: 80}]}
`;

const SIZES = [300, 1000, 10000];

const deployment = (pods) => ({
  title: `Deployment, ${pods.toLocaleString("en")} Pods`,
  text: scenario(pods, 60, "kubectl set image deployment/web web=nginx:1.9.1") + workload("Deployment", pods, "") + SERVICE.replace("clusterIP: HEAD, ", ""),
  from: 0.2,
});

// With ten thousand Pods, a headless Service would make the run itself take minutes: each change of a Pod changes its slices.
const statefulSet = (pods) => ({
  title: `StatefulSet, ${pods.toLocaleString("en")} Pods`,
  text:
    scenario(pods, 600, "kubectl set image statefulset/web web=nginx:1.9.1") +
    workload("StatefulSet", pods, "  serviceName: web\n  podManagementPolicy: Parallel\n") +
    (pods > 1000 ? "" : SERVICE.replace("HEAD", "None")),
  from: 0.6,
});

// One Pod after the other: many small steps, late interventions.
const ordered = {
  title: "StatefulSet, OrderedReady, 10,000 Pods",
  text: scenario(10000, 43200, "kubectl set image statefulset/web web=nginx:1.9.1") + workload("StatefulSet", 10000, "  serviceName: web\n"),
};

const daemonSet = {
  title: "DaemonSet, 500 nodes",
  text:
    scenario(500, 2000, "kubectl set image daemonset/web web=nginx:1.9.1").replace("kind: Scenario", "kind: Scenario\nworld: {nodes: 500}") +
    workload("DaemonSet", 0, "").replace("  replicas: 0\n", ""),
};

/** These are only opened. */
export const OPENED = [ordered, daemonSet];

/** Each is created, then updated, and looked at from this share of the time strip on. */
export const RUNS = [...SIZES.map(deployment), ...SIZES.map(statefulSet)];
