//! What is drawn and said of a whole run, counted once more without any of its readers: by a look at every Pod at every moment.

use crate::told::{agent, db, run, scenario, web};
use rollscope::scene::making::Making;
use rollscope::scene::overview::Overview;
use rollscope::scene::pod::Form;
use rollscope::scene::strip::{Section, Sign};
use rollscope::scene::verdict::Outcome;
use rollscope_engine::api::{ContainerState, Key, Kind, Object, Pod, Service, Uid};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::kubectl::rollout_status;
use rollscope_engine::reason::Blocked;
use rollscope_engine::step::{Actor, Step};
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::{Cursor, History};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A Service of the Deployment `web`, whose Pods take a while to start and to stop.
fn served(more: &str, commands: &str) -> Rc<History> {
    let world = "{propagation: 1, images: {'nginx:1': {start: 3, stop: 2}, 'nginx:2': {start: 5, fails: 20}}}";
    let head = scenario(commands).replace("{images: {'nope:1': {pull: fails}}}", world);
    run(&format!(
        "{head}---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 4
  {more}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1'}}]}}
"
    ))
}

/// A Deployment's update, also of more Pods than have lanes; a StatefulSet with a Pod that is stuck; a DaemonSet; Pods that ripen by
/// themselves; a Service whose Pods go.
pub fn runs() -> Vec<(&'static str, Rc<History>)> {
    vec![
        ("update", web(4, "", "20 set image deployment/web c=nginx:2")),
        ("many", web(90, "", "20 set image deployment/web c=nginx:2")),
        (
            "ripening",
            web(4, "minReadySeconds: 7", "40 set image deployment/web c=nginx:2"),
        ),
        (
            "recreated",
            web(
                3,
                "strategy: {type: Recreate}",
                "20 set image deployment/web c=nginx:2\n60 scale deployment/web --replicas=5",
            ),
        ),
        ("stuck", db(3, "", "30 set image statefulset/db c=nope:1")),
        ("rolled", db(3, "", "30 set image statefulset/db c=pg:2")),
        ("agent", agent("", "", "30 set image daemonset/agent c=agent:2")),
        ("served", served("", "30 set image deployment/web c=nginx:2")),
        (
            "gone",
            served(
                "",
                "30 scale deployment/web --replicas=0\n60 scale deployment/web --replicas=2",
            ),
        ),
    ]
}

/// Made in small slices, and what was read of it on the way.
fn overview(history: &Rc<History>) -> Overview {
    let mut making = Making::default();
    loop {
        if let Some((_, overview)) = making.go_on(history, &mut 3) {
            return overview;
        }
    }
}

/// A Pod as it is at a moment.
struct Seen {
    uid: Uid,
    workload: Key,
    /// What its lane is called, where lanes have names.
    place: String,
    form: Form,
}

/// All that is there at a moment.
struct Moment {
    at: Time,
    pods: Vec<Seen>,
    /// The workloads themselves.
    objects: Vec<Object>,
}

impl Moment {
    fn of(cluster: &Cluster, at: Time) -> Moment {
        let pods = pods(cluster).map(|pod| {
            let (workload, min_ready_seconds) = owner(cluster, pod);
            let node = pod.node_name.as_ref().or(pod.target_node.as_deref());
            Seen {
                uid: pod.meta.uid,
                place: match workload.kind {
                    Kind::DaemonSet => node.expect("a node").to_string(),
                    Kind::StatefulSet => pod.meta.name.to_string(),
                    _ => String::new(),
                },
                workload,
                form: Form::of(pod, min_ready_seconds, at),
            }
        });
        Moment {
            at,
            pods: pods.collect(),
            objects: cluster.objects().cloned().collect(),
        }
    }

    fn count(&self, workload: &Key, is_it: impl Fn(Form) -> bool) -> i64 {
        let mine = self.pods.iter().filter(|pod| pod.workload == *workload);
        i64::try_from(mine.filter(|pod| is_it(pod.form)).count()).expect("a few")
    }

    fn available(&self, workload: &Key) -> i64 {
        self.count(workload, |form| form == Form::Available)
    }

    fn object(&self, key: &Key) -> Option<&Object> {
        self.objects.iter().find(|object| object.key() == *key)
    }

