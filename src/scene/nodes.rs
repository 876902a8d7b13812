//! The Pods on their nodes: the same tiles as on the stage, what each node offers and how much of it is requested, and the
//! Pods that no node has taken, with the scheduler's words.

use super::blocks::Blocks;
use super::deployment::count;
use super::pod::{Context, Tile};
use super::stage::{Body, Stage, Workload};
use super::table::Table;
use rollscope_engine::Cursor;
use rollscope_engine::api::{ConditionStatus, Kind, Name, Node, Object, Pod, Resources, Taint, Uid, add};
use rollscope_engine::api::{NOT_READY, UNREACHABLE};
use rollscope_engine::time::Time;
use std::rc::Rc;

/// Everything by node.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Nodes {
    /// The nodes by name; at the end those that are gone while Pods still name them.
    pub nodes: Vec<NodeCard>,
    /// Pods without a node, those together of which the scheduler says the same.
    pub waiting: Vec<Waiting>,
    /// How many Pods there are.
    pub pods: usize,
    /// The most Pods that there are at a time, where those are too many to be told apart one by one.
    pub crowd: Option<usize>,
}

/// A node.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeCard {
    /// Its name.
    pub name: Name,
    /// Its zone; may be empty.
    pub zone: String,
    /// What keeps Pods away or takes them away.
    pub marks: Vec<Mark>,
    /// What is requested of what it offers.
    pub meters: Vec<Meter>,
    /// Its Pods, in the order of the stage.
    pub crews: Vec<Crew>,
    /// Whether the step at the cursor wrote it.
    pub ringed: bool,
}

/// The Pods of one workload at one place.
#[derive(Clone, PartialEq, Debug)]
pub struct Crew {
    /// The workload; empty where there is no other.
    pub name: String,
    /// Its Pods there.
    pub tiles: Blocks<Tile>,
}

/// Something unusual about a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// In a word.
    pub word: String,
    /// In a sentence.
    pub title: String,
    /// Whether the node itself has failed.
    pub is_failure: bool,
}

/// One resource of a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meter {
    /// `cpu`, `memory` or `pods`.
    pub resource: &'static str,
    /// Requested, in thousandths.
    pub used: i64,
    /// Allocatable, in thousandths; `None` if nobody limits it.
    pub offered: Option<i64>,
    /// `1.4 of 2`, or `1.4`.
    pub text: String,
}

/// Pods that wait for a node.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting {
    /// The Pods.
    pub crews: Vec<Crew>,
    /// Why, as the scheduler says it, without its remark on preemption; empty before it has looked.
    pub reason: String,
    /// All that it says.
    pub message: String,
}

/// A Pod and the name of its workload.
type Member = (Rc<str>, Tile);

/// What is known of a node while its Pods are gone through.
#[derive(Default)]
struct Load {
    tiles: Vec<Member>,
    requested: Resources,
    pods: i64,
}

impl Nodes {
    /// The nodes at the cursor, with the tiles of the stage at the same place.
    pub fn of(cursor: &Cursor, stage: &Stage) -> Nodes {
        let cluster = cursor.cluster();
        let mut loads: Table<Name, Load> = Table::default();
        let mut waiting: Vec<(Rc<str>, Vec<Member>)> = Vec::new();
        let pods = cluster.of_kind(Kind::Pod).filter_map(|object| match object {
            Object::Pod(pod) => Some((pod.meta.uid, pod)),
            _ => None,
        });
        // Numbers are found faster than names.
        let pods = Table::of(pods.collect());
        for (workload, tile) in members(cursor, stage) {
            let Some(pod) = pods.get(&tile.who.uid) else {
                continue;
            };
            match &pod.node_name {
                Some(node) => loads.entry(node, Load::default).take(pod, (workload, tile)),
                None => wait(&mut waiting, pod, (workload, tile)),
            }
        }
        let mut nodes = Vec::new();
        let touched = |name: &Name| {
            let mut touched = cursor.step().into_iter().flat_map(|step| step.touched());
            touched.any(|key| key.kind == Kind::Node && key.name == *name)
        };
        for node in cluster.nodes() {
            let name = &node.meta.name;
            let load = loads.remove(name).unwrap_or_default();
            nodes.push(load.on(node, touched(name)));
        }
        let gone = loads.into_rows().into_iter().map(|(name, load)| load.nowhere(name));
        nodes.extend(gone);
        alike(&mut nodes);
        Nodes {
            nodes,
            waiting: waiting.into_iter().map(Waiting::of).collect(),
            pods: stage.pods,
            crowd: stage.crowd,
        }
    }
}

