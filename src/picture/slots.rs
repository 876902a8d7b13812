//! Pods in places of their own: a StatefulSet's numbers with their claims and the partition between them, or a DaemonSet's
//! nodes. So many that there is no room for words are cells.

use super::canvas::{Canvas, Layer, escape, rect};
use super::measure::{Face, T0, T1, fit, width};
use super::stage::swatch;
use super::tiles::{self, Cell, Size, count};
use crate::scene::pod::Form;
use crate::scene::slots::{Claim, ClaimState, RevisionTag, Slot, Slots};

/// More slots than this have no room for words.
const MANY: usize = 24;
/// More than this have no numbers either.
const CELLS: usize = 120;
/// The height of a slot's Pod where there is room.
const SEAT: i64 = 46;
/// Revisions in one line.
const TAGS: usize = 3;

/// What the slots of a workload need at any of the moments that share a picture.
#[derive(Debug, Default)]
pub struct Room {
    /// The most slots.
    slots: usize,
    /// The width of one.
    each: i64,
    /// The most claims of one.
    claims: usize,
    /// Whether something is ever said below one.
    note: bool,
    aside: bool,
    partition: bool,
    across: i64,
}

impl Room {
    /// Makes room for these as well.
    pub fn add(&mut self, scene: &Slots, across: i64) {
        let names = scene.slots.iter().map(|slot| width(&slot.name, Face::Mono, T1) + 8);
        let claims = scene.slots.iter().flat_map(|slot| &slot.claims);
        let claims = claims.map(|claim| width(&claim.name, Face::Plain, T0) + 26);
        let each = names.chain(claims).max().unwrap_or(0).clamp(86, 150);
        self.slots = self.slots.max(scene.slots.len());
        self.each = self.each.max(each);
        self.claims = self
            .claims
            .max(scene.slots.iter().map(|slot| slot.claims.len()).max().unwrap_or(0));
        self.note |= scene.slots.iter().any(|slot| slot.awaited || slot.unwanted.is_some());
        self.aside |= scene.aside.is_some();
        self.partition |= scene.partition.as_ref().is_some_and(|partition| partition.value > 0);
        self.across = across;
    }

    fn is_large(&self) -> bool {
        self.slots <= MANY
    }

    /// Its width and height, with the gap to the next one.
    fn slot(&self) -> (i64, i64) {
        let notes = if self.note { 16 } else { 0 };
        match self.is_large() {
            true => (self.each + 14, SEAT + 20 + count(self.claims.min(3)) * 17 + notes + 18),
            false => (38, 30 + 18 + 14),
        }
    }

    fn per_line(&self) -> usize {
        let (wide, _) = self.slot();
        usize::try_from((self.across + 14) / wide).unwrap_or(1).max(1)
    }

    /// All that is needed, without the heading.
    pub fn height(&self) -> i64 {
        if self.across == 0 {
            return 0;
        }
        let aside = if self.aside { 22 } else { 0 };
        if self.slots > CELLS {
            return self.top() + Size::of(self.slots).height(self.slots, self.cells()[1]) + aside + 8;
        }
        let lines = count(self.slots.div_ceil(self.per_line()).max(1));
        self.top() + lines * self.slot().1 + aside
    }

    /// What is above the slots: revisions, which way it goes.
    fn top(&self) -> i64 {
        if self.partition && self.slots <= CELLS { 66 } else { 44 }
    }

    /// Where cells begin, and their width: left of them is the number of the first in a line.
    fn cells(&self) -> [i64; 2] {
        [44, self.across - 44]
    }

    /// Draws the slots.
    pub fn draw(&self, canvas: &mut Canvas, scene: &Slots, [x, y, across]: [i64; 3]) {
        self.walk(canvas, scene, [x, y, across]);
        let top = y + self.top();
        if self.slots > CELLS {
            self.draw_cells(canvas, scene, [x, top]);
        } else {
            for (index, slot) in scene.slots.iter().enumerate() {
                let [left, top] = self.place(index, [x, top]);
                if self.is_large() {
                    self.large(canvas, slot, [left, top]);
                } else {
                    dense(canvas, slot, [left, top]);
                }
            }
            self.draw_partition(canvas, scene, [x, top]);
        }
        if let Some(aside) = &scene.aside {
            let text = fit(aside, Face::Plain, T1, across);
            canvas.text(x, y + self.height() - 6, "f", &text);
        }
    }

    fn place(&self, index: usize, [x, y]: [i64; 2]) -> [i64; 2] {
        let (wide, high) = self.slot();
        let per_line = self.per_line();
        [x + count(index % per_line) * wide, y + count(index / per_line) * high]
    }

