//! Claims, classes and volumes (PVC-01 to PVC-51), and the ConfigMaps and Secrets that Pods refer to.

use rollscope_engine::api::{Key, Kind, Object, PersistentVolume, Pod};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::history::Cursor;
use rollscope_engine::time::Time;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

const CLASSES: &str = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: late}\nprovisioner: \
                       disk.example\nvolumeBindingMode: WaitForFirstConsumer\n---\napiVersion: storage.k8s.io/v1\nkind: \
                       StorageClass\nmetadata: {name: kept}\nprovisioner: disk.example\nreclaimPolicy: Retain\n---\n";

fn claim(class: &str, mode: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{{class}accessModes: [{mode}], \
         resources: {{requests: {{storage: 1Gi}}}}}}\n---\n"
    )
}

/// A Deployment `web` of so many Pods that all use the claim `data`.
fn deployment(replicas: usize, more: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n{more}  selector: \
         {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers: \
         [{{name: app, image: \"app:1\"}}]\n      volumes: [{{name: v, persistentVolumeClaim: {{claimName: data}}}}]\n"
    )
}

fn run(text: &str, own: &str) -> History {
    let text = format!("{text}---\napiVersion: rollscope.dev/v1\nkind: Scenario\n{own}");
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    simulate(&reading.scenario)
}

fn at(history: &History, second: u64) -> Cluster {
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(history.position_at(Time(second * 1000)));
    cursor.cluster().clone()
}

fn pods(cluster: &Cluster) -> Vec<Rc<Pod>> {
    let all = cluster.of_kind(Kind::Pod);
    all.filter_map(|object| match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    })
    .collect()
}

fn volumes(cluster: &Cluster) -> Vec<Rc<PersistentVolume>> {
    let all = cluster.of_kind(Kind::PersistentVolume);
    all.filter_map(|object| match object {
        Object::PersistentVolume(volume) => Some(volume.clone()),
        _ => None,
    })
    .collect()
}

fn bound(cluster: &Cluster) -> bool {
    cluster
        .claim(&"default".into(), &"data".into())
        .is_some_and(|claim| claim.bound)
}

fn told(cluster: &Cluster, reason: &str) -> Vec<String> {
    let all = cluster.events().iter().filter(|event| event.note.reason() == reason);
    all.map(|event| event.to_string()).collect()
}

#[test]
fn a_claim_that_is_bound_at_once() {
    let cluster = at(&run(&claim("", "ReadWriteOnce"), ""), 1);
    assert!(bound(&cluster), "PVC-10");
    let cluster = at(&run(&claim("", "ReadWriteOnce"), "world: {provision: 5}\n"), 4);
    assert!(!bound(&cluster));
    assert_eq!(told(&cluster, "ExternalProvisioning").len(), 1);
    assert!(bound(&at(
        &run(&claim("", "ReadWriteOnce"), "world: {provision: 5}\n"),
        6
    )));
}

#[test]
fn a_class_that_waits_makes_the_volume_where_the_pod_goes() {
    let late = claim("storageClassName: late, ", "ReadWriteOnce");
    let cluster = at(&run(&format!("{CLASSES}{late}"), ""), 99);
    assert!(!bound(&cluster), "PVC-11");
    let says = "waiting for first consumer to be created before binding";
    assert_eq!(told(&cluster, "WaitForFirstConsumer"), [says]);

    let history = run(
        &format!("{CLASSES}{late}{}", deployment(1, "")),
        "world: {provision: 5}\n",
    );
    let before = pods(&at(&history, 4)).remove(0);
    assert_eq!(before.node_name, None, "the claim is bound before the Pod");
    let after = at(&history, 9);
    assert!(bound(&after) && pods(&after)[0].is_ready());
    assert_eq!(volumes(&after)[0].zone.as_deref(), Some("zone-a"));
}

#[test]
fn a_volume_keeps_its_pod_in_its_zone() {
    let late = claim("storageClassName: late, ", "ReadWriteOnce");
    let own = "interventions:\n- {at: 30, run: kubectl cordon node-1}\n- {at: 40, run: kubectl delete pod/web-0}\n";
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  serviceName: web\n  selector: {matchLabels: \
               {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: app, image: \
               app}]\n      volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]\n";
    let cluster = at(&run(&format!("{CLASSES}{late}{set}"), own), 999);
    let pod = pods(&cluster).remove(0);
    let says = pod.status.trouble.unschedulable.as_deref().unwrap_or_default();
    assert!(
        says.starts_with(
            "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match PersistentVolume's node affinity."
        ),
        "PVC-12: {says}"
    );
}

#[test]
fn claims_that_nobody_can_bind_keep_their_pods_pending() {
    let refused = |claim: &str, expect: &str| {
        let cluster = at(&run(&format!("{claim}{}", deployment(1, "")), ""), 99);
        let says = pods(&cluster)[0]
            .status
            .trouble
            .unschedulable
            .clone()
            .unwrap_or_default();
        let preemption = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
        assert_eq!(*says, format!("0/3 nodes are available: {expect}. {preemption}"));
        cluster
    };
    refused("", "persistentvolumeclaim \"data\" not found");
    let unbound = "pod has unbound immediate PersistentVolumeClaims";
    let cluster = refused(&claim("storageClassName: nope, ", "ReadWriteOnce"), unbound);
    assert_eq!(
        told(&cluster, "ProvisioningFailed"),
        ["storageclass.storage.k8s.io \"nope\" not found"],
        "PVC-02"
    );
    let cluster = refused(&claim("storageClassName: \"\", ", "ReadWriteOnce"), unbound);
    assert_eq!(told(&cluster, "FailedBinding").len(), 1);
}

#[test]
fn a_class_or_a_claim_that_comes_later_frees_them() {
    let own = "interventions:\n- at: 30\n  apply: |\n    apiVersion: storage.k8s.io/v1\n    kind: StorageClass\n    metadata: {name: \
               nope}\n    provisioner: disk.example\n";
    let text = format!(
        "{}{}",
        claim("storageClassName: nope, ", "ReadWriteOnce"),
        deployment(1, "")
    );
    let history = run(&text, own);
    assert!(!pods(&at(&history, 29))[0].is_ready());
    assert!(pods(&at(&history, 40))[0].is_ready());
}

#[test]
fn a_rolling_update_hangs_on_a_disk_that_one_node_has() {
    let text = format!("{}{}", claim("", "ReadWriteOnce"), deployment(1, ""));
    let own = "interventions:\n- {at: 30, run: kubectl set image deployment/web app=app:2}\n";
    let history = run(&text, own);
    let cluster = at(&history, 500);
    let all = pods(&cluster);
    assert_eq!(all.len(), 2, "the old Pod is never removed (PVC-31)");
    let stuck = all.iter().find(|pod| !pod.is_ready()).expect("the new Pod");
    assert_eq!(stuck.waiting_reason(), Some("ContainerCreating"));
    let user = all.iter().find(|pod| pod.is_ready()).expect("the old Pod");
    let volume = volumes(&cluster).remove(0);
    assert_eq!(
        told(&cluster, "FailedAttachVolume"),
        [format!(
            "Multi-Attach error for volume \"{}\" Volume is already used by pod(s) {}",
            volume.meta.name, user.meta.name
        )]
    );
    // Recreate frees the disk first.
    let recreate = deployment(1, "  strategy: {type: Recreate}\n");
    let cluster = at(&run(&format!("{}{recreate}", claim("", "ReadWriteOnce")), own), 60);
    assert_eq!(
        pods(&cluster).iter().map(|pod| pod.is_ready()).collect::<Vec<_>>(),
        [true]
    );
    // Many nodes may share a disk of another kind.
    let shared = format!("{}{}", claim("", "ReadWriteMany"), deployment(3, ""));
    assert!(pods(&at(&run(&shared, own), 60)).iter().all(|pod| pod.is_ready()));
}

#[test]
fn pods_of_one_node_share_its_disk() {
    let text = format!("{}{}", claim("", "ReadWriteOnce"), deployment(3, ""));
    let own = "world: {nodes: 1}\n";
    assert_eq!(
        pods(&at(&run(&text, own), 60))
            .iter()
            .filter(|pod| pod.is_ready())
            .count(),
        3,
        "PVC-30"
    );
    let cluster = at(&run(&text, ""), 60);
    assert_eq!(
        pods(&cluster).iter().filter(|pod| pod.is_ready()).count(),
        1,
        "of three nodes only one has it"
    );
    let alone = format!("{}{}", claim("", "ReadWriteOncePod"), deployment(2, ""));
    let cluster = at(&run(&alone, own), 60);
    let refused: Vec<_> = pods(&cluster)
        .iter()
        .filter_map(|pod| pod.status.trouble.unschedulable.clone())
        .collect();
    assert!(
        refused.len() == 1 && refused[0].contains("ReadWriteOncePod"),
        "PVC-26: {refused:?}"
    );
}

#[test]
fn a_disk_is_torn_from_a_lost_node_after_six_minutes() {
    let text = format!("{}{}", claim("", "ReadWriteOnce"), deployment(1, ""));
    let own = |more: &str| format!("interventions:\n- {{at: 60, run: node lost node-1}}\n{more}");
    let attached = |history: &History, second: u64| volumes(&at(history, second))[0].attached.clone();
    let history = run(&text, &own(""));
    let name = pods(&at(&history, 30))[0].meta.name.clone();
    assert_eq!(
        attached(&history, 9999).as_deref(),
        Some("node-1"),
        "the Pod is still there, going"
    );

    let forced = format!("- {{at: 500, run: kubectl delete pod/{name} --force --grace-period=0}}\n");
    let history = run(&text, &own(&forced));
    assert_eq!(attached(&history, 859).as_deref(), Some("node-1"), "PVC-40");
    assert_ne!(attached(&history, 861).as_deref(), Some("node-1"));
    assert!(pods(&at(&history, 870))[0].is_ready());

    let taint =
        "- {at: 500, run: \"kubectl taint nodes node-1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute\"}\n";
    let history = run(&text, &own(taint));
    assert!(pods(&at(&history, 524)).iter().any(|pod| pod.is_ready()), "NODE-27");
}

#[test]
fn what_becomes_of_a_volume_without_its_claim() {
    let own = "interventions:\n- {at: 30, run: kubectl delete pvc/data}\n";
    let cluster = at(&run(&claim("", "ReadWriteOnce"), own), 99);
    assert_eq!(volumes(&cluster).len(), 0, "PVC-51: Delete");
    let kept = format!("{CLASSES}{}", claim("storageClassName: kept, ", "ReadWriteOnce"));
    let cluster = at(&run(&kept, own), 99);
    assert!(volumes(&cluster)[0].released, "PVC-51: Retain");
    let again = format!(
        "{own}- at: 40\n  apply: |\n    {}",
        claim("storageClassName: kept, ", "ReadWriteOnce").replace('\n', "\n    ")
    );
    let cluster = at(&run(&kept, again.trim_end().trim_end_matches("---")), 99);
    assert_eq!(volumes(&cluster).len(), 2, "no new claim binds it");
}

#[test]
fn a_returning_number_finds_its_claim() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 2\n  serviceName: web\n  selector: \
               {matchLabels: {app: web}}\n  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: \
               [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n  template:\n    metadata: {labels: {app: web}}\n    \
               spec: {containers: [{name: app, image: app}]}\n";
    let own = "interventions:\n- {at: 30, run: kubectl scale statefulset/web --replicas=1}\n- {at: 60, run: kubectl scale \
               statefulset/web --replicas=2}\n";
    let history = run(set, own);
    let names = |second: u64| {
        let mut names: Vec<_> = volumes(&at(&history, second))
            .iter()
            .map(|volume| volume.meta.name.clone())
            .collect();
        names.sort();
        names
    };
    assert_eq!((names(20).len(), names(50)), (2, names(20)), "kept");
    assert_eq!(names(90), names(20), "and used again");
    assert_eq!(pods(&at(&history, 90)).iter().filter(|pod| pod.is_ready()).count(), 2);
}

fn with_env(env: &str, volumes: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: app\n    image: app:1\n{env}{volumes}"
    )
}

