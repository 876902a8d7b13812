//! A Pod's panel, and the partition of a StatefulSet: what they say at the moments that matter.

use crate::told::{at, db, end, run, web};
use rollscope::scene::partition::Partition;
use rollscope::scene::pod_panel::{self as panel, ConditionRow};
use rollscope::scene::slots::Slots;
use rollscope::scene::stage::{Body, Stage};
use rollscope_engine::api::{Key, Kind, Pod};
use rollscope_engine::{Cursor, History, dns};
use std::rc::Rc;

fn pod<'a>(cursor: &'a Cursor, name: &str) -> (Key, &'a Rc<Pod>) {
    let key = Key::new(Kind::Pod, &"default".into(), &name.into());
    let pod = panel::pod(cursor.cluster(), &key).expect("it is there");
    (key, pod)
}

fn shown(row: &ConditionRow) -> String {
    format!("{} {} {} {}", row.name, row.is_true, row.since, row.why)
}

#[test]
fn conditions_know_since_when() {
    let history = db(1, "", "20 delete pod/db-0");
    let cursor = at(&history, 0, "Pod db-0 ready");
    let (_, early) = pod(&cursor, "db-0");
    let rows: Vec<String> = panel::conditions(&cursor, early).iter().map(shown).collect();
    let ready = rows
        .iter()
        .find(|row| row.starts_with("Ready true"))
        .expect("it is ready");
    let scheduled = rows
        .iter()
        .find(|row| row.starts_with("PodScheduled"))
        .expect("it has a node");
    assert!(scheduled < ready || ready.contains("00:0"), "{rows:?}");
    assert_ne!(
        ready.split(' ').nth(2),
        scheduled.split(' ').nth(2),
        "ready came later: {rows:?}"
    );
    // The next Pod of that name has a life of its own.
    let cursor = end(&history);
    let (key, late) = pod(&cursor, "db-0");
    let rows = panel::conditions(&cursor, late);
    assert!(rows.iter().all(|row| row.since.seconds() >= 20), "{rows:?}");
    let events = panel::events(cursor.cluster(), &key, late);
    assert!(events.iter().all(|event| event.first.seconds() >= 20), "{events:?}");
    assert_eq!(events.iter().filter(|event| event.reason == "Scheduled").count(), 1);
}

#[test]
fn what_is_told_again_is_one_row() {
    let history = web(1, "", "20 set image deployment/web c=nope:1");
    let cursor = end(&history);
    let broken = cursor.cluster().of_kind(Kind::Pod).find_map(|object| {
        let (key, pod) = pod(&cursor, &object.meta().name);
        (!pod.is_ready()).then_some((key, pod.clone()))
    });
    let (key, broken) = broken.expect("one Pod lacks its image");
    let events = panel::events(cursor.cluster(), &key, &broken);
    let failed: Vec<_> = events.iter().filter(|event| event.reason == "Failed").collect();
    assert!(
        failed.len() == 1 && failed[0].count > 1 && failed[0].is_warning,
        "{events:?}"
    );
    assert!(failed[0].first < failed[0].last);
    let row = &panel::containers(&cursor, &broken)[0];
    assert!(row.is_failure && row.state.starts_with("waiting: "), "{row:?}");
    assert!(panel::yaml(&broken).contains("    state:\n      waiting:\n        reason: "));
}

#[test]
fn probes_say_what_they_count_and_when_they_are_next() {
    let text = "apiVersion: rollscope.dev/v1
kind: Scenario
world: {images: {'app:1': {pull: 0, start: 12}}}
---
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
  - name: app
    image: app:1
    startupProbe: {httpGet: {port: 80}, periodSeconds: 5}
    livenessProbe: {httpGet: {port: 80}, periodSeconds: 10}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: 'app:2'}]}
";
    let history = run(text);
    let standings = |cursor: &Cursor| -> Vec<String> {
        let (_, pod) = pod(cursor, "app");
        let probes = panel::containers(cursor, pod).remove(0).probes;
        probes
            .into_iter()
            .map(|probe| format!("{}: {}", probe.name, probe.standing))
            .collect()
    };
    let mut cursor = Cursor::new(history.clone());
    let running = (0..=history.len()).find(|&position| {
        cursor.seek(position);
        panel::pod(cursor.cluster(), &Key::new(Kind::Pod, &"default".into(), &"app".into()))
            .is_some_and(|pod| pod.status.containers.iter().any(|status| status.is_running()))
    });
    cursor.seek(running.expect("it runs"));
    let early = standings(&cursor);
    assert!(early[0].starts_with("Startup: next at 00:"), "{early:?}");
    assert_eq!(early[1], "Liveness: waits for the startup probe");
    cursor.seek(usize::MAX);
    let late = standings(&cursor);
    assert_eq!(late[0], "Startup: has succeeded");
    assert!(late[1].starts_with("Liveness: next at "), "{late:?}");
}

