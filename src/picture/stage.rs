//! The stage of a picture: workloads one below the other. Where several moments of a run share a picture, each thing keeps its
//! place in all of them: [`Room`] is what the largest needs.

use super::canvas::{Canvas, Layer, rect};
use super::measure::{Face, T0, T1, T3, fit, width, wrap};
use super::tiles::{self, Size, count};
use super::{budget, slots};
use crate::scene::deployment::{DeploymentScene, ReplicaSetRow};
use crate::scene::service::ServiceLine;
use crate::scene::stage::{Body, Stage, Workload};
use rollscope_engine::api::{Key, Kind};

/// More workloads than this are only counted.
const MOST: usize = 6;
/// So many lines of what stands around them.
const LINES: usize = 6;
/// The room left of tiles.
const NAMES: i64 = 212;
/// Between two workloads.
const GAP: i64 = 44;

/// Where everything on the stage has its place.
#[derive(Debug)]
pub struct Room {
    left: i64,
    width: i64,
    size: Size,
    places: Vec<Place>,
    /// How many workloads are left out.
    others: usize,
    /// Services of no workload.
    services: i64,
    /// Lines of what stands around.
    limits: i64,
}

/// A workload's place.
#[derive(Debug)]
struct Place {
    key: Key,
    heading: i64,
    /// What is between the heading and the rows.
    bar: i64,
    rows: Vec<Row>,
    /// A line of revisions without Pods, where rows have no place of their own for that.
    idle: i64,
    slots: slots::Room,
    services: i64,
}

/// A ReplicaSet's place.
#[derive(Debug)]
struct Row {
    key: Key,
    hue: u8,
    revision: i64,
    height: i64,
}

impl Room {
    /// The room that all of these need, in this width.
    pub fn of(stages: &[Stage], left: i64, width: i64) -> Room {
        let pods = stages.iter().map(|stage| stage.pods).max().unwrap_or(0);
        let mut room = Room {
            left,
            width,
            size: Size::of(pods),
            places: Vec::new(),
            others: 0,
            services: 0,
            limits: 0,
        };
        let is_single = stages.len() == 1;
        for stage in stages {
            stage
                .workloads
                .iter()
                .for_each(|workload| room.add(workload, is_single));
            room.services = room.services.max(room.heights(&stage.services));
            room.limits = room.limits.max(count(stage.limits.len().min(LINES)) * 18);
        }
        room.places.sort_by(|a, b| a.key.cmp(&b.key));
        room.others = room.places.len().saturating_sub(MOST);
        room.places.truncate(MOST);
        room
    }

    fn add(&mut self, workload: &Workload, is_single: bool) {
        let key = stable(&workload.key);
        let index = self.places.iter().position(|place| place.key == key);
        let index = index.unwrap_or_else(|| {
            self.places.push(Place::new(key));
            self.places.len() - 1
        });
        let (size, width, services) = (self.size, self.width, self.heights(&workload.services));
        let place = &mut self.places[index];
        place.services = place.services.max(services);
        place.heading = place.heading.max(Heading::of(workload).height(width));
        match &workload.body {
            Body::Deployment(scene) => {
                place.bar = place.bar.max(budget::height(&scene.budget));
                scene.rows.iter().for_each(|row| place.add(row, size, width));
                if is_single && !scene.idle.is_empty() {
                    place.idle = 26;
                }
            }
            Body::ReplicaSet(row) => place.add(row, size, width),
            Body::Slots(scene) => place.slots.add(scene, width),
            Body::Pods(tiles) => place.bar = place.bar.max(12 + size.height(tiles.len(), width)),
        }
    }

    fn heights(&self, services: &[ServiceLine]) -> i64 {
        services
            .iter()
            .map(|line| 14 + count(told(line, self.width).len()).max(2) * 16)
            .sum()
    }

    /// How high the stage is.
    pub fn height(&self) -> i64 {
        let places: i64 = self.places.iter().map(Place::height).sum();
        let around = self.services + if self.limits > 0 { self.limits + 16 } else { 0 };
        let others = if self.others > 0 { 30 } else { 0 };
        (places + GAP * count(self.places.len().saturating_sub(1)) + around + others).max(40)
    }

