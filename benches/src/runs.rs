//! The five standard runs, as texts that anybody may paste into the page.

/// A standard run.
pub struct Run {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What its size counts.
    pub unit: &'static str,
    /// The sizes that are measured.
    pub sizes: &'static [usize],
    /// Its text at a size.
    pub text: fn(usize) -> String,
}

const USUAL: &[usize] = &[100, 1_000, 10_000];
const LARGE: &[usize] = &[100, 1_000, 10_000, 100_000];

/// The five standard runs.
pub const RUNS: [Run; 5] = [
    Run {
        name: "deployment",
        title: "Deployment: create, update",
        unit: "Pods",
        sizes: LARGE,
        text: |size| workload("Deployment", &format!("replicas: {size}"), "", UPDATE_DEPLOYMENT, ""),
    },
    Run {
        name: "parallel",
        title: "Parallel StatefulSet: create, update",
        unit: "Pods",
        sizes: LARGE,
        text: |size| {
            stateful_set(
                size,
                "Parallel",
                "{at: 600, run: kubectl set image statefulset/web web=nginx:1.9.1}",
            )
        },
    },
    Run {
        name: "ordered",
        title: "OrderedReady StatefulSet: create, update, scale to 0",
        unit: "Pods",
        sizes: USUAL,
        text: |size| {
            // Late enough for ten thousand Pods, one after the other.
            let later = "{at: 43200, run: kubectl set image statefulset/web web=nginx:1.9.1}, {at: 86400, run: kubectl scale \
                         statefulset/web --replicas=0}";
            stateful_set(size, "OrderedReady", later)
        },
    },
    Run {
        name: "daemon",
        title: "DaemonSet: create, update",
        unit: "nodes",
        sizes: &[10, 100, 500],
        text: |size| {
            let update = "{at: 2000, run: kubectl set image daemonset/web web=nginx:1.9.1}";
            workload("DaemonSet", "minReadySeconds: 0", &format!("nodes: {size}"), update, "")
        },
    },
    Run {
        name: "surrounded",
        title: "Deployment with Service, budget and autoscaler: create, update",
        unit: "Pods",
        sizes: &[100, 300, 1_000],
        text: |size| {
            let load = format!("load: {{deployment/web: {{cpu: [{{at: 0, to: {}m}}]}}}}", size * 50);
            workload(
                "Deployment",
                &format!("replicas: {size}"),
                &load,
                UPDATE_DEPLOYMENT,
                &around(size),
            )
        },
    },
];

const UPDATE_DEPLOYMENT: &str = "{at: 600, run: kubectl set image deployment/web web=nginx:1.9.1}";

fn stateful_set(size: usize, policy: &str, interventions: &str) -> String {
    let spec = format!("replicas: {size}\n  serviceName: web\n  podManagementPolicy: {policy}");
    workload("StatefulSet", &spec, "", interventions, "")
}

fn around(size: usize) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  selector: {{app: web}}\n  ports: [{{port: 80}}]\n\
         ---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web}}\nspec:\n  minAvailable: 50%\n  selector: {{matchLabels: {{app: web}}}}\n\
         ---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\nspec:\n  minReplicas: {size}\n  maxReplicas: {}\n  \
         scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}\n  \
         metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 50}}}}}}]\n",
        size * 2
    )
}

fn workload(kind: &str, spec: &str, world: &str, interventions: &str, around: &str) -> String {
    format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\nlimits: {{pods: 100000, steps: 2000000}}\nworld: {{{world}}}\n\
         interventions: [{interventions}]\n---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {spec}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         containers: [{{name: web, image: 'nginx:1.7.9', resources: {{requests: {{cpu: 100m}}}}}}]\n{around}"
    )
}
