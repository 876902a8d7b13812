//! The report: what a whole run came to, in figures, for every workload; and two runs beside each other.

use super::curve::Counts;
use super::levels::{self, Level};
use super::stalls::{Stall, stalls};
use super::sums::Sums;
use super::tracks::{Track, Tracks};
use super::verdict::{Outcome, Verdict, is_wanted, waits_since, wanted, without_stop};
use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::history::{Cursor, History};
use rollscope_engine::order;
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;

/// What a run came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// In one line.
    pub verdict: Verdict,
    /// First that of the run as a whole, then one for each workload.
    pub sections: Vec<Section>,
}

/// Figures that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// `Deployment web`; empty for the run as a whole.
    pub title: String,
    /// The figures.
    pub lines: Vec<Line>,
}

/// A figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// How much: `3 of 4`.
    pub value: String,
    /// What one may add; may be empty.
    pub note: String,
    /// When that was.
    pub moment: Option<Time>,
    /// How bad it is, to be held against the same figure of another run. `None` where neither is better.
    pub weight: Option<i64>,
}

/// The same figure of one run or two.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// The figure of each run; `None` where a run has none.
    pub cells: Vec<Option<Line>>,
    /// Which run's figure is better, if one is.
    pub better: Option<usize>,
}

impl Report {
    /// The report on a history, with what became of connections.
    pub fn of(history: &Rc<History>, traffic: &[Traffic]) -> Report {
        let tracks = Tracks::of(history, usize::MAX);
        let mut cursor = Cursor::new(history.clone());
        let end = cursor.seek(history.len());
        let stalls = stalls(history);
        let workloads = tracks.workloads.iter().enumerate();
        let workloads = workloads.filter(|(_, (key, _))| key.kind != Kind::Pod);
        let workloads = workloads.map(|(index, (key, sums))| Section {
            title: format!("{} {}", key.kind.name(), key.name),
            lines: Account {
                history,
                key,
                sums,
                mine: tracks.tracks_of(index),
            }
            .lines(end, &stalls),
        });
        let verdict = Verdict::with(history, &tracks);
        let whole = Section {
            title: String::new(),
            lines: whole(history, &verdict, &tracks, traffic, end),
        };
        Report {
            verdict,
            sections: std::iter::once(whole).chain(workloads).collect(),
        }
    }
}

impl Line {
    fn new(name: &str, value: String) -> Line {
        Line {
            name: name.to_owned(),
            value,
            note: String::new(),
            moment: None,
            weight: None,
        }
    }

    fn at(mut self, time: Time) -> Line {
        self.moment = Some(time);
        self
    }

    fn noted(mut self, note: String) -> Line {
        self.note = note;
        self
    }

    fn weighing(mut self, weight: i64) -> Line {
        self.weight = Some(weight);
        self
    }
}

/// What concerns the run as a whole.
fn whole(history: &Rc<History>, verdict: &Verdict, tracks: &Tracks, traffic: &[Traffic], end: &Cluster) -> Vec<Line> {
    let steps = format!("{} steps", history.len());
    let last = tracks.completed_at().unwrap_or(history.time_at(history.len()));
    let duration = match verdict.outcome {
        Outcome::Stalls | Outcome::CutOff => Line::new("Duration", "no end".to_owned()).weighing(i64::MAX),
        _ => Line::new("Duration", seconds(Duration(last.0)))
            .at(last)
            .weighing(tenths(Duration(last.0))),
    };
    let mut lines = vec![duration.noted(steps)];
    for one in traffic {
        let lost = one.lost();
        let named = match traffic.len() {
            1 => "Requests lost".to_owned(),
            _ => format!("Requests lost, {}", one.service.1),
        };
        let mut line = Line::new(&named, seconds(lost)).weighing(tenths(lost));
        if let Some(first) = one.spans.iter().find(|span| span.failing() > 0) {
            line = line.noted("of all traffic".to_owned()).at(first.from);
        }
        lines.push(line);
    }
    let left = claims_left(end);
    if end.of_kind(Kind::PersistentVolumeClaim).next().is_some() {
        let value = left.len().to_string();
        lines.push(Line::new("Claims left behind", value).noted(left.join(", ")));
    }
    lines
}

/// Claims that a set made and no Pod names any more.
fn claims_left(end: &Cluster) -> Vec<String> {
    let is_used = |claim: &Object| {
        end.of_kind(Kind::Pod).any(|object| match object {
            Object::Pod(pod) => {
                pod.meta.namespace == claim.meta().namespace && pod.claim_names().any(|name| *name == claim.meta().name)
            }
            _ => false,
        })
    };
    let claims = end.of_kind(Kind::PersistentVolumeClaim);
    claims
        .filter(|claim| claim.meta().applied.is_none() && !is_used(claim))
        .map(|claim| claim.meta().name.to_string())
        .collect()
}

