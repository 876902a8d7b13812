//! Random clusters: small nodes that come and go, applications that crash, hang and recover, disks of one node. Whatever
//! happens, no promise is broken, stepping is exact, and the run comes to rest.

use crate::runs::first_wrong_seek;
use proptest::prelude::*;
use rollscope_engine::api::{Kind, Object};
use rollscope_engine::cluster::Change;
use rollscope_engine::history::End;
use rollscope_engine::invariants::{ALWAYS, ENVIRONMENT, violations};
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

fn behavior() -> impl Strategy<Value = String> {
    let seconds = || 0..40_u64;
    let ends = prop_oneof![
        3 => Just(String::new()),
        1 => seconds().prop_map(|after| format!(", exits: {after}")),
        1 => (seconds(), 1..3_u64).prop_map(|(after, times)| format!(", oom: {after}, times: {times}")),
        1 => seconds().prop_map(|after| format!(", fails: {after}")),
    ];
    let stop = prop_oneof![seconds().prop_map(|stop| stop.to_string()), Just("never".to_owned())];
    (0..6_u64, 0..12_u64, ends, stop, any::<bool>()).prop_map(|(pull, start, ends, stop, hangs)| {
        format!("{{pull: {pull}, start: {start}, stop: {stop}, hangs: {hangs}{ends}}}")
    })
}