const SETTINGS: &str = "interventions:\n- at: 30\n  apply: |\n    {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: \
                        {colour: red}}\n";

#[test]
fn a_container_waits_for_its_config() {
    let env = "    envFrom: [{configMapRef: {name: settings}}]\n";
    let history = run(&with_env(env, ""), SETTINGS);
    let before = at(&history, 29);
    assert_eq!(pods(&before)[0].waiting_reason(), Some("CreateContainerConfigError"));
    assert_eq!(told(&before, "Failed"), ["Error: configmap \"settings\" not found"]);
    assert!(
        pods(&at(&history, 31))[0].is_ready(),
        "it starts when the ConfigMap comes"
    );

    let key = "    env: [{name: C, valueFrom: {configMapKeyRef: {name: settings, key: size}}}]\n";
    let history = run(&with_env(key, ""), SETTINGS);
    assert_eq!(
        told(&at(&history, 99), "Failed"),
        ["Error: configmap \"settings\" not found"],
        "the key is missing afterwards"
    );
    assert_eq!(
        pods(&at(&history, 99))[0].waiting_reason(),
        Some("CreateContainerConfigError")
    );

    let optional = "    envFrom: [{secretRef: {name: nope, optional: true}}]\n";
    assert!(pods(&at(&run(&with_env(optional, ""), ""), 9))[0].is_ready());
}

