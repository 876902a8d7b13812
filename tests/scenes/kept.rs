//! What is kept of a crowd from one moment to the next is what one would see if it were made from scratch, however one got
//! there; and a step touches only what it changes. Counted, not timed.

use crate::told::{at, run, scenario, web};
use rollscope::scene::blocks::Blocks;
use rollscope::scene::crowd::{BLOCK, Crowd};
use rollscope::scene::kept::{Keeps, Kept};
use rollscope::scene::look::Look;
use rollscope::scene::slots::Slot;
use rollscope::scene::stage::{Body, More, Stage};
use rollscope::scene::stuck::stuck;
use rollscope_engine::api::{Key, Kind, Object};
#[cfg(debug_assertions)]
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

/// A StatefulSet `db` whose Pods come all at once, without claims.
fn db(replicas: usize, spec: &str, commands: &str) -> Rc<History> {
    run(&format!(
        "{}---\n{}",
        scenario(commands).replace(
            "kind: Scenario\n",
            "kind: Scenario\nlimits: {pods: 100000, steps: 400000}\n"
        ),
        workload(
            "StatefulSet",
            "db",
            replicas,
            &format!("podManagementPolicy: Parallel\n  {spec}")
        ),
    ))
}

fn workload(kind: &str, name: &str, replicas: usize, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  {spec}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}, tier: all}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1'}}]}}
"
    )
}

const SERVICE: &str = "---
apiVersion: v1
kind: Service
metadata: {name: all}
spec: {selector: {tier: all}, ports: [{port: 80}]}
";

const NODES: &str = "---
apiVersion: v1
kind: Node
metadata: {name: a}
---
apiVersion: v1
kind: Node
metadata: {name: b}
---
";

/// Creation, update, undo, deletion, a broken image, a lost node, and Pods that count only after a while.
fn histories() -> Vec<Rc<History>> {
    let commands = "20 set image deployment/web c=nginx:2\n60 scale deployment/web --replicas=250\n90 rollout undo deployment/web\n\
                    130 set image deployment/web c=nope:1\n170 delete deployment/web";
    let mixed = format!(
        "{}---\n{}{NODES}{}---\n{}{SERVICE}",
        scenario(
            "20 set image deployment/web c=nginx:2\n60 delete pod web-1\n90 delete statefulset db --cascade=orphan\n120 delete deployment web --cascade=orphan"
        ),
        workload("Deployment", "web", 220, "minReadySeconds: 5"),
        workload(
            "StatefulSet",
            "db",
            130,
            "podManagementPolicy: Parallel\n  minReadySeconds: 3"
        ),
        workload("DaemonSet", "agent", 0, "").replace("  replicas: 0\n", ""),
    );
    vec![
        web(400, "minReadySeconds: 7", commands),
        web(
            320,
            "",
            "20 set image deployment/web c=nope:1\n50 rollout undo deployment/web\n90 rollout restart deployment/web",
        ),
        db(
            350,
            "",
            "20 set image statefulset/db c=nginx:2\n400 delete pod db-7\n500 scale statefulset/db --replicas=310",
        ),
        db(
            320,
            "minReadySeconds: 4\n  updateStrategy: {rollingUpdate: {partition: 300}}",
            "20 set image statefulset/db c=nope:1",
        ),
        run(&mixed),
        run(&format!(
            "{}---\n{}{NODES}{}{SERVICE}",
            scenario("").replace(
                "kind: Scenario\n",
                "kind: Scenario\ninterventions: [{at: 20, run: node lost a}]\n"
            ),
            workload("Deployment", "web", 310, "").replace("---", ""),
            workload("StatefulSet", "db", 150, "podManagementPolicy: Parallel")
        )),
    ]
}

