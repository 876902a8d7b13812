//! Pods as tiles: the hue says which revision, the form which state. Where there are many, tiles that are alike and stand
//! beside each other are one area with a pattern, so that a thousand Pods are a handful of elements.

use super::canvas::{Canvas, Layer, escape, rect};
use crate::scene::blocks::Blocks;
use crate::scene::pod::{Form, Tile};

/// How large tiles are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// The edge of a tile.
    pub edge: i64,
    /// From one to the next.
    pub pitch: i64,
    /// How many Pods a tile stands for.
    pub pods: usize,
}

/// With more Pods than this a tile stands for several.
const MOST: usize = 6_000;

impl Size {
    /// The size for so many Pods: that of the page, and smaller where they would fill a page of their own.
    pub fn of(pods: usize) -> Size {
        let (edge, pitch) = match pods {
            0..=80 => (34, 42),
            81..=300 => (20, 24),
            301..=1200 => (11, 13),
            1201..=3000 => (8, 10),
            _ => (5, 6),
        };
        Size {
            edge,
            pitch,
            pods: pods.div_ceil(MOST).max(1),
        }
    }

    /// Whether there is room for words.
    pub fn is_roomy(self) -> bool {
        self.edge >= 34
    }

    /// Places where Pods will be: of many, words say how many there are.
    pub fn places(self, missing: i64) -> usize {
        let most = if self.is_roomy() { 60 } else { MOST };
        usize::try_from(missing).unwrap_or(0).min(most)
    }

    /// How many tiles fit beside each other.
    pub fn per_line(self, width: i64) -> usize {
        usize::try_from((width + self.pitch - self.edge) / self.pitch)
            .unwrap_or(1)
            .max(1)
    }

