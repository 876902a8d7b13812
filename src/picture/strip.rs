//! The whole run below a picture's stage: flags, curves, a lane for each Pod, the time. Where it is bounded: what is narrower
//! than can be seen is drawn with its neighbour.

use super::canvas::{Canvas, Layer, rect, tenths};
use super::measure::{Face, T0, fit, width};
use super::tiles::count;
use crate::scene::curve::Curve;
use crate::scene::density::Layer as Sums;
use crate::scene::pod::Form;
use crate::scene::strip::{Flag, Group, Lane, Section, Sign, Strip};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The room for names, left.
const NAMES: i64 = 92;
/// The height of a curve.
const CURVE: i64 = 38;
/// The height that all lanes share, in tenths.
const LANES: i64 = 1100;
/// The height of lanes as sums.
const SUMS: i64 = 60;
/// More workloads than this have no room.
const MOST: usize = 4;
/// More waits than this are not marked as cut short.
const CUTS: usize = 20;
/// More bars than this are drawn together.
const BARS: usize = 1600;

/// A strip in this width.
pub struct Drawing<'a> {
    strip: &'a Strip,
    left: i64,
    width: i64,
    /// The height of a lane, in tenths.
    pitch: i64,
}

impl<'a> Drawing<'a> {
    /// `left` and `across` are those of the whole, names included.
    pub fn of(strip: &'a Strip, left: i64, across: i64) -> Drawing<'a> {
        let shown = strip.sections.iter().take(MOST).flat_map(|section| &section.groups);
        let lanes = count(shown.map(|group| group.lanes.len()).sum());
        Drawing {
            strip,
            left: left + NAMES,
            width: across - NAMES,
            pitch: (LANES / lanes.max(1)).clamp(10, 80),
        }
    }

    fn sections(&self) -> &'a [Section] {
        &self.strip.sections[..self.strip.sections.len().min(MOST)]
    }

    fn flags(&self) -> i64 {
        if self.strip.marks.is_empty() { 18 } else { 36 }
    }

    /// How high it is.
    pub fn height(&self) -> i64 {
        let sections: i64 = self.sections().iter().map(|section| self.section_height(section)).sum();
        self.flags() + sections + 20
    }

    fn section_height(&self, section: &Section) -> i64 {
        let groups: i64 = section.groups.iter().map(|group| self.group_height(group)).sum();
        CURVE + 8 + groups + if section.layers.is_empty() { 0 } else { SUMS + 4 }
    }

    fn group_height(&self, group: &Group) -> i64 {
        let label = if group.label.is_empty() { 0 } else { 130 };
        (count(group.lanes.len()) * self.pitch).max(label) / 10 + 4
    }

    /// A place in tenths of a pixel.
    fn x(&self, place: f64) -> i64 {
        self.left * 10 + fraction(self.width * 10, place)
    }

    /// Where the cursor is at a place, in tenths of a pixel from where time begins.
    pub fn offset(&self, place: f64) -> i64 {
        fraction(self.width * 10, place)
    }

    /// Where time begins.
    pub fn origin(&self) -> i64 {
        self.left
    }

    /// How long it is.
    pub fn length(&self) -> i64 {
        self.width
    }

    /// All of it but the cursor.
    pub fn draw(&self, canvas: &mut Canvas, top: i64) {
        self.draw_flags(canvas, &self.strip.flags, top);
        self.draw_flags(canvas, &self.strip.marks, top + 18);
        let mut y = top + self.flags();
        for section in self.sections() {
            self.section(canvas, section, y);
            y += self.section_height(section);
        }
        self.axis(canvas, y + 14);
    }

    /// The cursor at the beginning of time: a line over the whole strip.
    pub fn cursor(&self, top: i64) -> String {
        let (x, y) = (self.left, top + self.flags() - 2);
        let bottom = top + self.height() - 18;
        format!(
            "<path class=\"si\" stroke-width=\"1.6\" d=\"M{x} {y}V{bottom}\"/><circle class=\"i\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"
        )
    }

    /// What lies ahead of the cursor is dimmed: a veil that begins where time does.
    pub fn veil(&self, top: i64) -> String {
        let y = top + self.flags();
        let high = self.height() - self.flags() - 18;
        rect("pn", [self.left, y, self.width, high], 0).replace("/>", " opacity=\".6\"/>")
    }