    fn walk(&self, canvas: &mut Canvas, scene: &Slots, [x, y, across]: [i64; 3]) {
        let direction = scene.walk.as_deref().unwrap_or_default();
        let direction = fit(direction, Face::Plain, T1, across / 2);
        let long = width(&direction, Face::Plain, T1);
        canvas.text(x + across, y + 16, "i e", &direction);
        let mut left = x;
        let newest = scene.revisions.len().saturating_sub(TAGS);
        for tag in &scene.revisions[newest..] {
            let (named, rolls) = tag_texts(tag);
            let room =
                x + across - long - 20 - left - width(&named, Face::Bold, T1) - width(rolls, Face::Bold, T0) - 40;
            if room < 40 {
                break;
            }
            let image = fit(&tag.image, Face::Mono, T0, room);
            canvas.put(Layer::Fill, swatch(tag.hue, left, y + 7));
            let parts = [("b i", 0, &*named), ("m t0 s", 6, &*image), ("t0 b w", 8, rolls)];
            canvas.flow(left + 16, y + 16, &parts);
            let image = width(&image, Face::Mono, T0);
            left += width(&named, Face::Bold, T1) + image + width(rolls, Face::Bold, T0) + 16 + 14 + 20;
        }
    }

    fn large(&self, canvas: &mut Canvas, slot: &Slot, [x, y]: [i64; 2]) {
        let sitters = count(slot.sitters.len()).max(1);
        let seat = (self.each - 5 * (sitters - 1)) / sitters;
        for (index, sitter) in (0..).zip(&slot.sitters) {
            let (left, tile) = (x + index * (seat + 5), &sitter.tile);
            let place = [left, y, seat, SEAT];
            tiles::hatch(canvas, tile);
            canvas.put(Layer::Fill, tiles::shape(tile.form, tile.hue, place));
            let word = if sitters > 1 { tile.brief() } else { tile.word() };
            let word = if tile.brief().is_empty() { "" } else { word };
            if tile.form == Form::Broken {
                broken(canvas, word, place);
            } else {
                let word = fit(word, Face::Mono, T0, seat - 8);
                tiles::word_on(canvas, tile, &word, [left + seat / 2, y + SEAT / 2 + 4]);
            }
            if sitter.revision > 0 && seat >= 40 {
                let class = match tile.form {
                    Form::Available => "m b t0 e on".to_owned(),
                    _ => format!("m b t0 e ha k{}", tile.hue),
                };
                canvas.text(left + seat - 6, y + 14, &class, &sitter.revision.to_string());
            }
            if tile.ringed {
                tiles::ring(canvas, place);
            }
        }
        if slot.sitters.is_empty() {
            let place = [x, y, self.each, SEAT];
            tiles::empty(canvas, place);
            if slot.awaited {
                let [x, y, wide, high] = place;
                let outline = format!(
                    "<rect class=\"sw\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"8\" stroke-width=\"2\" \
                     stroke-dasharray=\"5 4\"/>"
                );
                canvas.put(Layer::Mark, outline);
            }
        }
        self.below(canvas, slot, [x, y + SEAT + 16]);
    }

    /// A slot's name, claims and what is to be said.
    fn below(&self, canvas: &mut Canvas, slot: &Slot, [x, y]: [i64; 2]) {
        let center = x + self.each / 2;
        let name = fit(&slot.name, Face::Mono, T1, self.each);
        let class = if slot.unwanted.is_some() {
            "m b c x s"
        } else {
            "m b c i"
        };
        canvas.text(center, y, class, &name);
        let mut y = y + 17;
        for claim in slot.claims.iter().take(3) {
            draw_claim(canvas, claim, [x, y, self.each]);
            y += 17;
        }
        let (class, note) = match (slot.awaited, slot.unwanted) {
            (true, _) => ("t0 b w c", "waited for"),
            (false, Some(why)) => ("t0 it s c", why),
            (false, None) => return,
        };
        canvas.text(center, y, class, &fit(note, Face::Bold, T0, self.each + 8));
    }

    /// A line between the numbers that keep what they have and those that get the new version.
    fn draw_partition(&self, canvas: &mut Canvas, scene: &Slots, at: [i64; 2]) {
        let Some(partition) = scene.partition.as_ref().filter(|partition| partition.value > 0) else {
            return;
        };
        let before = partition.before(partition.value, &scene.slots);
        let [mut x, y] = self.place(before, at);
        x -= 7;
        // Past the last one of a line it stands there.
        let (wide, high) = self.slot();
        let (mut top, per_line) = (y, self.per_line());
        if before == scene.slots.len() && before.is_multiple_of(per_line) && before > 0 {
            (x, top) = (at[0] + count(per_line) * wide - 7, y - high);
        }
        let line = format!(
            "<path class=\"ss\" stroke-width=\"2\" stroke-dasharray=\"6 4\" d=\"M{x} {}V{}\"/>",
            top - 24,
            top + high - 22
        );
        canvas.put(Layer::Mark, line);
        let text = format!("partition {}", partition.value);
        let (from, to) = (at[0], at[0] + self.across);
        let is_left = x - from > to - x;
        let text = fit(&text, Face::Plain, T0, if is_left { x - from } else { to - x } - 8);
        let (class, x) = if is_left { ("t0 s e", x - 6) } else { ("t0 s", x + 6) };
        canvas.put(
            Layer::Text,
            format!(
                "<text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>",
                top - 14,
                escape(&text)
            ),
        );
    }