fn line(history: &Rc<History>, second: u64, title: &str) -> (Partition, Rc<Slots>) {
    let stage = Stage::of(&at(history, second, title));
    let Some(Body::Slots(slots)) = stage.workloads.first().map(|workload| &workload.body) else {
        panic!("a StatefulSet: {stage:?}")
    };
    (slots.partition.clone().expect("it has a partition"), slots.clone())
}

#[test]
fn the_partition_says_what_it_would_do() {
    let held = "updateStrategy: {rollingUpdate: {partition: 3}}";
    let history = db(5, held, "40 set image statefulset/db c=pg:2");
    let (partition, slots) = line(&history, 40, "kubectl set image");
    assert_eq!((partition.value, partition.most), (3, 5));
    let (partition, slots_later) = line(&history, 40, "Created Pod db-3");
    let effects: Vec<String> = (0..=5).map(|value| partition.effect(value, &slots_later)).collect();
    assert_eq!(
        effects,
        [
            "0 to 2 get revision 2",
            "1 and 2 get revision 2",
            "2 gets revision 2",
            "no Pod is updated",
            "no Pod is updated",
            "no Pod is updated"
        ]
    );
    assert_eq!(partition.before(3, &slots.slots), 3);
    assert_eq!(partition.value_at(5, &slots.slots), 5);
    assert_eq!(
        partition.intervention(2).to_string(),
        "kubectl patch statefulset/db -p '{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":2}}}}'"
    );
    let history = db(3, "", "20 scale statefulset/db --replicas=4");
    let (partition, slots) = line(&history, 0, "Pod db-2 ready");
    let effects = [0, 1, 3].map(|value| partition.effect(value, &slots));
    let reaches = ["all Pods", "1 and 2 only", "no Pod"].map(|whom| format!("the next update reaches {whom}"));
    assert_eq!(effects, reaches);
}

#[test]
fn slots_name_their_hosts_and_who_is_waited_for() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: None, selector: {app: db}, ports: [{port: 1}]}\n---\n";
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  replicas: 2\n  selector: \
               {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: c, image: 'pg:1'}]}\n";
    let history = run(&format!("{service}{set}"));
    let (_, slots) = line(&history, 0, "Pod db-0 ready");
    let hosts: Vec<(&str, bool)> = slots
        .slots
        .iter()
        .filter_map(|slot| slot.dns.as_ref().map(|name| (&*name.short, name.resolves)))
        .collect();
    assert_eq!(hosts, [("db-0.db", false), ("db-1.db", false)]);
    assert_eq!(
        slots.slots.iter().map(|slot| slot.awaited).collect::<Vec<_>>(),
        [true, false]
    );
    let stage = Stage::of(&end(&history));
    let Body::Slots(slots) = &stage.workloads[0].body else {
        panic!("a StatefulSet")
    };
    assert!(
        slots
            .slots
            .iter()
            .all(|slot| slot.dns.as_ref().is_some_and(|name| name.resolves) && !slot.awaited)
    );
}

/// What a headless name resolves to, and of which revision that is, are of one moment: a Pod that has just become ready is not
/// resolved to before its EndpointSlice says so.
#[test]
fn the_numbers_of_a_headless_service_agree() {
    let history = run(&std::fs::read_to_string("static/examples/canary.yaml").expect("the example"));
    let mut cursor = Cursor::new(history.clone());
    let mut behind = 0;
    for position in 0..=history.len() {
        cursor.seek(position);
        let stage = Stage::of(&cursor);
        let services = stage.workloads.iter().flat_map(|workload| &workload.services);
        for line in services.filter(|line| line.headless) {
            let mut stored = cursor.cluster().services();
            let service = stored
                .find(|service| *service.meta.name == *line.name)
                .expect("it is there");
            let resolved = i64::try_from(dns::published(cursor.cluster(), service).count()).expect("few");
            assert_eq!(line.ready(), resolved, "step {position}: {}", line.text);
            let ready = cursor.cluster().pods_of_service(service).filter(|pod| pod.is_ready());
            behind += usize::from(ready.count() != usize::try_from(resolved).expect("few"));
        }
    }
    assert!(behind > 0, "there are moments at which both differ");
}