/// A workload with probes, requests, perhaps a disk, a sidecar or a hook.
fn workload() -> impl Strategy<Value = String> {
    let probe = |kind: &'static str| {
        prop_oneof![
            1 => Just(String::new()),
            1 => (0..8_i64, 1..8_i64, 1..4_i64).prop_map(move |(delay, period, failures)| format!(
                "        {kind}Probe: {{tcpSocket: {{port: 80}}, initialDelaySeconds: {delay}, periodSeconds: {period}, \
                 failureThreshold: {failures}}}\n"
            )),
        ]
    };
    let disk = prop_oneof![
        2 => Just(""),
        1 => Just("      volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]\n"),
        1 => Just("      volumes: [{name: v, persistentVolumeClaim: {claimName: late}}]\n"),
    ];
    let inits = prop_oneof![
        2 => Just(""),
        1 => Just("      initContainers: [{name: one, image: one}, {name: beside, image: beside, restartPolicy: Always}]\n"),
    ];
    let probes = (probe("readiness"), probe("liveness"), probe("startup"));
    (any::<bool>(), 0..5_i64, 0..900_i64, 0..20_i64, 0..20_i64, probes, disk, inits).prop_map(
        |(set, replicas, cpu, grace, hook, (readiness, liveness, startup), disk, inits)| {
            let (kind, service) = if set { ("StatefulSet", "  serviceName: web\n") } else { ("Deployment", "") };
            format!(
                "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n{service}  selector: \
                 {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
                 terminationGracePeriodSeconds: {grace}\n{inits}{disk}      containers:\n      - name: app\n        image: app:1\n        \
                 resources: {{requests: {{cpu: {cpu}m}}}}\n        lifecycle: {{preStop: {{exec: {{command: [sleep, \
                 \"{hook}\"]}}}}}}\n{readiness}{liveness}{startup}"
            )
        },
    )
}

fn command(kind: &str, verb: usize, number: usize) -> String {
    let node = number % 3 + 1;
    match verb {
        0 => format!("kubectl set image {kind}/web app=app:{}", number % 2 + 1),
        1 => format!("kubectl scale {kind}/web --replicas={number}"),
        2 => format!("kubectl delete pod/web-{number}"),
        3 | 4 => format!("node lost node-{node}"),
        5 => format!("node back node-{node}"),
        6 => format!("node reboot node-{node}"),
        7 => format!("kubectl drain node-{node} --delete-emptydir-data --force"),
        8 => format!("kubectl uncordon node-{node}"),
        9 => format!("kubectl taint nodes node-{node} node.kubernetes.io/out-of-service=x:NoExecute"),
        10 => format!("kubectl taint nodes node-{node} node.kubernetes.io/out-of-service-"),
        11 => format!("kubectl delete pod/web-{number} --force --grace-period=0"),
        _ => format!("kubectl delete node/node-{node}"),
    }
}

const CLAIMS: &str = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: late}\nprovisioner: \
                      disk.example\nvolumeBindingMode: WaitForFirstConsumer\n---\napiVersion: v1\nkind: \
                      PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: \
                      {storage: 1Gi}}}\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: late}\nspec: \
                      {storageClassName: late, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";

fn scenario() -> impl Strategy<Value = Scenario> {
    let acts = prop::collection::vec((0..900_000_u64, 0..13_usize, 0..6_usize), 0..9);
    (workload(), behavior(), behavior(), 1..4_i64, 0..4_u64, acts, any::<u64>()).prop_map(
        |(text, first, second, cpu, provision, acts, seed)| {
            let world = format!(
                "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld:\n  provision: {provision}\n  images: {{\"app:1\": \
                 {first}, \"app:2\": {second}}}\n  nodes:\n    node-1: {{cpu: {cpu}, zone: a}}\n    node-2: {{cpu: 2, zone: \
                 b, pods: 3}}\n    node-3: {{zone: b}}\n"
            );
            let kind = if text.contains("kind: Deployment") { "deployment" } else { "statefulset" };
            let reading = Scenario::read(&format!("{text}{CLAIMS}{world}"));
            assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
            let mut scenario = reading.scenario;
            scenario.seed = seed;
            let timed = acts.into_iter().map(|(at, verb, number)| Timed {
                at: Time(at),
                what: command(kind, verb, number).parse::<Intervention>().expect("a command"),
            });
            scenario.interventions.extend(timed);
            scenario.interventions.sort_by_key(|timed| timed.at);
            scenario
        },
    )
}

fn told(history: &History) -> String {
    let commands = history
        .scenario
        .interventions
        .iter()
        .map(|timed| format!("{} {}", timed.at, timed.what));
    let commands: Vec<String> = commands.collect();
    format!("{}\n{:?}", commands.join("\n"), history.scenario.world)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn promises_are_kept(scenario in scenario()) {
        let history = Rc::new(simulate(&scenario));
        prop_assert!(history.end == End::Rest, "{:?} {}", history.end, told(&history));
        prop_assert_eq!(violations(&history, ENVIRONMENT), vec![], "{}", told(&history));
        prop_assert_eq!(violations(&history, ALWAYS), vec![], "{}", told(&history));
        prop_assert!(history.steps.is_sorted_by(|a, b| a.at < b.at));
    }

    #[test]
    fn steps_go_both_ways(scenario in scenario(), places in prop::collection::vec(any::<prop::sample::Index>(), 4)) {
        let history = Rc::new(simulate(&scenario));
        let again = simulate(&scenario);
        prop_assert_eq!(format!("{:?}", history.steps), format!("{:?}", again.steps));
        let positions = places.iter().map(|place| place.index(history.len() + 1));
        prop_assert_eq!(first_wrong_seek(&history, positions), None);
    }
}

/// A promise that can't be broken in a test proves nothing: runs that break one are found out.
#[test]
fn broken_promises_are_found() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: \"app:1\", resources: \
                {requests: {cpu: 1}}}]\n  volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]\n";
    let own = "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {nodes: {only: {cpu: 2}}}\ninterventions:\n- {at: 20, run: \
               kubectl delete pod/web}\n";
    let honest = simulate(&Scenario::read(&format!("{text}{CLAIMS}{own}")).scenario);
    assert_eq!(violations(&Rc::new(honest.clone()), ENVIRONMENT), vec![]);
    let found = |spoil: &dyn Fn(&mut Object)| {
        let mut history = honest.clone();
        let changes = history.steps.iter_mut().flat_map(|step| &mut step.writes);
        for (change, _) in changes {
            if let Change {
                after: Some(object), ..
            } = change
            {
                spoil(object);
            }
        }
        let found = violations(&Rc::new(history), ENVIRONMENT);
        found.into_iter().map(|violation| violation.name).collect::<Vec<_>>()
    };
    let crowded = found(&|object| {
        if let Object::Pod(pod) = object {
            let pod = Rc::make_mut(pod);
            Rc::make_mut(&mut pod.template).requests.insert("cpu".to_owned(), 9_000);
        }
    });
    assert!(
        crowded.contains(&"no Pod is bound to a node without room"),
        "{crowded:?}"
    );
    let moved = found(&|object| {
        if let Object::PersistentVolume(volume) = object {
            Rc::make_mut(volume).attached = Some("elsewhere".into());
        }
    });
    assert!(moved.contains(&"no volume of one node is used on two"), "{moved:?}");
    let early = found(&|object| {
        if let Object::Pod(pod) = object {
            Rc::make_mut(pod).status.ready_since = Some(Time(u64::MAX));
        }
    });
    assert!(early.contains(&"no time is later than the present"), "{early:?}");
    let undead = found(&|object| {
        if object.kind() == Kind::Pod && object.meta().is_terminating() {
            object.meta_mut().deletion_timestamp = Some(Time(1));
            object.meta_mut().deletion_grace_period_seconds = Some(0);
        }
    });
    assert!(undead.contains(&"no container runs on after SIGKILL"), "{undead:?}");
}
