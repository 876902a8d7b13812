//! A run that plays: some of its moments, one after the other. What moments have in common is drawn once; everything else is
//! shown while its moments last. Where nothing may move, or nobody knows how, one telling moment is there.

use super::canvas::{Canvas, Layer, Piece, tenths};
use super::sheet::Sheet;
use super::{Options, canvas};
use crate::scene::scale::Scale;
use crate::scene::strip::Strip;
use rollscope_engine::History;
use rollscope_engine::step::Actor;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// The most moments.
const MOST: usize = 36;
/// The fewest that are tried where a film is too large.
const LEAST: usize = 6;
/// A film is no larger than this, in bytes.
const LIMIT: usize = 300_000;
/// How long the film stands still before it begins anew, in milliseconds.
const PAUSE: u64 = 4_000;
/// How long a moment is shown at least, and on average.
const SHORTEST: u64 = 450;
const USUAL: u64 = 800;
/// How long something takes to come or go.
const FADE: u64 = 220;

/// The moments in which a piece is there, a bit for each.
type Mask = u64;

/// The whole film.
pub fn film(history: &Rc<History>, still: usize, options: &Options) -> String {
    let strip = Strip::of(history);
    let mut most = MOST;
    loop {
        let film = of_moments(history, &choose(history, &strip.scale, still, most), still, options);
        if film.len() <= LIMIT || most <= LEAST {
            return film;
        }
        most /= 2;
    }
}