/// What one workload went through.
struct Account<'a> {
    history: &'a Rc<History>,
    key: &'a Key,
    sums: &'a Sums,
    mine: Vec<&'a Track>,
}

impl Account<'_> {
    fn lines(&self, end: &Cluster, stalls: &[Stall]) -> Vec<Line> {
        let counts = self.sums.counts();
        let levels = levels::levels(&counts, &self.sums.bands);
        let mut lines = self.stalled(end, stalls);
        lines.extend(self.waits(end));
        lines.extend(self.availability(&levels));
        lines.push(self.most_pods(&counts, &levels));
        lines.extend(self.most_requested("CPU", "cpu", cpu));
        lines.extend(self.most_requested("memory", "memory", memory));
        let restarts: i64 = self.mine.iter().map(|track| track.restarts).sum();
        lines.push(Line::new("Restarts", restarts.to_string()).weighing(restarts));
        lines
    }

    /// Whether somebody is the workload's own controller, or that of what it owns.
    fn is_mine(&self, who: &Key, end: &Cluster) -> bool {
        let controller = end.get(who).and_then(|object| object.meta().controller());
        let is_owned = controller
            .is_some_and(|owner| owner.name == self.key.name && Kind::from_name(owner.kind) == Some(self.key.kind));
        who.namespace == self.key.namespace && (*who == *self.key || is_owned)
    }

    /// For how long it waited in vain until the user did something about it.
    fn stalled(&self, end: &Cluster, stalls: &[Stall]) -> Vec<Line> {
        let mine = stalls.iter().filter(|stall| self.is_mine(&stall.who.1, end));
        let line = |stall: &Stall| {
            // The step that ended it is the user's.
            let (since, until) = (
                self.history.time_at(stall.since),
                self.history.time_at(stall.until? + 1),
            );
            let lasted = until.since(since);
            let line = Line::new("Stalled", seconds(lasted)).weighing(tenths(lasted));
            Some(line.noted(stall.reasons.join("; ")).at(since))
        };
        mine.filter_map(line).collect()
    }

    /// What it waits for at the end.
    fn waits(&self, end: &Cluster) -> Vec<Line> {
        let mut lines = Vec::new();
        for (waiter, blocked) in end.waiting() {
            if !self.is_mine(&waiter.1, end) {
                continue;
            }
            let unwanted: Vec<String> = blocked
                .iter()
                .filter(|blocked| !is_wanted(blocked))
                .map(|blocked| without_stop(&blocked.reason.saw()))
                .collect();
            let (name, notes) = match unwanted.is_empty() {
                true => ("Waits", blocked.iter().map(|blocked| wanted(&blocked.reason)).collect()),
                false => ("Stalls", unwanted),
            };
            let step = waits_since(self.history, self.history.len(), waiter);
            let time = self.history.time_at(step);
            lines.push(
                Line::new(name, format!("at step {step}"))
                    .noted(notes.join("; "))
                    .at(time),
            );
        }
        lines
    }

    fn availability(&self, levels: &[Level]) -> Vec<Line> {
        let Some(since) = levels::since_up(levels) else {
            let most = levels.iter().map(|level| level.available).max().unwrap_or(0);
            let note = format!("{most} at most");
            return vec![
                Line::new("Lowest available", "never all".to_owned())
                    .noted(note)
                    .weighing(i64::MAX),
            ];
        };
        let worst = levels::worst(since);
        let next = since.iter().skip(1).map(|level| level.from);
        let next = next.chain([self.history.time_at(self.history.len())]);
        let short = since.iter().zip(next).filter(|(level, _)| level.short() > 0);
        let below = Duration(short.map(|(level, next)| next.since(level.from).0).sum());
        let mut lowest = Line::new("Lowest available", format!("{} of {}", worst.available, worst.desired));
        if worst.short() > 0 {
            lowest = lowest.at(worst.from);
        }
        vec![
            lowest.weighing(worst.short()),
            Line::new("Below desired", seconds(below)).weighing(tenths(below)),
        ]
    }

    fn most_pods(&self, counts: &[(Time, Counts)], levels: &[Level]) -> Line {
        let most =
            |(time, most): (Time, i64), (at, now): (Time, i64)| if now > most { (at, now) } else { (time, most) };
        let present = counts.iter().map(|(time, counts)| (*time, counts.present));
        let (time, peak) = present.fold((Time::ZERO, 0), most);
        let wanted = levels.iter().map(|level| level.desired).max().unwrap_or(0);
        let line = Line::new("Peak Pods", peak.to_string()).weighing(peak);
        match peak - wanted {
            more @ 1.. => line.noted(format!("{more} more than wanted")).at(time),
            _ => line,
        }
    }

    /// The most that its Pods requested together, over what they do at the end.
    fn most_requested(&self, word: &str, resource: &str, text: fn(i64) -> String) -> Option<Line> {
        let requested = requested(&self.mine, resource);
        let most = |(time, most), (at, now): &(Time, i64)| if *now > most { (*at, *now) } else { (time, most) };
        let (time, peak) = requested.iter().fold((Time::ZERO, 0), most);
        let steady = requested.last().map_or(0, |(_, amount)| *amount);
        let line = Line::new(&format!("Peak {word}"), text(peak)).weighing(peak);
        match peak - steady {
            _ if peak == 0 => None,
            0 => Some(line),
            more => Some(line.noted(format!("{} more than at the end", text(more))).at(time)),
        }
    }
}