    /// The height of so many Pods.
    pub fn height(self, pods: usize, width: i64) -> i64 {
        let lines = pods.div_ceil(self.pods).div_ceil(self.per_line(width)).max(1);
        count(lines) * self.pitch - (self.pitch - self.edge)
    }
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Tiles in lines from here on; `missing` are wanted and not there yet. Gives where the last one ends.
pub fn draw(
    canvas: &mut Canvas,
    tiles: &Blocks<Tile>,
    missing: usize,
    size: Size,
    [x, y, width]: [i64; 3],
) -> (i64, i64) {
    if size.is_roomy() {
        return draw_each(canvas, tiles, missing, size, [x, y, width]);
    }
    // Of those that one tile stands for, the first is shown.
    let shown: Vec<&Tile> = tiles.iter().step_by(size.pods).collect();
    let cells = shown.iter().map(|tile| Some(Cell::Pod(tile.form, tile.hue)));
    let places = (0..missing.div_ceil(size.pods)).map(|_| Some(Cell::Place));
    let cells: Vec<Option<Cell>> = cells.chain(places).collect();
    grid(canvas, &cells, size, [x, y, width]);
    let ringed: Vec<bool> = shown.iter().map(|tile| tile.ringed).collect();
    rings(canvas, &ringed, size, [x, y, width]);
    place(cells.len().saturating_sub(1), size, [x, y, width])
}

fn draw_each(canvas: &mut Canvas, tiles: &Blocks<Tile>, missing: usize, size: Size, area: [i64; 3]) -> (i64, i64) {
    for (index, tile) in tiles.iter().enumerate() {
        let (x, y) = place(index, size, area);
        hatch(canvas, tile);
        canvas.put(Layer::Fill, shape(tile.form, tile.hue, [x, y, size.edge, size.edge]));
        let word = if tile.form == Form::Broken { "" } else { tile.brief() };
        word_on(canvas, tile, word, [x + size.edge / 2, y + size.edge / 2 + 4]);
        if tile.ringed {
            ring(canvas, [x, y, size.edge, size.edge]);
        }
    }
    for index in tiles.len()..tiles.len() + missing {
        let (x, y) = place(index, size, area);
        empty(canvas, [x, y, size.edge, size.edge]);
    }
    place((tiles.len() + missing).saturating_sub(1), size, area)
}

/// Where the tile of this index is.
fn place(index: usize, size: Size, [x, y, width]: [i64; 3]) -> (i64, i64) {
    let per_line = size.per_line(width);
    (
        x + count(index % per_line) * size.pitch,
        y + count(index / per_line) * size.pitch,
    )
}

/// A word in a tile, legible on whatever is below it.
pub fn word_on(canvas: &mut Canvas, tile: &Tile, word: &str, [x, y]: [i64; 2]) {
    let class = match tile.form {
        Form::Pending | Form::Ended => "m t0 c",
        _ => "m t0 b c ha",
    };
    canvas.text(x, y, &format!("{class} k{}", tile.hue), word);
}

/// The ring around what the step wrote.
pub fn ring(canvas: &mut Canvas, [x, y, width, height]: [i64; 4]) {
    canvas.rect(Layer::Mark, "si", [x - 3, y - 3, width + 6, height + 6], 10);
}

/// A place where a Pod will be.
pub fn empty(canvas: &mut Canvas, [x, y, width, height]: [i64; 4]) {
    let (w, h) = (width - 1, height - 1);
    canvas.put(
        Layer::Fill,
        format!("<rect class=\"sf\" x=\"{x}.5\" y=\"{y}.5\" width=\"{w}\" height=\"{h}\" rx=\"8\" stroke-dasharray=\"1 3\"/>"),
    );
}

/// The form as a letter, for ids.
fn letter(form: Form) -> char {
    match form {
        Form::Available => 'a',
        Form::NotYet => 'n',
        Form::Pending => 'p',
        Form::Broken => 'b',
        Form::Ended => 'e',
        Form::Leaving => 'l',
    }
}

/// Makes sure that the hatching of a tile that needs it is there.
pub fn hatch(canvas: &mut Canvas, tile: &Tile) {
    if tile.form == Form::NotYet {
        hatching(canvas, tile.hue);
    }
}

/// The pattern of what is there and not yet available.
pub fn hatching(canvas: &mut Canvas, hue: u8) -> String {
    canvas.define(&format!("h{hue}"), || {
        let attributes = "width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"";
        let ground = rect("pn", [0, 0, 9, 9], 0);
        let stripe = rect(&format!("d{hue}"), [0, 0, 5, 9], 0);
        format!(
            "<pattern id=\"{}-h{hue}\" {attributes}>{ground}{stripe}</pattern>",
            super::canvas::SCOPE
        )
    })
}

/// A tile of any size.
pub fn shape(form: Form, hue: u8, [x, y, width, height]: [i64; 4]) -> String {
    let outline = |more: &str| {
        let (w, h) = (width - 2, height - 2);
        format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"7\" stroke-width=\"2\" {more}/>",
            x + 1,
            y + 1
        )
    };
    let (center, middle) = (x + width / 2, y + height / 2);
    match form {
        Form::Available => {
            let tick = format!(
                "<path class=\"son\" stroke-width=\"2\" d=\"M{} {middle}l3.5 4 6.5-8.5\"/>",
                super::canvas::tenths(center * 10 - 50)
            );
            rect(&format!("c{hue}"), [x, y, width, height], 8) + &tick
        }
        Form::NotYet => outline(&format!(
            "class=\"o{hue}\" fill=\"url(#{}-h{hue})\"",
            super::canvas::SCOPE
        )),
        Form::Pending => outline(&format!("class=\"o{hue}\" stroke-dasharray=\"4 3\"")),
        Form::Broken => {
            let foot = rect(&format!("c{hue}"), [x, y + height - 5, width, 5], 2);
            let sign = match width == height {
                true => format!(
                    "<text class=\"bad b m t2 c\" x=\"{center}\" y=\"{}\">!</text>",
                    middle + 3
                ),
                false => String::new(),
            };
            outline("class=\"bs sbad\"") + &foot + &sign
        }
        Form::Ended => outline(&format!("class=\"gr o{hue}\"")),
        Form::Leaving => {
            let rise = if width > height { 8 } else { 7 };
            let strike = format!("M{} {}L{} {}", x - 3, middle + rise, x + width + 3, middle - rise);
            let line = format!("<path class=\"o{hue}\" stroke-width=\"2\" d=\"{strike}\"/>");
            format!("<g opacity=\".6\">{}{line}</g>", outline(&format!("class=\"o{hue}\"")))
        }
    }
}

/// What a small tile shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// A Pod in a state, of a revision.
    Pod(Form, u8),
    /// A place where one will be.
    Place,
}

/// Small tiles, line by line: for each look one path with a pattern. `None` is left free.
pub fn grid(canvas: &mut Canvas, cells: &[Option<Cell>], size: Size, [x, y, width]: [i64; 3]) {
    let mut looks: Vec<Cell> = cells.iter().flatten().copied().collect();
    looks.sort_unstable();
    looks.dedup();
    for look in looks {
        let fill = pattern(canvas, look, size);
        let same: Vec<bool> = cells.iter().map(|cell| *cell == Some(look)).collect();
        let path = areas(&same, size.per_line(width), size.pitch);
        canvas.put(
            Layer::Fill,
            format!("<path transform=\"translate({x} {y})\" fill=\"url(#{fill})\" d=\"{path}\"/>"),
        );
    }
}

/// The areas of those that are `true`: lines that are full, and their neighbours, are one.
fn areas(same: &[bool], per_line: usize, pitch: i64) -> String {
    let mut path = String::new();
    // From, to, first line, number of lines.
    let mut open: Option<[usize; 4]> = None;
    let mut close = |[from, to, line, lines]: [usize; 4]| {
        let [from, width, top, height] = [from, to - from, line, lines].map(|cells| count(cells) * pitch);
        path += &format!("M{from} {top}h{width}v{height}h-{width}z");
    };
    for (line, cells) in same.chunks(per_line).enumerate() {
        let mut from = 0;
        while from < cells.len() {
            let length = cells[from..].iter().take_while(|cell| **cell == cells[from]).count();
            if cells[from] {
                match &mut open {
                    Some([left, right, _, lines]) if [*left, *right] == [from, from + length] => *lines += 1,
                    _ => {
                        open.take().into_iter().for_each(&mut close);
                        open = Some([from, from + length, line, 1]);
                    }
                }
            }
            from += length;
        }
        // Only what reaches across a whole line goes on in the next one.
        if open.is_some_and(|[left, right, ..]| (left, right) != (0, per_line)) {
            open.take().into_iter().for_each(&mut close);
        }
    }
    open.take().into_iter().for_each(&mut close);
    path
}

