//! Traps that the server accepts without a word: each is warned of, at the value, with its rule; and what is no trap is not.

use rollscope_engine::Scenario;
use rollscope_engine::manifest::{Diagnostic, Severity};

/// Compares the findings about `text`, each as `line:column rule message`.
fn check(text: &str, expect: &[&str]) {
    let say = |found: &Diagnostic| {
        let (place, rule) = (found.span.start, found.help.map_or("", |help| help.rule));
        assert_eq!(found.severity, Severity::Warning, "{found}\n{text}");
        format!("{}:{} {rule} {}", place.line, place.column, found.message)
    };
    let found: Vec<String> = Scenario::read(text).diagnostics.iter().map(say).collect();
    assert_eq!(found, expect, "{text}");
}

/// A workload named web with these members of `spec`, one to a line, from line 5 on.
fn workload(kind: &str, members: &str) -> String {
    pods(kind, members, "containers: [{name: app, image: nginx}]")
}

fn pods(kind: &str, members: &str, pod: &str) -> String {
    let members: String = members.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{members}  selector: {{matchLabels: {{app: web}}}}\n  \
         template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      {pod}\n"
    )
}

const AUTOSCALER: &str = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: scaler}\nspec: \
                          {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 5, metrics: \
                          [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}\n";
const REQUESTS: &str = "containers: [{name: app, image: nginx, resources: {requests: {cpu: 100m}}}]";

fn budget(spec: &str) -> String {
    format!(
        "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b}}\nspec:\n  {spec}\n  selector: {{matchLabels: {{app: web}}}}\n"
    )
}

fn service(spec: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  {spec}\n  ports: [{{port: 80, targetPort: http}}]\n"
    )
}

fn world(behavior: &str) -> String {
    format!("---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {{images: {{nginx: {behavior}}}}}\n")
}

#[test]
fn no_trap_no_warning() {
    check(&workload("Deployment", "replicas: 3"), &[]);
    check(&workload("StatefulSet", "replicas: 3\nserviceName: web"), &[]);
    check(&workload("DaemonSet", "minReadySeconds: 3"), &[]);
    check(
        &(workload("Deployment", "replicas: 3") + &budget("maxUnavailable: 1")),
        &[],
    );
    check(
        &(workload("Deployment", "replicas: 3") + &budget("minAvailable: 2")),
        &[],
    );
    check(&(pods("Deployment", "minReadySeconds: 1", REQUESTS) + AUTOSCALER), &[]);
}

#[test]
fn replicas_beside_an_autoscaler() {
    let text = pods("Deployment", "replicas: 3", REQUESTS) + AUTOSCALER;
    check(
        &text,
        &["5:13 HPA-43 the autoscaler scaler decides this number, and every apply sets it back"],
    );
    let fix = Scenario::read(&text).diagnostics[0].fix.clone().expect("a fix");
    let edit = &fix.edits[0];
    let mut mended = text.clone();
    mended.replace_range(
        edit.span.start.offset as usize..edit.span.end.offset as usize,
        &edit.text,
    );
    assert_eq!(mended, text.replace("  replicas: 3\n", ""));
    check(
        &(pods("Deployment", "replicas: 0", REQUESTS) + AUTOSCALER),
        &["5:13 HPA-10 0 replicas: the autoscaler scaler is switched off"],
    );
}

#[test]
fn a_utilization_of_nothing() {
    check(
        &(workload("Deployment", "minReadySeconds: 1") + AUTOSCALER),
        &["10:21 HPA-22 no cpu request: the autoscaler scaler can't compute a utilization"],
    );
}

#[test]
fn a_partition_out_of_reach() {
    let set = |partition| {
        workload(
            "StatefulSet",
            &format!("replicas: 3\nupdateStrategy:\n  rollingUpdate:\n    partition: {partition}"),
        )
    };
    check(
        &set(3),
        &["8:18 STS-41 all 3 Pods are below 3: an update touches none of them"],
    );
    check(&set(2), &[]);
}

#[test]
fn a_gate_that_is_off() {
    let set = workload(
        "StatefulSet",
        "updateStrategy:\n  rollingUpdate:\n    maxUnavailable: 2",
    );
    check(&set, &["7:23 STS-43 ignored: one Pod at a time is replaced"]);
    check(
        &(set + "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: \"1.37\"\n"),
        &[],
    );
}

#[test]
fn bounds_that_round_away() {
    let strategy = |surge, unavailable| {
        workload(
            "Deployment",
            &format!("replicas: 3\nstrategy:\n  rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}"),
        )
    };
    check(
        &strategy("0", "10%"),
        &["7:50 DEP-21 10% of 3 rounds down to 0 and nothing may surge: 1 is taken"],
    );
    check(&strategy("1", "10%"), &[]);
    check(
        &strategy("1", "100%"),
        &["7:50 DEP-22 all 3 Pods may be unavailable at once during an update"],
    );
    check(
        &strategy("1", "5"),
        &["7:50 DEP-22 all 3 Pods may be unavailable at once during an update"],
    );
}