/// Positions worth showing, ascending: in each part of the strip the one that says most; that of `still`, the first and the
/// last in any case.
fn choose(history: &History, scale: &Scale, still: usize, most: usize) -> Vec<usize> {
    let len = history.len();
    let parts = most.saturating_sub(3).max(1);
    let mut best: Vec<Option<(usize, u64, usize)>> = vec![None; parts];
    let all = len <= parts;
    for position in 1..len {
        let (from, to) = (scale.place(position), scale.place(position + 1));
        let part = if all { position - 1 } else { index(from, parts) };
        let weighed = (
            weight(history, position),
            index(to - from, 1_000_000) as u64,
            usize::MAX - position,
        );
        if all && weighed.0 == 0 {
            continue;
        }
        if best[part].is_none_or(|known| known < weighed) {
            best[part] = Some(weighed);
        }
    }
    let mut chosen: Vec<usize> = best
        .into_iter()
        .flatten()
        .map(|(.., position)| usize::MAX - position)
        .collect();
    chosen.extend([len.min(1), still, len]);
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// How much the step before a position says.
fn weight(history: &History, position: usize) -> usize {
    let around = [
        Actor::Kubelet,
        Actor::Scheduler,
        Actor::VolumeBinder,
        Actor::EndpointSliceController,
    ];
    match &history.steps[position - 1] {
        step if step.actor == Actor::User => 3,
        step if step.is_report() => 0,
        step if around.contains(&step.actor) => 1,
        _ => 2,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place between 0 and 1 of a number that is small"
)]
fn index(place: f64, parts: usize) -> usize {
    ((place * parts as f64) as usize).min(parts - 1)
}

/// When each moment begins, in milliseconds; after them the end of the last, and that of the film.
fn times(scale: &Scale, positions: &[usize]) -> Vec<u64> {
    let whole = USUAL * positions.len() as u64;
    let mut times = vec![0];
    let mut now = 0;
    for pair in positions.windows(2) {
        let share = scale.place(pair[1]) - scale.place(pair[0]);
        now += (index(share, 1_000_000) as u64 * whole / 1_000_000).max(SHORTEST);
        times.push(now);
    }
    times.push(now + PAUSE);
    times
}

fn of_moments(history: &Rc<History>, positions: &[usize], still: usize, options: &Options) -> String {
    let sheet = Sheet::of(history, positions, options);
    let mut canvas = Canvas::default();
    sheet.ground(&mut canvas);
    let ground: Vec<Piece> = std::mem::take(&mut canvas.pieces);
    let mut moving = Moving::default();
    for (index, moment) in sheet.moments.iter().enumerate() {
        sheet.moment(&mut canvas, moment);
        moving.add(std::mem::take(&mut canvas.pieces), index);
    }
    let film = Film {
        times: times(&sheet.strip.scale, positions),
        still: positions.iter().position(|position| *position == still).unwrap_or(0),
        count: positions.len(),
    };
    let mut style = String::new();
    let body = film.body(ground, moving, &mut style);
    let time = film.time(&sheet, &mut canvas, positions, &mut style);
    // Whoever does not want motion has none of this.
    let style = format!("@media(prefers-reduced-motion:no-preference){{{style}}}");
    sheet.wrap(&canvas, &style, &(body + &time), &sheet.moments[film.still])
}

/// What is not there all the time.
#[derive(Default)]
struct Moving {
    /// The moments of each piece, and when it first came.
    pieces: BTreeMap<Piece, (usize, Mask)>,
}

impl Moving {
    fn add(&mut self, pieces: Vec<Piece>, moment: usize) {
        for piece in pieces {
            let known = self.pieces.len();
            let (_, mask) = self.pieces.entry(piece).or_insert((known, 0));
            *mask |= 1 << moment;
        }
    }
}

struct Film {
    times: Vec<u64>,
    /// The moment that is shown where nothing moves.
    still: usize,
    count: usize,
}

impl Film {
    /// All pieces, layer by layer, those together that come and go together.
    fn body(&self, ground: Vec<Piece>, moving: Moving, style: &mut String) -> String {
        let always: Mask = if self.count == 64 {
            Mask::MAX
        } else {
            (1 << self.count) - 1
        };
        let mut groups: BTreeMap<(Layer, usize, Mask), String> = BTreeMap::new();
        let mut first: BTreeMap<(Layer, Mask), usize> = BTreeMap::new();
        let mut pieces: Vec<(usize, Mask, Piece)> = Vec::new();
        pieces.extend(ground.into_iter().map(|piece| (0, always, piece)));
        pieces.extend(
            moving
                .pieces
                .into_iter()
                .map(|(piece, (order, mask))| (order + 1, mask, piece)),
        );
        pieces.sort_by_key(|(order, ..)| *order);
        for (order, mask, piece) in pieces {
            let order = *first.entry((piece.layer, mask)).or_insert(order);
            groups
                .entry((piece.layer, order, mask))
                .or_default()
                .push_str(&piece.markup);
        }
        let mut names: BTreeMap<(Mask, bool), usize> = BTreeMap::new();
        let mut body = String::new();
        for ((layer, _, mask), markup) in groups {
            if mask == always {
                body += &markup;
                continue;
            }
            // Texts that fade into each other can't be read.
            let fades = layer != Layer::Text;
            let known = names.len();
            let name = *names.entry((mask, fades)).or_insert_with(|| {
                self.rule(style, known, mask, fades);
                known
            });
            let hidden = if mask & (1 << self.still) == 0 {
                " opacity=\"0\""
            } else {
                ""
            };
            body += &format!("<g class=\"a{name}\"{hidden}>{markup}</g>\n");
        }
        body
    }

    /// The animation of what is there in these moments.
    fn rule(&self, style: &mut String, name: usize, mask: Mask, fades: bool) {
        let end = self.times[self.count];
        let is_there = |moment: usize| mask & (1 << moment) != 0;
        let mut frames = format!("0%{{opacity:{}}}", u8::from(is_there(0)));
        for moment in 1..self.count {
            let (was, is) = (is_there(moment - 1), is_there(moment));
            if was != is {
                let (from, to) = (self.times[moment], self.times[moment] + FADE);
                let is = u8::from(is);
                put(
                    &mut frames,
                    format_args!("{}{{opacity:{}}}", percent(from, end), if fades { 1 - is } else { is }),
                );
                if fades {
                    put(&mut frames, format_args!("{}{{opacity:{is}}}", percent(to, end)));
                }
            }
        }
        let last = u8::from(is_there(self.count - 1));
        put(&mut frames, format_args!("100%{{opacity:{last}}}"));
        let how = if fades { "linear" } else { "step-end" };
        self.animate(style, &format!("a{name}"), &frames, how);
    }

    fn animate(&self, style: &mut String, class: &str, frames: &str, how: &str) {
        let (scope, length) = (canvas::SCOPE, self.times[self.count]);
        put(
            style,
            format_args!(
                ".{scope} .{class}{{animation:{scope}{class} {length}ms {how} infinite}}@keyframes {scope}{class}{{{frames}}}"
            ),
        );
    }

    /// The cursor, which goes at an even pace from one moment to the next and waits at the last.
    fn time(&self, sheet: &Sheet<'_>, canvas: &mut Canvas, positions: &[usize], style: &mut String) -> String {
        let end = self.times[self.count];
        let drawing = sheet.drawing();
        let mut frames = String::new();
        let places = positions
            .iter()
            .map(|position| drawing.offset(sheet.strip.scale.place(*position)));
        for (place, time) in places.zip(&self.times) {
            let at = tenths(place);
            put(
                &mut frames,
                format_args!("{}{{transform:translateX({at}px)}}", percent(*time, end)),
            );
        }
        let last = positions
            .last()
            .map_or(0, |position| drawing.offset(sheet.strip.scale.place(*position)));
        put(
            &mut frames,
            format_args!("100%{{transform:translateX({}px)}}", tenths(last)),
        );
        self.animate(style, "at", &frames, "linear");
        sheet.time(canvas, positions[self.still], ["at", "at"])
    }
}

/// A share of the film, with two decimals.
fn percent(time: u64, end: u64) -> String {
    let parts = time.min(end) * 10_000 / end.max(1);
    match (parts / 100, parts % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, rest) => format!("{whole}.{rest:02}%"),
    }
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    let written = text.write_fmt(what);
    debug_assert!(written.is_ok(), "a String takes all that is written");
}