    /// Draws a stage, with this as its upper edge.
    pub fn draw(&self, canvas: &mut Canvas, stage: &Stage, top: i64) {
        let mut y = top;
        for (index, place) in self.places.iter().enumerate() {
            if index > 0 {
                canvas.rect(Layer::Ground, "ln", [self.left, y + GAP / 2 - 4, self.width, 1], 0);
                y += GAP;
            }
            if let Some(workload) = stage
                .workloads
                .iter()
                .find(|workload| stable(&workload.key) == place.key)
            {
                self.workload(canvas, place, workload, y);
            }
            y += place.height();
        }
        if self.others > 0 {
            canvas.text(self.left, y + 22, "f", &format!("{} more workloads", self.others));
            y += 30;
        }
        self.services(canvas, &stage.services, y);
        y += self.services + 16;
        for (line, text) in stage.limits.iter().take(LINES).enumerate() {
            let text = fit(text, Face::Plain, T1, self.width);
            canvas.text(self.left, y + 14 + count(line) * 18, "s", &text);
        }
        if stage.is_empty() {
            canvas.text(self.left, top + 20, "s t2", "Nothing is in the cluster yet.");
        }
    }

    fn workload(&self, canvas: &mut Canvas, place: &Place, workload: &Workload, top: i64) {
        Heading::of(workload).draw(canvas, self.left, top, self.width);
        let y = top + place.heading;
        match &workload.body {
            Body::Deployment(scene) => {
                budget::draw(canvas, &scene.budget, [self.left, y, self.width]);
                self.rows(canvas, place, Some(scene), &scene.rows, y + place.bar);
            }
            Body::ReplicaSet(row) => self.rows(canvas, place, None, std::slice::from_ref(row), y + place.bar),
            Body::Slots(scene) => place.slots.draw(canvas, scene, [self.left, y, self.width]),
            Body::Pods(pods) => {
                tiles::draw(canvas, pods, 0, self.size, [self.left, y + 12, self.width]);
            }
        }
        self.services(canvas, &workload.services, top + place.height() - place.services);
    }

    fn rows<R: AsRef<ReplicaSetRow>>(
        &self,
        canvas: &mut Canvas,
        place: &Place,
        scene: Option<&DeploymentScene>,
        rows: &[R],
        top: i64,
    ) {
        let mut y = top;
        for own in &place.rows {
            let found = rows.iter().map(AsRef::as_ref).find(|row| row.key == own.key);
            match (found, scene) {
                (Some(row), _) => self.row(canvas, row, y),
                (None, Some(scene)) if scene.idle.contains(&own.revision) => {
                    let named = format!("revision {}", own.revision);
                    canvas.put(
                        Layer::Fill,
                        format!("<g opacity=\".5\">{}</g>", swatch(own.hue, self.left, y + 8)),
                    );
                    canvas.flow(self.left + 16, y + 18, &[("f", 0, &named), ("f", 6, "no Pods")]);
                }
                _ => {}
            }
            y += own.height;
        }
        if let Some(scene) = scene.filter(|_| place.idle > 0) {
            let idle: Vec<String> = scene.idle.iter().map(i64::to_string).collect();
            let text = format!("revision {}: no Pods", idle.join(", "));
            canvas.text(self.left, y + 18, "f", &fit(&text, Face::Plain, T1, self.width));
        }
    }