    /// Each label stands right of its flag, or left of it where only there is room; a few letters of one say nothing.
    fn draw_flags(&self, canvas: &mut Canvas, flags: &[Flag], top: i64) {
        let mut free = self.left - NAMES;
        let mut flags = self.together(flags).into_iter().peekable();
        while let Some((x, flag)) = flags.next() {
            canvas.put(Layer::Mark, sign(flag.sign, x, top));
            let end = flags.peek().map_or(self.left + self.width, |next| next.0);
            let (before, after) = (x - free - 12, end - x - 22);
            let long = width(&flag.label, Face::Plain, T0);
            let is_before = long > after && (long <= before || before > after);
            let room = if is_before { before } else { after };
            let label = fit(&flag.label, Face::Plain, T0, room);
            free = x + 6;
            if long > room && room < 90 {
                continue;
            }
            let class = if flag.sign == Sign::Refused { "t0 s x" } else { "t0 s" };
            if is_before {
                canvas.text(x - 8, top + 12, &format!("{class} e"), &label);
            } else {
                canvas.text(x + 13, top + 12, class, &label);
                free = x + 13 + width(&label, Face::Plain, T0);
            }
        }
    }

    /// Flags and where they stand; those that would lie on each other are one.
    fn together(&self, flags: &[Flag]) -> Vec<(i64, Flag)> {
        let mut all: Vec<(i64, Flag)> = Vec::new();
        for flag in flags {
            let x = self.x(flag.place) / 10;
            match all.last_mut().filter(|(last, _)| x - last < 8) {
                Some((_, last)) => last.label = format!("{} · {}", last.label, flag.label),
                None => all.push((x, flag.clone())),
            }
        }
        all
    }

    fn section(&self, canvas: &mut Canvas, section: &Section, top: i64) {
        let name = fit(section.name(), Face::Bold, T0, NAMES - 34);
        canvas.text(self.left - NAMES, top + 14, "t0 b i", &name);
        self.curve(canvas, &section.curve, top);
        let mut y = top + CURVE;
        for group in &section.groups {
            let label = fit(&group.label, Face::Plain, T0, NAMES - 8);
            canvas.text(self.left - NAMES, y + 10, "t0 s", &label);
            self.lanes(canvas, &group.lanes, y * 10);
            y += self.group_height(group);
        }
        if !section.layers.is_empty() {
            canvas.text(self.left - NAMES, y + 10, "t0 s", "Pods");
            self.sums(canvas, &section.layers, y);
        }
    }

    fn curve(&self, canvas: &mut Canvas, curve: &Curve, top: i64) {
        let height = |value: i64| {
            let (above, whole) = ((value - curve.bottom).max(0), (curve.top - curve.bottom).max(1));
            (top + CURVE - 6) * 10 - above * (CURVE - 12) * 10 / whole
        };
        // Before anything is wanted there are no bounds to speak of.
        let wanted = curve.bounds.iter().find(|(_, band)| band.desired > 0);
        if let Some((_, first)) = wanted.or(curve.bounds.first()) {
            let bounds = match (first.ceiling, first.floor) {
                (Some(ceiling), Some(floor)) if ceiling != floor => vec![ceiling, floor],
                _ => vec![first.desired],
            };
            let mut last = i64::MIN;
            for value in bounds {
                // Two that are close to each other keep a line's distance.
                let y = (height(value) / 10 + 4).max(last.saturating_add(10));
                canvas.text(self.left - 6, y, "t0 f e", &value.to_string());
                last = y;
            }
        }
        let bands = curve
            .bounds
            .iter()
            .zip(curve.bounds.iter().skip(1).map(|(place, _)| *place).chain([1.0]));
        let mut area = String::new();
        for ((from, band), to) in bands.take(BARS) {
            if let (Some(floor), Some(ceiling)) = (band.floor, band.ceiling) {
                let edges = [self.x(*from), height(ceiling), self.x(to), height(floor)].map(tenths);
                let [left, above, right, below] = edges;
                put(&mut area, format_args!("M{left} {above}H{right}V{below}H{left}z"));
            }
        }
        stroke(canvas, Layer::Ground, "gr", "", &area);
        let line = |values: &mut dyn Iterator<Item = (f64, i64)>| self.steps(values, &height);
        let desired = line(&mut curve.bounds.iter().map(|(place, band)| (*place, band.desired)));
        stroke(canvas, Layer::Fill, "sf", " stroke-dasharray=\"1 3\"", &desired);
        let total = line(&mut curve.counts.iter().map(|(place, counts)| (*place, counts.total)));
        stroke(canvas, Layer::Fill, "sf", " stroke-width=\"1.5\"", &total);
        let updated = line(&mut curve.updated.iter().copied());
        stroke(
            canvas,
            Layer::Fill,
            "ss",
            " stroke-width=\"1.2\" stroke-dasharray=\"4 2\"",
            &updated,
        );
        let available = line(&mut curve.counts.iter().map(|(place, counts)| (*place, counts.available)));
        stroke(canvas, Layer::Fill, "sok", " stroke-width=\"2.2\"", &available);
    }

