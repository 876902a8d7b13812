//! Text that somebody wrote to do harm, or a fuzzer found: it ends in a diagnostic, within a second, and runs nothing.

#![expect(clippy::disallowed_types, reason = "the time that reading takes is what is tested")]

use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::{Scenario, simulate};
use std::time::{Duration, Instant};

/// A second; an unoptimised build, on a machine that does other things as well, has much more. What is exponential takes longer.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

/// Reads `text`, runs it if it can be run, and compares the first error; empty: there is none. All within a second.
fn check(what: &str, text: &str, expect: &str) {
    let start = Instant::now();
    let reading = Scenario::read(text);
    if reading.is_runnable() {
        let _ = simulate(&reading.scenario);
    }
    let took = start.elapsed();
    let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
    let first = reading.diagnostics.iter().find(is_error);
    let first = first.map(|found| found.message.as_str()).unwrap_or_default();
    assert!(
        first.contains(expect) && first.is_empty() == expect.is_empty(),
        "{what}: {first}"
    );
    assert!(took < LIMIT, "{what} took {took:?}");
}

fn workload(kind: &str, members: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {members}\n  selector: {{matchLabels: {{app: \
         web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: app, image: nginx}}]}}\n"
    )
}

#[test]
fn alias_bombs() {
    let level = |letter: u8| {
        let (name, before) = (letter as char, letter.saturating_sub(1) as char);
        format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", "))
    };
    let laughs: String = (b'b'..b'l').map(level).collect();
    check("a list of lists", &format!("a: &a [x]\n{laughs}"), "excessive aliasing");
    let merge = |letter: u8| {
        let (name, before) = (letter as char, letter.saturating_sub(1) as char);
        format!(
            "{name}: &{name} {{<<: [{}], k{name}: *{before}}}\n",
            vec![format!("*{before}"); 50].join(", ")
        )
    };
    let merges: String = (b'b'..b'm').map(merge).collect();
    check("merge keys", &format!("a: &a {{x: y}}\n{merges}"), "excessive aliasing");
    check("an anchor in itself", "a: &a [*a]\n", "anchor value contains itself");
    let many = "x: &x [1, 2, 3, 4, 5, 6, 7, 8, 9]\n".to_owned() + &"y: *x\n".repeat(60_000);
    check("one alias over and over", &many, "excessive aliasing");
}

#[test]
fn more_text_than_anybody_writes() {
    check("one line of 10 MB", &"x".repeat(10 << 20), "too large");
    check(
        "10 MB of documents",
        &workload("Deployment", "replicas: 1").repeat(40_000),
        "too large",
    );
    check("a text just below the limit", &"#".repeat((2 << 20) - 1), "");
    check("as many empty documents", &"---\n".repeat(500_000), "");
    check(
        "as many scalars",
        &"a\n---\n".repeat(300_000),
        "a document must be a map",
    );
    check(
        "as many half objects",
        &"kind: A\n---\n".repeat(150_000),
        "apiVersion not set",
    );
    let small = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n";
    check("many that are not simulated", &small.repeat(5_000), "");
    check(
        "many workloads",
        &(workload("Deployment", "replicas: 0") + "---\n").repeat(200),
        "",
    );
    let long = workload("Deployment", "replicas: 1").replace("nginx", &"x".repeat(1 << 20));
    check("one long value", &long, "");
}

#[test]
fn nesting_without_end() {
    check("10,000 lists", &"[".repeat(10_000), "exceeded max depth");
    check("10,000 maps", &"{a: ".repeat(10_000), "exceeded max depth");
    check("10,000 dashes", &"- ".repeat(10_000), "exceeded max depth");
    let block: String = (0..1_800).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    check("block maps down to the limit of the text", &block, "exceeded max depth");
    check("10,000 question marks", &"? ".repeat(10_000), "exceeded max depth");
}

#[test]
fn absurd_numbers() {
    for kind in ["Deployment", "StatefulSet", "ReplicaSet"] {
        check(kind, &workload(kind, "replicas: 2147483647"), "too many");
        check(
            kind,
            &workload(kind, "replicas: 2147483648"),
            "cannot unmarshal number 2147483648",
        );
        check(kind, &workload(kind, "replicas: 1e999"), "cannot unmarshal number");
    }
    let start = workload("StatefulSet", "ordinals: {start: 2147483647}\n  replicas: 3");
    check("numbers that start at the end", &start, "");
    let everything = "replicas: 3\n  minReadySeconds: 2147483646\n  progressDeadlineSeconds: 2147483647\n  \
                      revisionHistoryLimit: 2147483647\n  strategy: {rollingUpdate: {maxSurge: 2147483647, \
                      maxUnavailable: 2147483647}}";
    check(
        "each number as large as can be",
        &workload("Deployment", everything),
        "",
    );
    let partition = "replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 2147483647}}";
    check("a partition out of reach", &workload("StatefulSet", partition), "");
    let command = "---\napiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- {at: 5, run: kubectl scale \
                   deployment/web --replicas=2147483647}\n";
    check(
        "a command",
        &format!("{}{command}", workload("Deployment", "replicas: 1")),
        "",
    );
}

#[test]
fn as_many_mistakes_as_fit() {
    check("a key again and again", &"k: v\n".repeat(100_000), "already set");
    check(
        "unknown fields",
        &workload(
            "Deployment",
            &(0..20_000).map(|i| format!("x{i}: y\n  ")).collect::<String>(),
        ),
        "unknown field",
    );
    let containers = vec!["{}"; 20_000].join(", ");
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{containers}]}}\n");
    check("nameless containers", &pod, "Required value");
    let same = vec!["{name: a, image: b}"; 5_000].join(", ");
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{same}]}}\n");
    check("one name for all", &pod, "Duplicate value");
}