    fn row(&self, canvas: &mut Canvas, row: &ReplicaSetRow, y: i64) {
        let size = row.wants();
        // The size has a column of its own, so that the ring fits whatever the font is.
        let long = width(&size, Face::Plain, T1) + 8;
        let from = self.left + NAMES - 18 - long;
        let name = match row.revision {
            0 => row.key.name.to_string(),
            number => format!("revision {number}"),
        };
        let name = fit(&name, Face::Bold, T1, NAMES - 18 - long - 22);
        canvas.put(Layer::Fill, swatch(row.hue, self.left, y + 5));
        canvas.text(self.left + 16, y + 14, "b i", &name);
        let class = if row.ringed { "i c" } else { "f c" };
        canvas.text(from + long / 2, y + 14, class, &size);
        if row.ringed {
            let ring = format!(
                "<rect class=\"si\" stroke-width=\"1.5\" x=\"{from}\" y=\"{y}\" width=\"{long}\" height=\"19\" rx=\"5\"/>"
            );
            canvas.put(Layer::Mark, ring);
        }
        let image = fit(&row.image, Face::Mono, T0, NAMES - 14);
        canvas.text(self.left, y + 30, "m t0 s", &image);
        let area = [self.left + NAMES, y, self.width - NAMES];
        let missing = self.size.places(row.missing);
        let (x, below) = tiles::draw(canvas, &row.tiles, missing, self.size, area);
        if let Some(hint) = &row.hint {
            let is_empty = row.tiles.is_empty() && missing == 0;
            let x = if is_empty { area[0] } else { x + self.size.pitch + 6 };
            if x + width(hint, Face::Plain, T1) <= self.left + self.width {
                canvas.text(x, below + self.size.edge / 2 + 5, "s", hint);
            }
        }
    }

    fn services(&self, canvas: &mut Canvas, services: &[ServiceLine], top: i64) {
        let mut y = top + 14;
        for line in services {
            let kind = if line.headless { "Service, headless" } else { "Service" };
            canvas.text(self.left, y + 12, "b i", &fit(&line.name, Face::Bold, T1, NAMES - 14));
            canvas.text(self.left, y + 28, "s", kind);
            let bar = [self.left + NAMES, y + 12, bar(self.width), 8];
            canvas.rect(Layer::Ground, "gr", bar, 4);
            let mut from = 0;
            for share in &line.shares {
                let to = from + share.count;
                let [left, right] = [from, to].map(|count| bar[0] + bar[2] * count / line.end().max(1));
                canvas.rect(
                    Layer::Fill,
                    &format!("c{}", share.hue),
                    [left, y + 12, (right - left - 1).max(1), 8],
                    2,
                );
                from = to;
            }
            let lines = told(line, self.width);
            for (index, (class, text)) in lines.iter().enumerate() {
                canvas.text(bar[0] + bar[2] + 12, y + 12 + count(index) * 16, class, text);
            }
            y += 14 + count(lines.len()).max(2) * 16;
        }
    }
}

/// How wide a Service's bar is.
fn bar(width: i64) -> i64 {
    ((width - NAMES) * 4 / 10).min(300)
}

/// What is said of a Service beside its bar, in lines, each with its class.
fn told(line: &ServiceLine, width: i64) -> Vec<(&'static str, String)> {
    let room = width - NAMES - bar(width) - 12;
    let texts = [("s", &line.text), ("b bad", &line.failing), ("s", &line.lost)];
    let lines = texts.into_iter().flat_map(|(class, text)| {
        let face = if class == "s" { Face::Plain } else { Face::Bold };
        wrap(text, face, T1, room, 2).into_iter().map(move |line| (class, line))
    });
    lines.collect()
}

pub(super) fn swatch(hue: u8, x: i64, y: i64) -> String {
    rect(&format!("c{hue}"), [x, y, 10, 10], 3)
}

/// Pods without an owner have the key of the first, which changes.
fn stable(key: &Key) -> Key {
    match key.kind {
        Kind::Pod => Key::new(key.kind, &"".into(), &"".into()),
        _ => key.clone(),
    }
}

impl Place {
    fn new(key: Key) -> Place {
        Place {
            key,
            heading: 0,
            bar: 0,
            rows: Vec::new(),
            idle: 0,
            slots: slots::Room::default(),
            services: 0,
        }
    }