    /// A line that keeps its value until the next; of several at one place the last.
    fn steps(&self, values: &mut dyn Iterator<Item = (f64, i64)>, height: &dyn Fn(i64) -> i64) -> String {
        let mut points: Vec<(i64, i64)> = Vec::new();
        for (place, value) in values {
            let (x, y) = (self.x(place), height(value));
            match points.last_mut() {
                Some(last) if x - last.0 < 5 => last.1 = y,
                Some(last) if last.1 == y => {}
                _ => points.push((x, y)),
            }
        }
        let mut path = String::new();
        for (x, y) in points {
            let (x, y) = (tenths(x), tenths(y));
            match path.is_empty() {
                true => put(&mut path, format_args!("M{x} {y}")),
                false => put(&mut path, format_args!("H{x}V{y}")),
            }
        }
        if !path.is_empty() {
            put(&mut path, format_args!("H{}", self.left + self.width));
        }
        path
    }

    /// One path for all bars that look alike.
    fn lanes(&self, canvas: &mut Canvas, lanes: &[Lane], top: i64) {
        let bars: usize = lanes.iter().map(|lane| lane.bars.len()).sum();
        let mut least = 3;
        let mut drawn = lanes.iter().map(|lane| self.bars(lane, least)).collect::<Vec<_>>();
        while bars > BARS && drawn.iter().map(Vec::len).sum::<usize>() > BARS && least < 4000 {
            least *= 2;
            drawn = lanes.iter().map(|lane| self.bars(lane, least)).collect();
        }
        let gap = if self.pitch >= 40 { 12 } else { self.pitch / 4 };
        let high = self.pitch - gap;
        let mut paths: BTreeMap<(Form, u8), String> = BTreeMap::new();
        for (bars, y) in drawn.iter().zip((0..).map(|index| top + index * self.pitch)) {
            for (from, to, form, hue) in bars {
                let path = paths.entry((*form, *hue)).or_default();
                let is_line = high < 45 && matches!(form, Form::Pending | Form::Leaving);
                // Outlines are drawn half inside, so that they do not touch their neighbours.
                let inset = if *form == Form::Available { 0 } else { 5 };
                let [left, right] = [*from, *to].map(tenths);
                if is_line {
                    put(path, format_args!("M{left} {}H{right}", tenths(y + high / 2)));
                } else {
                    let high = (high - 2 * inset).max(8);
                    put(
                        path,
                        format_args!("M{left} {}H{right}v{}H{left}z", tenths(y + inset), tenths(high)),
                    );
                }
            }
        }
        for ((form, hue), path) in paths {
            let (class, more) = look(form, hue, high < 45);
            stroke(canvas, Layer::Fill, &class, more, &path);
        }
    }

    /// A lane's bars, in tenths; those narrower than this are drawn with the one before.
    fn bars(&self, lane: &Lane, least: i64) -> Vec<(i64, i64, Form, u8)> {
        let mut bars: Vec<(i64, i64, Form, u8)> = Vec::new();
        for bar in &lane.bars {
            let (from, to) = (self.x(bar.from), self.x(bar.to));
            match bars.last_mut() {
                Some(last) if last.1 == from && to - from < least => last.1 = to,
                Some(last) if (last.1, last.2, last.3) == (from, bar.form, bar.hue) => last.1 = to,
                _ => bars.push((from, to, bar.form, bar.hue)),
            }
        }
        bars
    }