#[test]
fn budgets_that_allow_nothing() {
    let text = |replicas: i64, spec: &str| workload("Deployment", &format!("replicas: {replicas}")) + &budget(spec);
    check(
        &text(3, "maxUnavailable: 0"),
        &["16:19 PDB-06 no eviction of 3 Pods is ever allowed"],
    );
    check(
        &text(3, "minAvailable: 100%"),
        &["16:17 PDB-06 no eviction of 3 Pods is ever allowed"],
    );
    check(
        &text(1, "minAvailable: 50%"),
        &["16:17 PDB-06 no eviction of 1 Pods is ever allowed"],
    );
    check(
        &text(2, "minAvailable: 2"),
        &["16:17 PDB-06 no eviction of 2 Pods is ever allowed"],
    );
    let scaled = pods("Deployment", "minReadySeconds: 1", REQUESTS) + AUTOSCALER;
    check(&(scaled.clone() + &budget("minAvailable: 4")), &[]);
    check(
        &(scaled + &budget("minAvailable: 5")),
        &["21:17 PDB-06 no eviction of 5 Pods is ever allowed"],
    );
}

#[test]
fn two_budgets_for_one_pod() {
    let second = budget("maxUnavailable: 1").replace("name: b", "name: c");
    check(
        &(workload("Deployment", "replicas: 3") + &budget("maxUnavailable: 1") + &second),
        &[
            "17:3 PDB-10 guards Pods that PodDisruptionBudget c guards, too",
            "24:3 PDB-10 guards Pods that PodDisruptionBudget b guards, too",
        ],
    );
}

#[test]
fn deadlines_that_come_first() {
    let probe =
        "containers: [{name: app, image: nginx, readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 120}}]";
    check(
        &pods("Deployment", "progressDeadlineSeconds: 60", probe),
        &["5:28 DEP-87 app is ready after 122 s at the earliest, and the deadline is 60 s"],
    );
    check(&pods("Deployment", "progressDeadlineSeconds: 180", probe), &[]);
    let late = workload("Deployment", "progressDeadlineSeconds: 60") + &world("{pull: 61}");
    check(
        &late,
        &["5:28 DEP-87 app is ready after 61 s at the earliest, and the deadline is 60 s"],
    );
    let never = pods("Deployment", "replicas: 1", &probe.replace("120", "1")) + &world("{ready: never}");
    check(&never, &["10:46 DEP-87 app is never ready, and the deadline is 600 s"]);
}

#[test]
fn long_goodbyes() {
    let with = |kind, members: &str, grace| {
        let pod = format!("terminationGracePeriodSeconds: {grace}\n      containers: [{{name: app, image: nginx}}]");
        pods(kind, members, &pod)
    };
    check(
        &with("Deployment", "strategy: {type: Recreate}", 900),
        &["10:38 DEP-40 a Pod may take 900 s to end, and its successor waits for it"],
    );
    check(&with("Deployment", "replicas: 1", 900), &[]);
    check(
        &with("StatefulSet", "replicas: 1", 900),
        &["10:38 STS-40 a Pod may take 900 s to end, and its successor waits for it"],
    );
    let short = with("Deployment", "replicas: 1", 10) + &world("{stop: 40}");
    check(&short, &["10:38 POD-60 killed after 10 s, and needs 40 s to stop"]);
}

#[test]
fn a_disk_that_two_pods_want() {
    let pod = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n      containers: [{name: app, image: nginx}]";
    let claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], \
                 resources: {requests: {storage: 1Gi}}}\n";
    check(
        &(pods("Deployment", "replicas: 1", pod) + claim),
        &["10:65 PVC-31 data can be used on one node only: a rolling update may hang"],
    );
    check(&(pods("Deployment", "strategy: {type: Recreate}", pod) + claim), &[]);
    check(
        &(pods("Deployment", "replicas: 1", pod) + &claim.replace("WriteOnce", "WriteMany")),
        &[],
    );
}

#[test]
fn a_service_that_nobody_answers() {
    let text = |selector: &str| workload("Deployment", "replicas: 1") + &service(selector);
    check(
        &text("selector: {app: wbe}"),
        &["16:3 SVC-12 selects no Pods of this text"],
    );
    check(
        &text("selector: {app: web}"),
        &["17:34 SVC-05 no container has a port named http"],
    );
    check(&service("selector: {app: web}"), &[]);
}

#[test]
fn names_that_nobody_finds() {
    let set = |name: &str| {
        workload("StatefulSet", &format!("serviceName: {name}"))
            + &service("selector: {app: web}").replace("http", "80")
    };
    check(
        &set("web"),
        &["5:16 STS-03 the Service web is not headless (clusterIP: None): its Pods get no names"],
    );
    check(
        &set("wbe"),
        &["5:16 STS-03 the Service wbe is not in this text: its Pods get no names"],
    );
    let headless = set("web").replace(
        "selector: {app: web}\n  ports",
        "clusterIP: None\n  selector: {app: web}\n  ports",
    );
    check(&headless, &[]);
}

#[test]
fn selectors_that_overlap() {
    let other = workload("Deployment", "replicas: 2").replace("name: web", "name: other");
    check(
        &(workload("Deployment", "replicas: 1") + "---\n" + &other),
        &[
            "6:3 RS-04 also selects the Pods of Deployment other",
            "17:3 RS-04 also selects the Pods of Deployment web",
        ],
    );
    let elsewhere = other.replace("name: other", "name: other, namespace: team");
    check(&(workload("Deployment", "replicas: 1") + "---\n" + &elsewhere), &[]);
}

#[test]
fn rollouts_that_wait_or_forget() {
    check(
        &workload("Deployment", "paused: true"),
        &["5:11 DEP-60 nothing is rolled out before kubectl rollout resume"],
    );
    check(
        &workload("Deployment", "revisionHistoryLimit: 0"),
        &["5:25 DEP-66 nothing is kept that kubectl rollout undo could go back to"],
    );
}