/// What all Pods that are there request together, in thousandths, whenever that changes.
fn requested(tracks: &[&Track], resource: &str) -> Vec<(Time, i64)> {
    let mut changes: Vec<(Time, i64)> = Vec::new();
    let end = tracks.iter().map(|track| track.ends()).max().unwrap_or_default();
    for track in tracks {
        let amount = track.template.requests.get(resource).copied().unwrap_or(0);
        changes.extend([(track.begins(), amount), (track.resigns(), -amount)]);
    }
    order::sort_by_key(&mut changes, |(time, _)| *time);
    let mut sums: Vec<(Time, i64)> = Vec::new();
    let mut now = 0;
    for (time, by) in changes.into_iter().take_while(|(time, _)| *time < end) {
        now += by;
        match sums.last_mut() {
            Some(last) if last.0 == time => last.1 = now,
            _ => sums.push((time, now)),
        }
    }
    sums
}

/// `1250m`, or whole cores.
fn cpu(milli: i64) -> String {
    match milli % 1000 {
        0 => (milli / 1000).to_string(),
        _ => format!("{milli}m"),
    }
}

/// `640Mi`, or whole gibibytes.
fn memory(milli: i64) -> String {
    let bytes = milli / 1000;
    match bytes {
        _ if bytes >= 1 << 30 && bytes % (1 << 30) == 0 => format!("{}Gi", bytes >> 30),
        _ if bytes >= 1 << 20 => format!("{}Mi", bytes >> 20),
        _ => format!("{}Ki", bytes.div_euclid(1 << 10)),
    }
}

/// Always with one decimal, so that they align; what is more than nothing does not look like nothing.
/// `1.3 s`; what is not nothing is at least a tenth.
pub(super) fn seconds(duration: Duration) -> String {
    let tenths = tenths(duration);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn tenths(Duration(length): Duration) -> i64 {
    let tenths = ((length + 50) / 100).max(u64::from(length > 0));
    i64::try_from(tenths).unwrap_or(i64::MAX)
}

/// The rows of one report or of several, section by section in the order of the first that has it.
pub fn side_by_side(reports: &[&Report]) -> Vec<(String, Vec<Row>)> {
    let mut sections: Vec<(String, Vec<Row>)> = Vec::new();
    for (column, report) in reports.iter().enumerate() {
        for section in &report.sections {
            let known = sections.iter().position(|(title, _)| *title == section.title);
            let index = known.unwrap_or_else(|| {
                sections.push((section.title.clone(), Vec::new()));
                sections.len() - 1
            });
            let rows = &mut sections[index].1;
            for line in &section.lines {
                let is_free = |row: &&mut Row| row.name == line.name && row.cells[column].is_none();
                match rows.iter_mut().find(is_free) {
                    Some(row) => row.cells[column] = Some(line.clone()),
                    None => {
                        let mut cells = vec![None; reports.len()];
                        cells[column] = Some(line.clone());
                        rows.push(Row {
                            name: line.name.clone(),
                            cells,
                            better: None,
                        });
                    }
                }
            }
        }
    }
    let rows = sections.iter_mut().flat_map(|(_, rows)| rows);
    rows.for_each(|row| row.better = better(&row.cells));
    sections
}

/// The one that weighs less.
fn better(cells: &[Option<Line>]) -> Option<usize> {
    let weight = |index: usize| cells.get(index)?.as_ref()?.weight;
    let (a, b) = (weight(0)?, weight(1)?);
    (a != b).then_some(usize::from(b < a))
}