    fn sums(&self, canvas: &mut Canvas, layers: &[Sums], top: i64) {
        let blocks = layers.iter().flat_map(|layer| &layer.blocks);
        let most = blocks.map(|block| block.base + block.count).max().unwrap_or(1).max(1);
        canvas.text(self.left - 6, top + 10, "t0 f e", &most.to_string());
        let y = |count: i64| (top + SUMS) * 10 - SUMS * 10 * count / most;
        for layer in layers {
            let mut path = String::new();
            let mut last = 0;
            for block in &layer.blocks {
                let (from, to) = (self.x(block.from), self.x(block.to));
                // What is too narrow to be seen is left to the next one.
                if to - from < 3 && from - last < 3 {
                    continue;
                }
                last = to;
                let edges = [from, y(block.base + block.count), to, y(block.base)].map(tenths);
                let [left, above, right, below] = edges;
                put(&mut path, format_args!("M{left} {above}H{right}V{below}H{left}z"));
            }
            let (class, more) = look(layer.form, layer.hue, false);
            stroke(canvas, Layer::Fill, &class, more, &path);
        }
    }

    /// As many times as have room beside each other.
    fn axis(&self, canvas: &mut Canvas, y: i64) {
        let cuts = self.strip.scale.breaks.iter().map(|cut| self.x(cut.place) / 10);
        let cuts: Vec<i64> = cuts.take(CUTS).collect();
        let mut free = self.left;
        for tick in &self.strip.scale.ticks {
            let (x, long) = (self.x(tick.place) / 10, width(&tick.label, Face::Plain, T0));
            let from = (x - long / 2).clamp(self.left, self.left + self.width - long);
            let is_cut = cuts.iter().any(|cut| (from - 8..from + long + 8).contains(cut));
            if from >= free && !is_cut {
                canvas.text(from + long / 2, y, "t0 f c", &tick.label);
                free = from + long + 8;
            }
        }
        for x in cuts {
            canvas.put(
                Layer::Mark,
                format!(
                    "<path class=\"ss\" stroke-width=\"1.5\" d=\"M{} {y}l3-10m4 0-3 10\"/>",
                    x - 4
                ),
            );
        }
    }
}

/// So much of a length.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a place between 0 and 1 of a length on a screen"
)]
fn fraction(length: i64, place: f64) -> i64 {
    (length as f64 * place).round() as i64
}

fn put(path: &mut String, what: std::fmt::Arguments<'_>) {
    let written = path.write_fmt(what);
    debug_assert!(written.is_ok(), "a String takes all that is written");
}

fn stroke(canvas: &mut Canvas, layer: Layer, class: &str, more: &str, path: &str) {
    if !path.is_empty() {
        canvas.put(layer, format!("<path class=\"{class}\"{more} d=\"{path}\"/>"));
    }
}

/// How a state looks in a lane: classes, and further attributes.
fn look(form: Form, hue: u8, is_line: bool) -> (String, &'static str) {
    match form {
        Form::Available => (format!("c{hue}"), ""),
        Form::NotYet => (format!("d{hue} o{hue}"), ""),
        Form::Pending if is_line => (format!("o{hue}"), " stroke-dasharray=\"2 2\""),
        Form::Pending => (format!("o{hue}"), " stroke-dasharray=\"2 2\""),
        Form::Broken => ("bs sbad".to_owned(), ""),
        Form::Ended => ("gr sf".to_owned(), ""),
        Form::Leaving => (format!("o{hue}"), " stroke-dasharray=\"1 2\" opacity=\".75\""),
    }
}

fn sign(sign: Sign, x: i64, top: i64) -> String {
    match sign {
        Sign::Done | Sign::Refused | Sign::Differs => {
            format!("<path class=\"w\" d=\"M{x} {top}l9 4.5-7.5 4.5V{}h-1.5z\"/>", top + 14)
        }
        Sign::Complete => format!("<circle class=\"ok\" cx=\"{x}\" cy=\"{}\" r=\"4.5\"/>", top + 8),
        Sign::Stall => format!("<path class=\"bad\" d=\"M{x} {}l5 9h-10z\"/>", top + 3),
    }
}