/// All tiles of the stage with their workloads, and those of Pods whose owner is gone already.
fn members(cursor: &Cursor, stage: &Stage) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::with_capacity(stage.pods);
    for workload in &stage.workloads {
        let name = called(workload, stage);
        let mut add = |tiles: &Blocks<Tile>| members.extend(tiles.iter().map(|tile| (name.clone(), tile.clone())));
        match &workload.body {
            Body::Deployment(scene) => scene.rows.iter().for_each(|row| add(&row.tiles)),
            Body::ReplicaSet(row) => add(&row.tiles),
            Body::Pods(own) => add(own),
            Body::Slots(slots) => {
                let sitters = slots.slots.iter().flat_map(|slot| &slot.sitters);
                members.extend(sitters.map(|sitter| (name.clone(), sitter.tile.clone())));
            }
        }
    }
    if members.len() < stage.pods {
        let known: Table<Uid, ()> = Table::of(members.iter().map(|(_, tile)| (tile.who.uid, ())).collect());
        let context = Context {
            now: cursor.time(),
            min_ready_seconds: 0,
            hue: 0,
            revision: 0,
        };
        let pods = cursor.cluster().pods();
        for (_, pod) in pods.filter(|(_, pod)| known.get(&pod.meta.uid).is_none()) {
            let name = if stage.workloads.is_empty() { "" } else { "no owner" };
            members.push((name.into(), Tile::of(pod, context)));
        }
    }
    members
}

/// How a workload's Pods are told from others': by its name, and its kind where two have the same. Alone it needs none.
fn called(workload: &Workload, stage: &Stage) -> Rc<str> {
    let others = || stage.workloads.iter().filter(|other| other.key != workload.key);
    let key = &workload.key;
    match &workload.body {
        _ if others().next().is_none() => "".into(),
        Body::Pods(_) => "no owner".into(),
        _ if others().any(|other| other.key.name == key.name) => format!("{} {}", key.kind.name(), key.name).into(),
        _ => key.name.to_string().into(),
    }
}

/// Pods of one workload together, in the order in which the first of each comes.
fn crews(members: Vec<Member>) -> Vec<Crew> {
    let mut crews: Vec<(Rc<str>, Vec<Tile>)> = Vec::new();
    for (name, tile) in members {
        match crews.iter_mut().find(|(other, _)| *other == name) {
            Some((_, tiles)) => tiles.push(tile),
            None => crews.push((name, vec![tile])),
        }
    }
    let crew = |(name, tiles): (Rc<str>, Vec<Tile>)| Crew {
        name: name.to_string(),
        tiles: Blocks::of(tiles),
    };
    crews.into_iter().map(crew).collect()
}

fn wait(waiting: &mut Vec<(Rc<str>, Vec<Member>)>, pod: &Pod, member: Member) {
    let message = pod.status.trouble.unschedulable.clone().unwrap_or_default();
    match waiting.iter_mut().find(|(other, _)| *other == message) {
        Some((_, members)) => members.push(member),
        None => waiting.push((message, vec![member])),
    }
}

impl Waiting {
    fn of((message, members): (Rc<str>, Vec<Member>)) -> Waiting {
        let reason = message.split(" preemption: ").next().unwrap_or_default();
        Waiting {
            crews: crews(members),
            reason: reason.to_owned(),
            message: message.to_string(),
        }
    }
}

impl Load {
    /// Pods that have finished hold nothing; those that are leaving do until they are gone (NODE-02).
    fn take(&mut self, pod: &Pod, member: Member) {
        self.tiles.push(member);
        if !pod.is_finished() {
            add(&mut self.requested, &pod.template.requests);
            self.pods += 1;
        }
    }

    fn on(self, node: &Node, ringed: bool) -> NodeCard {
        let meter = |resource, used| Meter::of(resource, used, node.allocatable.get(resource).copied());
        let requested = |resource: &str| self.requested.get(resource).copied().unwrap_or(0);
        NodeCard {
            name: node.meta.name.clone(),
            zone: node.zone().to_owned(),
            marks: marks(node),
            meters: vec![
                meter("cpu", requested("cpu")),
                meter("memory", requested("memory")),
                meter("pods", self.pods * 1000),
            ],
            crews: crews(self.tiles),
            ringed,
        }
    }