    /// The replicas that are wanted, the fewest available and the most in all.
    fn bounds(&self, key: &Key) -> (i64, Option<i64>, Option<i64>) {
        match self.object(key) {
            // A quarter, rounded to the side of more Pods.
            Some(Object::Deployment(deployment)) => {
                let desired = deployment.spec.replicas;
                match deployment.spec.strategy {
                    rollscope_engine::api::DeploymentStrategy::Recreate => (desired, None, None),
                    _ => (desired, Some(desired - desired / 4), Some(desired + (desired + 3) / 4)),
                }
            }
            Some(Object::StatefulSet(set)) => (set.spec.replicas, None, None),
            Some(Object::DaemonSet(set)) => match set.status.desired_number_scheduled {
                0 => (0, None, None),
                desired => (desired, Some(desired - 1), Some(desired)),
            },
            _ => (0, None, None),
        }
    }
}

fn pods(cluster: &Cluster) -> impl Iterator<Item = &Pod> {
    cluster.of_kind(Kind::Pod).map(|object| match object {
        Object::Pod(pod) => &**pod,
        _ => unreachable!("of this kind"),
    })
}

/// The workload that a Pod belongs to, and for how long it has to be ready there.
fn owner(cluster: &Cluster, pod: &Pod) -> (Key, i64) {
    let uid = pod.meta.controller().expect("a controller").uid;
    let owner = cluster
        .objects()
        .find(|object| object.meta().uid == uid)
        .expect("an owner");
    match owner {
        Object::ReplicaSet(set) => {
            let name = &set.meta.controller().expect("a Deployment").name;
            (
                Key::new(Kind::Deployment, &set.meta.namespace, name),
                set.spec.min_ready_seconds,
            )
        }
        other => (other.key(), 0),
    }
}

/// What there is after every step, and whenever a Pod has ripened until the next one; at last whenever one ripens after the end.
fn moments(history: &Rc<History>) -> Vec<Moment> {
    let mut cursor = Cursor::new(history.clone());
    let mut moments = Vec::new();
    for position in 1..=history.len() {
        let cluster = cursor.seek(position);
        let (at, next) = (
            history.time_at(position),
            history.steps.get(position).map(|step| step.at),
        );
        let ripe = |pod| Pod::available_at(pod, owner(cluster, pod).1);
        let mut times: Vec<Time> = pods(cluster).filter_map(ripe).filter(|ripe| *ripe > at).collect();
        times.retain(|ripe| next.is_none_or(|next| *ripe < next));
        times.push(at);
        times.sort();
        times.dedup();
        moments.extend(times.into_iter().map(|at| Moment::of(cluster, at)));
    }
    moments
}

/// The last value at a place or before.
fn drawn<T: Copy>(values: &[(f64, T)], place: f64) -> Option<T> {
    values
        .iter()
        .rev()
        .find(|(from, _)| *from <= place)
        .map(|(_, value)| *value)
}

/// What is drawn of a section's Pods at a place: how many of each form, by the names of their lanes if they have any.
fn lanes(section: &Section, place: f64) -> BTreeMap<(String, &'static str), i64> {
    let mut found = BTreeMap::new();
    for lane in section.groups.iter().flat_map(|group| &group.lanes) {
        for bar in lane.bars.iter().filter(|bar| (bar.from..bar.to).contains(&place)) {
            *found.entry((lane.name.clone(), bar.form.class())).or_default() += 1;
        }
    }
    for layer in &section.layers {
        for block in layer
            .blocks
            .iter()
            .filter(|block| (block.from..block.to).contains(&place))
        {
            *found.entry((String::new(), layer.form.class())).or_default() += block.count;
        }
    }
    found
}