#[test]
fn lists_of_what_is_much_alike() {
    let pod = |members: &str, container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{members}: [], containers: [{{name: a, image: b, \
             {container}}}]}}\n"
        )
    };
    let list = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(|i| item(i) + ", ").collect::<String>();
    let ports = list(20_000, &|_| "{containerPort: 80}".to_owned());
    check("one port for all", &pod("volumes", &format!("ports: [{ports}]")), "");
    let ports = list(20_000, &|i| format!("{{containerPort: 80, hostPort: {}}}", i + 1));
    check(
        "one port on the node's many",
        &pod("volumes", &format!("ports: [{ports}]")),
        "",
    );
    let ports = list(20_000, &|i| format!("{{containerPort: {}, name: p}}", i + 1));
    check(
        "one name for many ports",
        &pod("volumes", &format!("ports: [{ports}]")),
        "Duplicate value",
    );
    let devices = list(10_000, &|i| format!("{{name: v{i}, devicePath: /{i}}}"));
    let mounts = list(10_000, &|i| format!("{{name: w{i}, mountPath: /m{i}}}"));
    let both = format!("volumeDevices: [{devices}], volumeMounts: [{mounts}]");
    check("what is mounted and is not there", &pod("volumes", &both), "Not found");
    let terms = list(10_000, &|_| {
        "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}".to_owned()
    });
    let spread = pod("volumes", "tty: false").replace("volumes: []", &format!("topologySpreadConstraints: [{terms}]"));
    check("one constraint again and again", &spread, "Duplicate value");
    let names = list(10_000, &|i| {
        format!("container.apparmor.security.beta.kubernetes.io/c{i}: unconfined")
    });
    let annotated =
        pod("volumes", "tty: false").replace("{name: a}", &format!("{{name: a, annotations: {{{names}}}}}"));
    check("annotations of nobody", &annotated, "Too long");
    let files = list(20_000, &|i| format!("{{key: k{i}, path: p}}"));
    let volume = format!("volumes: [{{name: v, projected: {{sources: [{{secret: {{name: s, items: [{files}]}}}}]}}}}]");
    check(
        "one path for all",
        &pod("volumes", "tty: false").replace("volumes: []", &volume),
        "conflicting duplicate",
    );
}

#[test]
fn markup_is_only_text() {
    let markup = "<img src=x onerror=alert(1)>";
    let text = workload("Deployment", "replicas: 1").replace("name: web", &format!("name: \"{markup}\""));
    check("a name", &text, &format!("Invalid value: \"{markup}\""));
    check(
        "a key",
        &workload("Deployment", &format!("\"{markup}\": 1")),
        &format!("unknown field \"spec.{markup}\""),
    );
}

/// What fuzzing found: the end of a syntax error was in the middle of a character.
#[test]
fn places_are_never_inside_a_character() {
    let text = "a: b\nc: d\u{feff}e: f\n\u{feff}: x\n";
    for found in Scenario::read(text).diagnostics {
        let place = found.span.start.offset as usize..found.span.end.offset as usize;
        assert!(text.get(place.clone()).is_some(), "{place:?}");
    }
}

#[test]
fn autoscalers_of_nothing_and_everything() {
    let scaler = |spec: &str| {
        format!(
            "apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {{load: {{deployment/web: {{cpu: [{{at: 0, to: 9P}}, {{at: 9, over: 9, \
             to: 9P}}], q: [{{at: 0, to: 9P}}]}}}}}}\n---\n{}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: \
             {{name: web}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}\n  maxReplicas: 30\n  {spec}\n",
            workload("Deployment", "replicas: 3").replace(
                "image: nginx",
                "image: nginx, resources: {requests: {cpu: 1m, memory: 0.5Ei}, limits: {memory: 7Ei}}"
            )
        )
    };
    let metric = |kind: &str| {
        format!(
            "metrics: [{{type: \"{kind}\", resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 1}}}}}}]"
        )
    };
    check(
        "a type that begins with no letter",
        &scaler(&metric("\u{e9}t\u{e9}")),
        "Unsupported value",
    );
    check("no type", &scaler(&metric("")), "Required value");
    check("all there is", &scaler(&metric("Resource")), "");
    let cpu = |target: &str| format!("metrics: [{{type: Resource, resource: {{name: cpu, target: {{{target}}}}}}}]");
    check(
        "a large share",
        &scaler(&cpu("type: Utilization, averageUtilization: 2147483647")),
        "",
    );
    check(
        "a large amount",
        &scaler(&cpu("type: AverageValue, averageValue: 7Ei")),
        "",
    );
    check(
        "a small amount",
        &scaler(&cpu("type: AverageValue, averageValue: 0.0000001")),
        "",
    );
    let queue = |target: &str| {
        format!("metrics: [{{type: External, external: {{metric: {{name: q}}, target: {{{target}}}}}}}]")
    };
    check("a small value", &scaler(&queue("type: Value, value: 1n")), "");
    check(
        "a small value for each",
        &scaler(&queue("type: AverageValue, averageValue: 1n")),
        "",
    );
    let rules = "{stabilizationWindowSeconds: 3600, policies: [{type: Pods, value: 2147483647, periodSeconds: 1800}, {type: Percent, \
                 value: 2147483647, periodSeconds: 1}]}";
    let behavior = format!("behavior: {{scaleUp: {rules}, scaleDown: {rules}}}\n  ");
    check("rules", &scaler(&format!("{behavior}{}", metric("Resource"))), "");
}