    fn nowhere(self, name: Name) -> NodeCard {
        NodeCard {
            marks: vec![Mark::failure("gone", "There is no such node any more")],
            zone: String::new(),
            meters: vec![Meter::of("pods", count(self.tiles.len()) * 1000, None)],
            crews: crews(self.tiles),
            ringed: false,
            name,
        }
    }
}

/// What nobody requests and no node limits is left out, on all nodes alike, so that the rest lines up.
fn alike(nodes: &mut [NodeCard]) {
    for resource in ["cpu", "memory"] {
        let is_it = |meter: &Meter| meter.resource == resource;
        let mut all = nodes.iter().flat_map(|node| &node.meters).filter(|meter| is_it(meter));
        if all.all(|meter| meter.used == 0 && meter.offered.is_none()) {
            nodes
                .iter_mut()
                .for_each(|node| node.meters.retain(|meter| !is_it(meter)));
        }
    }
}

impl Mark {
    fn new(word: &str, title: &str) -> Mark {
        Mark {
            word: word.to_owned(),
            title: title.to_owned(),
            is_failure: false,
        }
    }

    fn failure(word: &str, title: &str) -> Mark {
        Mark {
            is_failure: true,
            ..Mark::new(word, title)
        }
    }
}

fn marks(node: &Node) -> Vec<Mark> {
    let mut marks = Vec::new();
    match (node.ready, node.silent_since) {
        (ConditionStatus::True, None) => {}
        (ConditionStatus::True, Some(since)) => marks.push(Mark::failure(
            "silent",
            &format!("Its kubelet has been silent since {since}, and nobody knows yet"),
        )),
        (ConditionStatus::False, _) => marks.push(Mark::failure("NotReady", "Its kubelet says that it is not ready")),
        (ConditionStatus::Unknown, since) => marks.push(Mark::failure("unreachable", &unreachable(since))),
    }
    if node.unschedulable {
        marks.push(Mark::new("cordoned", "No new Pods are put on it, but DaemonSets'"));
    }
    // These two follow from the condition, which is shown already.
    let is_told = |taint: &&Taint| taint.key != NOT_READY && taint.key != UNREACHABLE;
    for taint in node.taints.iter().filter(is_told) {
        let what = match taint.effect.as_str() {
            "NoExecute" => "Pods that do not tolerate it have to go",
            "PreferNoSchedule" => "Pods that do not tolerate it rather go elsewhere",
            _ => "No new Pods are put on it that do not tolerate it",
        };
        let name = taint.key.rsplit('/').next().unwrap_or_default();
        marks.push(Mark::new(&format!("taint {name}"), &format!("{taint}: {what}")));
    }
    marks
}

fn unreachable(since: Option<Time>) -> String {
    match since {
        Some(since) => format!("NotReady: its kubelet has been silent since {since}"),
        None => "NotReady: its kubelet was silent, and was heard again just now".to_owned(),
    }
}

impl Meter {
    fn of(resource: &'static str, used: i64, offered: Option<i64>) -> Meter {
        let amount = |amount| match resource {
            "memory" => bytes(amount),
            _ => decimal(amount),
        };
        let text = match offered {
            Some(offered) => format!("{} of {}", amount(used), amount(offered)),
            None => amount(used),
        };
        Meter {
            resource,
            used,
            offered,
            text,
        }
    }
}

/// Thousandths, with one decimal where there is one: `0.7`, `2`. What is less than a tenth is shown in thousandths.
fn decimal(milli: i64) -> String {
    match (milli / 1000, milli % 1000) {
        (whole, 0) => whole.to_string(),
        (whole, rest) if rest % 100 == 0 => format!("{whole}.{}", rest / 100),
        _ => format!("{milli}m"),
    }
}

/// Thousandths of bytes in the largest binary unit of which there is one.
fn bytes(milli: i64) -> String {
    let mut tenths = milli / 100;
    let units = ["B", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < units.len() {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    match (tenths / 10, tenths % 10) {
        (0, 0) => "0".to_owned(),
        (whole, 0) => format!("{whole} {}", units[unit]),
        (whole, tenth) => format!("{whole}.{tenth} {}", units[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        for (milli, text) in [(0, "0"), (700, "0.7"), (2_000, "2"), (1_250, "1250m"), (50, "50m")] {
            assert_eq!(decimal(milli), text);
        }
        let gibi = 1_073_741_824_000;
        for (milli, text) in [
            (0, "0"),
            (gibi, "1 Gi"),
            (gibi * 3 / 2, "1.5 Gi"),
            (gibi / 8, "128 Mi"),
            (500_000, "500 B"),
        ] {
            assert_eq!(bytes(milli), text);
        }
    }
}