#[test]
fn the_strip_shows_the_pods_that_are_there() {
    for (name, history) in runs() {
        let strip = overview(&history).strip;
        let end = history.time_at(history.len());
        let moments = moments(&history);
        assert_eq!(strip.sections.len(), 1, "{name}");
        let section = &strip.sections[0];
        // What is there at the end does not vanish with it.
        for moment in moments.iter().filter(|moment| moment.at < end) {
            let (place, key) = (strip.scale.place_of(moment.at), &section.key);
            let counts = drawn(&section.curve.counts, place).unwrap_or_default();
            let expected = [
                moment.available(key),
                moment.count(key, |form| !matches!(form, Form::Leaving | Form::Ended)),
                moment.count(key, |_| true),
            ];
            assert_eq!(
                [counts.available, counts.total, counts.present],
                expected,
                "{name} at {}",
                moment.at
            );
            let band = drawn(&section.curve.bounds, place).unwrap_or_default();
            assert_eq!(
                (band.desired, band.floor, band.ceiling),
                moment.bounds(key),
                "{name} at {}",
                moment.at
            );
            let mut there = BTreeMap::new();
            for pod in &moment.pods {
                *there.entry((pod.place.clone(), pod.form.class())).or_default() += 1;
            }
            assert_eq!(lanes(section, place), there, "{name} at {}", moment.at);
        }
    }
}

#[test]
fn the_strip_flags_what_was_done_and_what_kubectl_calls_complete() {
    for (name, history) in runs() {
        let strip = overview(&history).strip;
        let by_user = |step: &Step| step.actor == Actor::User;
        let done = (0..history.len()).filter(|index| by_user(&history.steps[*index]));
        let flags: Vec<usize> = strip.flags.iter().map(|flag| flag.position).collect();
        assert_eq!(flags, done.map(|index| index + 1).collect::<Vec<_>>(), "{name}");
        let mut cursor = Cursor::new(history.clone());
        let mut is_out = |position| {
            let told = rollout_status(cursor.seek(position), &strip.sections[0].key);
            let text = format!("{told:?}");
            text.contains("successfully rolled out") || text.contains("complete")
        };
        // Between one thing that is done and the next it is complete once, or not at all.
        let mut complete = Vec::new();
        for (index, from) in flags.iter().enumerate() {
            let to = flags.get(index + 1).copied().unwrap_or(history.len() + 1);
            complete.extend((*from..to).find(|position| is_out(*position)));
        }
        let marks = strip.marks.iter().filter(|mark| mark.sign == Sign::Complete);
        assert_eq!(marks.map(|mark| mark.position).collect::<Vec<_>>(), complete, "{name}");
    }
}

#[test]
fn the_verdict_is_what_one_sees_step_by_step() {
    for (name, history) in runs() {
        let verdict = overview(&history).verdict;
        let moments = moments(&history);
        let end = history.time_at(history.len());
        let key = moments
            .iter()
            .find_map(|moment| Some(moment.pods.first()?.workload.clone()));
        let key = key.expect("Pods");
        let outcome = match waiting(&history) {
            Some((since, says)) => {
                assert_eq!(verdict.outcome, Outcome::Stalls, "{name}");
                format!("stalls at step {since}: {}", says.trim_end_matches('.'))
            }
            None => {
                assert_eq!(verdict.outcome, Outcome::Completes, "{name}");
                let seconds = completes(&moments).seconds();
                format!("completes at {:02}:{:02}", seconds / 60, seconds % 60)
            }
        };
        let during: Vec<&Moment> = moments.iter().filter(|moment| moment.at < end).collect();
        let level = |moment: &&Moment| (moment.available(&key), moment.bounds(&key).0);
        let since_up = during
            .iter()
            .map(level)
            .skip_while(|(available, desired)| *available == 0 || available < desired);
        let mut lowest = since_up.clone().next().expect("all were available");
        for (available, desired) in since_up {
            if desired - available > (lowest.1 - lowest.0).max(0) {
                lowest = (available, desired);
            }
        }
        let how = if lowest.0 == 0 { "at worst" } else { "never below" };
        let most = |is_it: fn(Form) -> bool| during.iter().map(|moment| moment.count(&key, is_it)).max().unwrap_or(0);
        let (peak, total) = (most(|_| true), most(|form| form != Form::Leaving));
        let leaving = if peak > total { " with terminating" } else { "" };
        let expected = format!(
            "{outcome} · {how} {} of {} available · peak {peak} Pods{leaving}",
            lowest.0, lowest.1
        );
        assert_eq!(verdict.text, expected, "{name}");
    }
}