#[test]
fn a_volume_waits_for_its_config() {
    let volumes = "  volumes: [{name: v, configMap: {name: settings}}]\n";
    let history = run(&with_env("", volumes), SETTINGS);
    let before = at(&history, 29);
    assert_eq!(pods(&before)[0].waiting_reason(), Some("ContainerCreating"));
    assert_eq!(
        told(&before, "FailedMount"),
        ["MountVolume.SetUp failed for volume \"v\" : configmap \"settings\" not found"]
    );
    assert!(pods(&at(&history, 33))[0].is_ready());
}

#[test]
fn a_changed_config_restarts_nothing() {
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{colour: blue}}\n---\n{}",
        with_env("    envFrom: [{configMapRef: {name: settings}}]\n", "")
    );
    let history = run(&text, SETTINGS);
    let pod_changes = history
        .steps
        .iter()
        .filter(|step| step.at > Time(30_000))
        .flat_map(|step| &step.writes);
    assert_eq!(
        pod_changes.filter(|(change, _)| change.key.kind == Kind::Pod).count(),
        0
    );
    let key = Key::new(Kind::ConfigMap, &"default".into(), &"settings".into());
    let cluster = at(&history, 99);
    let value = cluster.get(&key).expect("the ConfigMap").to_value();
    assert_eq!(
        value.at(&["data", "colour"]).and_then(|colour| colour.as_str()),
        Some("red")
    );
}

#[test]
fn what_no_document_brings_is_warned_of() {
    let text = |more: &str| {
        let spec = "spec: {containers: [{name: app, image: a, envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: \
                    key, optional: true}}]}]}";
        let workload = deployment(1, "");
        let (head, _) = workload.split_once("    spec:").expect("a template");
        let found = Scenario::read(&format!("{more}{head}    {spec}\n")).diagnostics;
        found.iter().map(|found| found.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        text(""),
        ["no ConfigMap settings in this text: its Pods wait until there is one"]
    );
    let there = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\n";
    assert_eq!(text(there), Vec::<String>::new());
}