#[test]
fn what_is_kept_is_what_would_be_made_from_scratch() {
    let mut random: u64 = 11;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("31 bits") % below
    };
    for (index, history) in histories().into_iter().enumerate() {
        let (look, kept, mut cursor) = (Look::of(&history), Kept::default(), Cursor::new(history.clone()));
        assert!(look.is_crowded(), "history {index}: {} Pods", look.most);
        for round in 0..150 {
            let position = match next(8) {
                0 => next(history.len() + 1),
                1..4 => cursor.position().saturating_sub(next(3)),
                _ => cursor.position() + 1 + next(3),
            };
            cursor.seek(position);
            let chosen = (round % 3 == 0).then(|| pod(&cursor, next(400))).flatten();
            kept.bring(&cursor, chosen.as_ref());
            let stage = |kept| Stage::with(&cursor, &look, chosen.as_ref(), Some(More::ALL), kept);
            let (drawn, anew) = (stage(Some(&kept as &dyn Keeps)), stage(None));
            assert!(
                drawn == anew,
                "history {index} at {position}: {drawn:?}\nis not {anew:?}"
            );
            let (drawn, anew) = (crowds(&drawn), crowds(&anew));
            let told = |crowds: &[Crowd]| {
                crowds
                    .iter()
                    .map(|crowd| (crowd.sums(), crowd.chosen()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(told(&drawn), told(&anew), "history {index} at {position}");
            assert_eq!(kept.stuck(&cursor), stuck(&cursor), "history {index} at {position}");
        }
    }
}

fn pod(cursor: &Cursor, index: usize) -> Option<Key> {
    cursor.cluster().of_kind(Kind::Pod).nth(index).map(Object::key)
}

/// All rows and slots.
fn crowds(stage: &Stage) -> Vec<Crowd> {
    let mut crowds = Vec::new();
    for workload in &stage.workloads {
        match &workload.body {
            Body::Deployment(scene) => crowds.extend(scene.rows.iter().map(|row| Crowd::of("row", &row.tiles))),
            Body::Slots(slots) => crowds.push(Crowd::in_slots(slots, None)),
            Body::ReplicaSet(row) => crowds.push(Crowd::of("row", &row.tiles)),
            Body::Pods(tiles) => crowds.push(Crowd::of("pods", tiles)),
        }
    }
    crowds
}

/// The places' blocks in the one StatefulSet.
fn places(stage: &Stage) -> Blocks<Slot> {
    match &stage.workloads[0].body {
        Body::Slots(slots) => slots.slots.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_step_leaves_the_blocks_of_others_as_they_are() {
    let history = db(1000, "", "20 set image statefulset/db c=nginx:2");
    let (look, kept, mut cursor) = (Look::of(&history), Kept::default(), at(&history, 20, "Pod db-999"));
    let draw = |cursor: &Cursor| {
        kept.bring(cursor, None);
        places(&Stage::with(cursor, &look, None, Some(More::ALL), Some(&kept)))
    };
    let mut before = draw(&cursor);
    for _ in 0..40 {
        cursor.seek(cursor.position() + 1);
        let after = draw(&cursor);
        let written = cursor.step().into_iter().flat_map(|step| step.touched());
        let written = written.filter(|key| key.kind == Kind::Pod).count();
        let pairs = before.all.iter().zip(&after.all);
        let others = pairs.filter(|(before, after)| !Rc::ptr_eq(before, after)).count();
        // Those that it wrote, those that were ringed before, and those that are waited for no more, or now.
        assert!(
            others <= written + 3,
            "{others} blocks for {written} Pods at {}",
            cursor.position()
        );
        before = after;
    }
}

/// How many Pods the scenes of forty steps look at one by one.
#[cfg(debug_assertions)]
fn looks(replicas: usize) -> u64 {
    use rollscope_engine::index::visits;
    let history = db(replicas, "", "20 set image statefulset/db c=nginx:2");
    let middle = at(&history, 20, &format!("Pod db-{}", replicas - 1)).position();
    let (look, kept, mut cursor) = (Look::of(&history), Kept::default(), Cursor::new(history.clone()));
    let mut looks = 0;
    for position in middle..middle + 40 {
        cursor.seek(position);
        let before = visits::so_far();
        kept.bring(&cursor, None);
        let stage = Stage::with(&cursor, &look, None, Some(More::ALL), Some(&kept));
        kept.stuck(&cursor);
        // Nothing is there yet to begin with.
        looks += if position > middle {
            visits::so_far() - before
        } else {
            0
        };
        assert_eq!(places(&stage).all.len(), replicas / BLOCK);
    }
    looks
}

#[cfg(debug_assertions)]
#[test]
fn a_step_of_four_thousand_pods_looks_at_no_more_than_one_of_four_hundred() {
    let (few, many) = (looks(400), looks(4_000));
    assert!(
        many <= few && many < 40 * 40,
        "{many} for four thousand, {few} for four hundred"
    );
}

#[cfg(debug_assertions)]
#[test]
fn a_replica_set_without_pods_takes_no_look_at_those_of_others() {
    use rollscope_engine::index::visits;
    let history = web(1000, "", "20 set image deployment/web c=nginx:2");
    let look = Look::of(&history);
    let (kept, mut cursor) = (Kept::default(), Cursor::new(history.clone()));
    let mut looks = None;
    for position in history.position_at(Time(19_999)).. {
        cursor.seek(position);
        let before = visits::so_far();
        kept.bring(&cursor, None);
        let stage = Stage::with(&cursor, &look, None, Some(More::ALL), Some(&kept));
        // Nothing is there yet to begin with.
        looks = looks.map(|looks| looks + visits::so_far() - before).or(Some(0));
        if crowds(&stage).len() > 1 {
            break;
        }
    }
    assert!(looks.is_some_and(|looks| looks < 100), "{looks:?}");
}