    fn add(&mut self, row: &ReplicaSetRow, size: Size, width: i64) {
        let shown = row.tiles.len() + size.places(row.missing);
        let height = size.height(shown, width - NAMES).max(36) + 12;
        match self.rows.iter_mut().find(|known| known.key == row.key) {
            Some(known) => {
                known.height = known.height.max(height);
                known.revision = row.revision;
            }
            None => self.rows.push(Row {
                key: row.key.clone(),
                hue: row.hue,
                revision: row.revision,
                height,
            }),
        }
    }

    fn height(&self) -> i64 {
        let rows: i64 = self.rows.iter().map(|row| row.height).sum();
        self.heading + self.bar + rows + self.idle + self.slots.height() + self.services
    }
}

/// Kind, name and numbers of a workload.
struct Heading<'a> {
    kind: &'static str,
    name: &'a str,
    asked: String,
    counted: &'a str,
    badge: &'static str,
}

impl<'a> Heading<'a> {
    fn of(workload: &'a Workload) -> Heading<'a> {
        let key = &workload.key;
        let badge = |paused, terminating| match (paused, terminating) {
            (_, true) => "terminating",
            (true, false) => "paused",
            (false, false) => "",
        };
        let (asked, counted, badge) = match &workload.body {
            Body::Deployment(scene) => {
                let badge = badge(scene.paused, scene.terminating);
                (scene.asked.clone(), scene.counted.as_str(), badge)
            }
            Body::Slots(scene) => (
                scene.asked.clone(),
                scene.counted.as_str(),
                badge(false, scene.terminating),
            ),
            Body::ReplicaSet(set) => (format!("{} desired", set.size), "", ""),
            Body::Pods(_) => (String::new(), "", ""),
        };
        Heading {
            kind: if key.kind == Kind::Pod { "" } else { key.kind.name() },
            name: if key.kind == Kind::Pod {
                "Pods without an owner"
            } else {
                &key.name
            },
            asked,
            counted,
            badge,
        }
    }

    /// Whether name and numbers fit on one line.
    fn is_short(&self, room: i64) -> bool {
        let gaps = 8 + 16 + 24 + if self.badge.is_empty() { 0 } else { 12 };
        let badge = width(self.badge, Face::Bold, T0);
        self.named() + width(&self.asked, Face::Plain, T1) + width(self.counted, Face::Plain, T1) + badge + gaps <= room
    }

    /// Whether the numbers fit on one line.
    fn has_two_lines(&self, room: i64) -> bool {
        width(&self.asked, Face::Plain, T1) + 16 + width(self.counted, Face::Plain, T1) <= room
    }

    fn named(&self) -> i64 {
        width(self.kind, Face::Plain, T3) + width(self.name, Face::Bold, T3)
    }

    fn height(&self, room: i64) -> i64 {
        match (self.is_short(room), self.has_two_lines(room)) {
            (true, _) => 26,
            (false, true) => 46,
            (false, false) => 64,
        }
    }

    fn draw(&self, canvas: &mut Canvas, x: i64, y: i64, room: i64) {
        let gap = if self.kind.is_empty() { 0 } else { 6 };
        let left = room - width(self.kind, Face::Plain, T3) - gap - width(self.badge, Face::Bold, T0) - 12;
        let name = fit(self.name, Face::Bold, T3, left);
        let title = [("t3 s", 0, self.kind), ("t3 b i", gap, &name)];
        if self.is_short(room) {
            let parts = [title[0], title[1], ("s", 14, &self.asked), ("t0 b w", 12, self.badge)];
            canvas.flow(x, y + 17, &parts);
            canvas.text(x + room, y + 17, "s e", self.counted);
        } else {
            canvas.flow(x, y + 17, &[title[0], title[1], ("t0 b w", 12, self.badge)]);
            canvas.text(x, y + 38, "s", &fit(&self.asked, Face::Plain, T1, room));
            let counted = fit(self.counted, Face::Plain, T1, room);
            match self.has_two_lines(room) {
                true => canvas.text(x + room, y + 38, "s e", &counted),
                false => canvas.text(x, y + 56, "s", &counted),
            }
        }
    }
}
