//! What is drawn of a block of dots: one path for all that look alike, so that a hundred Pods are a handful of elements.

use super::hue;
use crate::scene::crowd::{Dot, ROW};
use crate::scene::pod::Form;

/// A dot's cell is this long in the drawing.
pub const CELL: usize = 100;

/// A path: the classes that tell what it is of, and its way.
pub type Path = (String, String);

/// What is drawn of dots that stand beside each other is a single dashed line; the style sheet knows how thick it is and how
/// it is dashed. Here are its name, where in a cell it begins, and how much of the last cell it leaves free.
type Part = (&'static str, usize, usize, usize);

const FULL: Part = ("full", 8, 50, 16);

/// States are told apart by form, as large tiles are: full, half full, hollow, with a sign.
fn parts(form: Option<Form>) -> &'static [Part] {
    match form {
        Some(Form::Available) => &[FULL],
        Some(Form::NotYet) => &[FULL, ("half", 22, 36, 44)],
        Some(Form::Pending) => &[FULL, ("hole", 22, 50, 44)],
        // A failure is red, whatever its revision; that is told by a line below it.
        Some(Form::Broken) => &[FULL, ("bar", 42, 33, 84), ("point", 42, 62, 84), ("base", 8, 84, 16)],
        Some(Form::Ended) => &[("small", 34, 50, 68)],
        Some(Form::Leaving) => &[FULL, ("thin", 18, 50, 36), ("minus", 30, 50, 60)],
        None => &[("speck", 42, 50, 84)],
    }
}

/// One path for all that look alike; `boundary` is the place before which a partition stands.
pub fn drawing(dots: &[Dot], boundary: Option<usize>) -> Vec<Path> {
    let mut ways = Ways::default();
    ways.each_run(
        dots,
        |dot| Some((dot.form, dot.hue)),
        |ways, [x, y], run| {
            let Dot { form, hue, .. } = run[0];
            for (part, left, top, free) in parts(form) {
                let way = ways.of((part, form, hue));
                write(way, &[("M", x + left), (" ", y + top), ("h", run.len() * CELL - free)]);
            }
        },
    );
    ways.outline(dots, "ring", |dot| dot.ringed);
    ways.outline(dots, "wait", |dot| dot.awaited);
    ways.outline(dots, "chosen", |dot| dot.chosen);
    if let Some(place) = boundary {
        let (x, y) = (place % ROW * CELL, place / ROW * CELL);
        let line = [("M0 ", y + CELL), ("H", x), ("V", y), ("H", CELL * ROW)];
        write(ways.of(("line", None, 0)), &line);
    }
    let path = |((part, form, colour), way): (Look, String)| {
        let form = form.map_or("", Form::class);
        (format!("{part} {form} {}", hue(colour)), way)
    };
    ways.0.into_iter().map(path).collect()
}

/// What a path is of.
type Look = (&'static str, Option<Form>, u8);

/// The ways of the paths so far.
#[derive(Default)]
struct Ways(Vec<(Look, String)>);

impl Ways {
    fn of(&mut self, look: Look) -> &mut String {
        let known = self.0.iter().position(|(other, _)| *other == look);
        let index = known.unwrap_or_else(|| {
            self.0.push((look, String::new()));
            self.0.len() - 1
        });
        &mut self.0[index].1
    }

    /// For dots that are alike and stand beside each other in a row, with the place of the first; those without a look are
    /// left out.
    fn each_run<K: PartialEq>(
        &mut self,
        dots: &[Dot],
        look: impl Fn(&Dot) -> Option<K>,
        draw: impl Fn(&mut Ways, [usize; 2], &[Dot]),
    ) {
        for (row, dots) in dots.chunks(ROW).enumerate() {
            let mut column = 0;
            for run in dots.chunk_by(|a, b| look(a) == look(b)) {
                if look(&run[0]).is_some() {
                    draw(self, [column * CELL, row * CELL], run);
                }
                column += run.len();
            }
        }
    }

    fn outline(&mut self, dots: &[Dot], part: &'static str, is_meant: impl Fn(&Dot) -> bool) {
        if !dots.iter().any(&is_meant) {
            return;
        }
        let look = |dot: &Dot| is_meant(dot).then_some(());
        self.each_run(dots, look, |ways, [x, y], run| {
            let width = run.len() * CELL - 10;
            let way = ways.of((part, None, 0));
            write(way, &[("M", x + 5), (" ", y + 5), ("h", width), ("v90h-", width)]);
            way.push('z');
        });
    }
}

/// Commands with a number each. There are thousands in a frame, too many for `format!`.
fn write(way: &mut String, commands: &[(&str, usize)]) {
    for (command, number) in commands {
        way.push_str(command);
        digits(way, *number);
    }
}

fn digits(way: &mut String, number: usize) {
    if number >= 10 {
        digits(way, number / 10);
    }
    way.push(char::from(b'0' + u8::try_from(number % 10).unwrap_or_default()));
}

#[cfg(test)]
mod tests {
    use super::drawing;
    use crate::scene::crowd::Dot;
    use crate::scene::pod::Form;

    const AVAILABLE: Dot = Dot {
        form: Some(Form::Available),
        hue: 0,
        ringed: false,
        chosen: false,
        awaited: false,
    };

    fn path(class: &str, way: &str) -> (String, String) {
        (class.to_owned(), way.to_owned())
    }

    #[test]
    fn who_is_alike_in_a_row_is_one_line() {
        let mut dots = [AVAILABLE; 12];
        dots[1].form = Some(Form::Pending);
        dots[1].hue = 1;
        let expected = [
            path("full available hue0", "M8 50h84M208 50h784M8 150h184"),
            path("full pending hue1", "M108 50h84"),
            path("hole pending hue1", "M122 50h56"),
        ];
        assert_eq!(drawing(&dots, None), expected);
    }

    #[test]
    fn marks_are_drawn_over_the_dots() {
        let ringed = Dot {
            ringed: true,
            ..AVAILABLE
        };
        let expected = [
            path("full available hue0", "M8 50h284"),
            path("ring  hue0", "M105 5h190v90h-190z"),
            path("line  hue0", "M0 100H200V0H1000"),
        ];
        assert_eq!(drawing(&[AVAILABLE, ringed, ringed], Some(2)), expected);
    }
}