    /// A cell for each slot, the first number of each line beside it.
    fn draw_cells(&self, canvas: &mut Canvas, scene: &Slots, [x, y]: [i64; 2]) {
        let size = Size::of(self.slots);
        let [from, across] = self.cells();
        let shown: Vec<&Slot> = scene.slots.iter().step_by(size.pods).collect();
        let cells: Vec<Option<Cell>> = shown.iter().map(|slot| Some(cell(slot))).collect();
        tiles::grid(canvas, &cells, size, [x + from, y, across]);
        let ringed: Vec<bool> = shown
            .iter()
            .map(|slot| slot.sitters.iter().any(|sitter| sitter.tile.ringed))
            .collect();
        tiles::rings(canvas, &ringed, size, [x + from, y, across]);
        let per_line = size.per_line(across);
        let every = usize::try_from(14 / size.pitch).unwrap_or(0) + 1;
        for (line, first) in shown.iter().step_by(per_line).enumerate().step_by(every) {
            let baseline = y + count(line) * size.pitch + size.edge / 2 + 4;
            canvas.text(x + from - 8, baseline, "t0 f e", &first.ordinal.to_string());
        }
    }
}

fn tag_texts(tag: &RevisionTag) -> (String, &'static str) {
    let rolls = if tag.is_target { "rolling out" } else { "" };
    (format!("revision {}", tag.number), rolls)
}

fn broken(canvas: &mut Canvas, word: &str, [x, y, wide, high]: [i64; 4]) {
    let word = fit(word, Face::Mono, T0, wide - 8);
    canvas.text(x + wide / 2, y + high / 2 + 2, "m t0 b c bad", &word);
}

fn cell(slot: &Slot) -> Cell {
    // Of two, the one that is there longer.
    slot.sitters
        .first()
        .map_or(Cell::Place, |sitter| Cell::Pod(sitter.tile.form, sitter.tile.hue))
}

/// A slot with only its number.
fn dense(canvas: &mut Canvas, slot: &Slot, [x, y]: [i64; 2]) {
    const WIDE: i64 = 32;
    const HIGH: i64 = 30;
    let sitters = count(slot.sitters.len()).max(1);
    let seat = (WIDE - 2 * (sitters - 1)) / sitters;
    for (index, sitter) in (0..).zip(&slot.sitters) {
        let place = [x + index * (seat + 2), y, seat, HIGH];
        let tile = &sitter.tile;
        tiles::hatch(canvas, tile);
        canvas.put(Layer::Fill, tiles::shape(tile.form, tile.hue, place));
        if sitters == 1 {
            let (word, middle) = (
                if tile.form == Form::Broken { "!" } else { tile.brief() },
                y + HIGH / 2 + 4,
            );
            if tile.form == Form::Broken {
                broken(canvas, word, place);
            } else if width(word, Face::Mono, T0) <= seat {
                tiles::word_on(canvas, tile, word, [x + seat / 2, middle]);
            }
        }
        if tile.ringed {
            tiles::ring(canvas, place);
        }
    }
    if slot.sitters.is_empty() {
        tiles::empty(canvas, [x, y, WIDE, HIGH]);
    }
    let number = fit(
        slot.name.rsplit('-').next().unwrap_or_default(),
        Face::Mono,
        T0,
        WIDE + 2,
    );
    let class = match (slot.awaited, slot.unwanted) {
        (true, _) => "m t0 b c w",
        (false, Some(_)) => "m t0 c s x",
        (false, None) => "m t0 c s",
    };
    canvas.text(x + WIDE / 2, y + HIGH + 14, class, &number);
}

fn draw_claim(canvas: &mut Canvas, claim: &Claim, [x, y, each]: [i64; 3]) {
    let (class, dashes, text) = match claim.state {
        ClaimState::Bound => ("gr ss", "", "t0 s"),
        ClaimState::Pending | ClaimState::Missing => ("ss", " stroke-dasharray=\"2 2\"", "t0 f"),
        ClaimState::Leaving => ("ss", "", "t0 s x"),
    };
    let name = fit(&claim.name, Face::Plain, T0, each - 22);
    // Centred together, as far as the widths are known.
    let left = x + (each - width(&name, Face::Plain, T0) - 16).max(0) / 2;
    let can = format!(
        "<path class=\"{class}\"{dashes} d=\"M{left}.5 {}v7c0 1.1 2.2 2 5 2s5-.9 5-2v-7c0-1.1-2.2-2-5-2s-5 .9-5 2 2.2 2 5 2 \
         5-.9 5-2\"/>",
        y - 7
    );
    canvas.put(Layer::Fill, can);
    canvas.text(left + 15, y, text, &name);
    if claim.ringed {
        canvas.put(
            Layer::Mark,
            rect("si", [left - 4, y - 12, width(&name, Face::Plain, T0) + 23, 16], 5),
        );
    }
}