/// Rings around neighbours that the step wrote.
pub fn rings(canvas: &mut Canvas, ringed: &[bool], size: Size, [x, y, width]: [i64; 3]) {
    let per_line = size.per_line(width);
    // More than a few are no subject any more, and say nothing.
    if ringed.iter().filter(|ringed| **ringed).count() * 3 > ringed.len().max(36) {
        return;
    }
    for (line, cells) in ringed.chunks(per_line).enumerate() {
        let mut from = 0;
        while from < cells.len() {
            let length = cells[from..].iter().take_while(|cell| **cell == cells[from]).count();
            if cells[from] {
                let (left, top) = place(line * per_line + from, size, [x, y, width]);
                let long = count(length) * size.pitch - (size.pitch - size.edge);
                canvas.rect(
                    Layer::Mark,
                    "si",
                    [left - 1, top - 1, long + 2, size.edge + 2],
                    size.edge / 4,
                );
            }
            from += length;
        }
    }
}

fn pattern(canvas: &mut Canvas, cell: Cell, size: Size) -> String {
    let name = match cell {
        Cell::Pod(form, hue) => format!("{}{hue}s", letter(form)),
        Cell::Place => "w".to_owned(),
    };
    canvas.define(&name, || {
        let pitch = size.pitch;
        let picture = small(cell, size.edge);
        format!(
            "<pattern id=\"{}-{}\" width=\"{pitch}\" height=\"{pitch}\" patternUnits=\"userSpaceOnUse\">{picture}</pattern>",
            super::canvas::SCOPE,
            escape(&name)
        )
    })
}

/// A small tile: strong, tinted, dashed, red, pale.
fn small(cell: Cell, edge: i64) -> String {
    let round = edge / 4;
    let whole = |class: String| rect(&class, [0, 0, edge, edge], round);
    let outline = |class: String, more: &str| {
        let inner = edge - 1;
        format!("<rect class=\"{class}\" x=\".5\" y=\".5\" width=\"{inner}\" height=\"{inner}\" rx=\"{round}\"{more}/>")
    };
    match cell {
        Cell::Place => outline("sf".to_owned(), " stroke-dasharray=\"1 2\" opacity=\".7\""),
        Cell::Pod(form, hue) => match form {
            Form::Available if edge < 20 => whole(format!("c{hue}")),
            Form::Available => {
                whole(format!("c{hue}")) + "<path class=\"son\" stroke-width=\"1.6\" d=\"M6.5 10l2.5 3 4.5-6\"/>"
            }
            Form::NotYet => {
                let stripe = format!("<path class=\"o{hue}\" opacity=\".45\" d=\"M0 {edge}L{edge} 0\"/>");
                outline(format!("d{hue} o{hue}"), "") + &stripe
            }
            Form::Pending => outline(format!("o{hue}"), " stroke-dasharray=\"2 1.5\""),
            Form::Broken => {
                whole("bad".to_owned()) + &rect(&format!("c{hue}"), [0, edge - edge / 4, edge, edge / 4], 0)
            }
            Form::Ended => outline(format!("gr o{hue}"), ""),
            Form::Leaving => {
                let strike = format!("<path class=\"o{hue}\" d=\"M0 {edge}L{edge} 0\"/>");
                format!("<g opacity=\".5\">{}{strike}</g>", outline(format!("o{hue}"), ""))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the letters of a picture: `#` is one of them.
    fn check(lines: &[&str], expect: &str) {
        let same: Vec<bool> = lines.concat().chars().map(|c| c == '#').collect();
        assert_eq!(areas(&same, lines[0].len(), 10), expect, "{lines:?}");
    }

    #[test]
    fn neighbours_are_one_area() {
        check(&["##."], "M0 0h20v10h-20z");
        check(&["###", "###", "#"], "M0 0h30v20h-30zM0 20h10v10h-10z");
        check(&["#.#", ".##"], "M0 0h10v10h-10zM20 0h10v10h-10zM10 10h20v10h-20z");
        check(&["...", "..."], "");
        check(&["#..", "###", "###", "..."], "M0 0h10v10h-10zM0 10h30v20h-30z");
    }

    #[test]
    fn sizes_follow_the_page() {
        assert_eq!(
            [1, 80, 81, 300, 301, 3001].map(|pods| Size::of(pods).edge),
            [34, 34, 20, 20, 11, 5]
        );
        assert_eq!(Size::of(10_000).pods, 2);
        assert_eq!(Size::of(1000).height(1000, 611), 22 * 13 - 2);
    }
}