/// Who waits at the end, since which step, and for what.
fn waiting(history: &Rc<History>) -> Option<(usize, String)> {
    let mut cursor = Cursor::new(history.clone());
    let (who, why) = cursor
        .seek(history.len())
        .waiting()
        .iter()
        .next()
        .map(|(who, why)| (who.clone(), why.clone()))?;
    let first: &Blocked = why.first()?;
    let is_so = |position: usize, cursor: &mut Cursor| cursor.seek(position).waiting().get(&who) == Some(&why);
    let since = (0..history.len())
        .rev()
        .take_while(|position| is_so(*position, &mut cursor))
        .last();
    Some((since.unwrap_or(history.len()), first.reason.saw()))
}

/// When the last Pod became available, or was told to go.
fn completes(moments: &[Moment]) -> Time {
    let settled = |form: Form| matches!(form, Form::Available | Form::Leaving | Form::Ended);
    let mut last = Time::ZERO;
    for pair in moments.windows(2) {
        for pod in pair[1].pods.iter().filter(|pod| settled(pod.form)) {
            let before = pair[0].pods.iter().find(|before| before.uid == pod.uid);
            if before.is_none_or(|before| before.form != pod.form) {
                last = pair[1].at;
            }
        }
    }
    last
}

/// Every tenth of a second, what proxies have heard of until then, and who listens.
#[test]
fn traffic_is_what_proxies_and_pods_make_of_it() {
    for (name, history) in runs() {
        let traffic = overview(&history).traffic;
        assert_eq!(traffic.len(), usize::from(matches!(name, "served" | "gone")), "{name}");
        let Some(traffic) = traffic.first() else { continue };
        let delay = history.scenario.world.propagation;
        let (mut heard, mut now) = (Cursor::new(history.clone()), Cursor::new(history.clone()));
        let mut has_begun = false;
        let mut fails = 0;
        for tenth in 0..history.time_at(history.len()).0 / 100 {
            // Between the milliseconds at which something happens.
            let at = Time(tenth * 100 + 7);
            let known = Time(at.0.saturating_sub(delay.0));
            let targets = targets(heard.seek(history.position_at(known)));
            let there = now.seek(history.position_at(at));
            let deaf = targets
                .iter()
                .filter(|target| !listens(there, &history, target, at))
                .count();
            has_begun |= deaf < targets.len();
            let told = traffic.at(at).map(|span| (span.targets, span.deaf));
            assert_eq!(told, has_begun.then_some((targets.len(), deaf)), "{name} at {at}");
            fails += deaf;
        }
        assert!(fails > 0, "{name}: nothing ever fails");
    }
}

/// The Pods that proxies choose from: those that are ready, else those that are going and still serve.
fn targets(cluster: &Cluster) -> Vec<String> {
    let service = cluster.of_kind(Kind::Service).find_map(|object| match object {
        Object::Service(service) => Some(&**service),
        _ => None,
    });
    let Some(Service { meta, .. }) = service else {
        return Vec::new();
    };
    let endpoints = || cluster.slices_of(meta.uid).flat_map(|slice| &slice.endpoints);
    let ready: Vec<String> = endpoints()
        .filter(|one| one.ready)
        .map(|one| one.pod.to_string())
        .collect();
    if !ready.is_empty() {
        return ready;
    }
    let going = endpoints().filter(|one| one.serving && one.terminating);
    going.map(|one| one.pod.to_string()).collect()
}

/// Whether the application in a Pod of this name has started, has not failed, and was not told to stop.
fn listens(cluster: &Cluster, history: &History, name: &str, at: Time) -> bool {
    let Some(pod) = pods(cluster).find(|pod| *pod.meta.name == *name) else {
        return false;
    };
    let behavior = history.scenario.world.behavior(&pod.template.containers[0].image);
    let ContainerState::Running { started_at } = pod.status.containers[0].state else {
        return false;
    };
    let runs = at.since(started_at);
    let told_to_stop = pod.meta.deletion_timestamp.map(|end| {
        let grace = pod.meta.deletion_grace_period_seconds.unwrap_or(0);
        Time(end.0 - Duration::seconds(grace).0)
    });
    runs >= behavior.start
        && behavior.fails.is_none_or(|fails| runs < fails)
        && told_to_stop.is_none_or(|told| at < told)
}
