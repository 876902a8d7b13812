//! The budget of a rolling update on one axis: floor, desired, ceiling, and what is counted between them.

use super::canvas::{Canvas, Layer, escape};
use super::measure::{Face, T0, width};
use super::tiles;
use crate::scene::deployment::{Budget, Part};

/// The room for what stands outside of the count.
const OUTSIDE: i64 = 84;
/// The height of the bar.
const BAR: i64 = 26;

/// How high the drawing is, with its labels.
pub fn height(budget: &Budget) -> i64 {
    if budget.floor.is_some() { 94 } else { 70 }
}

/// Draws it. Labels can't collide: the floor's ends at its line, the ceiling's begins at its own, desired is above.
pub fn draw(canvas: &mut Canvas, budget: &Budget, [x, y, room]: [i64; 3]) {
    let axis = Axis {
        x,
        y: y + 28,
        width: room - OUTSIDE,
        end: budget.end.max(1),
    };
    canvas.rect(Layer::Ground, "gr", [x, axis.y + 12, axis.width, 2], 0);
    if let (Some(floor), Some(ceiling)) = (budget.floor, budget.ceiling) {
        let (from, to) = (axis.at(floor), axis.at(ceiling));
        canvas.rect(Layer::Ground, "gr", [from, axis.y, to - from, BAR], 0);
    }
    let mut from = 0;
    for part in &budget.parts {
        axis.part(canvas, part, from);
        from += part.count;
    }
    axis.mark(canvas, "desired", Some(budget.desired));
    axis.mark(canvas, "floor", budget.floor);
    axis.mark(canvas, "ceiling", budget.ceiling);
    if budget.leaving > 0 {
        let text = format!("{} leaving", budget.leaving);
        let long = width(&text, Face::Plain, T0).min(OUTSIDE - 22) + 12;
        let place = [x + axis.width + 10, axis.y + 4, long, 18];
        let [left, top, long, high] = place;
        let outline = format!(
            "<rect class=\"sf\" x=\"{left}\" y=\"{top}\" width=\"{long}\" height=\"{high}\" rx=\"5\" stroke-dasharray=\"4 3\"/>"
        );
        canvas.put(Layer::Fill, outline);
        canvas.text(left + long / 2, top + 13, "t0 s c", &text);
    }
}

struct Axis {
    x: i64,
    y: i64,
    width: i64,
    end: i64,
}

impl Axis {
    fn at(&self, value: i64) -> i64 {
        self.x + self.width * value / self.end
    }

    fn part(&self, canvas: &mut Canvas, part: &Part, from: i64) {
        let (left, right) = (self.at(from), self.at(from + part.count));
        let (top, long) = (self.y + 3, (right - left).max(1));
        let hue = part.hue;
        if part.available {
            canvas.rect(Layer::Fill, &format!("c{hue}"), [left, top, long, 20], 4);
        } else {
            let hatch = tiles::hatching(canvas, hue);
            let outline = format!(
                "<rect class=\"o{hue}\" fill=\"url(#{hatch})\" stroke-width=\"1.5\" x=\"{left}.7\" y=\"{top}.7\" \
                 width=\"{}.6\" height=\"18.6\" rx=\"4\"/>",
                (long - 2).max(0)
            );
            canvas.put(Layer::Fill, outline);
        }
        self.label(canvas, part, left, long);
    }

    fn label(&self, canvas: &mut Canvas, part: &Part, left: i64, long: i64) {
        let number = part.count.to_string();
        let class = match part.available {
            true => "t0 on".to_owned(),
            false => format!("t0 k{} ha", part.hue),
        };
        let y = self.y + 17;
        let whole = width(&number, Face::Bold, T0) + width(&part.label, Face::Plain, T0) + 6;
        if whole + 14 <= long {
            canvas.flow(
                left + 7,
                y,
                &[(&format!("{class} b"), 0, &number), (&class, 4, &part.label)],
            );
        } else if width(&number, Face::Bold, T0) + 4 <= long {
            canvas.text(left + long / 2, y, &format!("{class} b c"), &number);
        }
    }

    fn mark(&self, canvas: &mut Canvas, name: &str, value: Option<i64>) {
        let Some(value) = value else { return };
        let x = self.at(value);
        let (above, dashes) = match name {
            "desired" => (true, " stroke-dasharray=\"1.5 2.5\""),
            _ => (false, ""),
        };
        let (from, to) = (self.y - 7, self.y + BAR + 7);
        let line = format!("<path class=\"si\" stroke-width=\"1.5\"{dashes} d=\"M{x} {from}V{to}\"/>");
        canvas.put(Layer::Mark, line);
        let text = format!("{name} {value}");
        let half = width(&text, Face::Plain, T0) / 2;
        let (class, at) = match name {
            // At the axis' ends there is room on one side only.
            "desired" if x - half < self.x => ("t0 s", self.x),
            "desired" => ("t0 s c", x),
            "floor" if x - 2 * half < self.x => ("t0 s", x - 3),
            "floor" => ("t0 s e", x - 3),
            _ if x + 2 * half > self.x + self.width + OUTSIDE => ("t0 s e", x + 3),
            _ => ("t0 s", x - 3),
        };
        let y = if above { self.y - 12 } else { to + 11 };
        canvas.put(
            Layer::Text,
            format!("<text class=\"{class}\" x=\"{at}\" y=\"{y}\">{}</text>", escape(&text)),
        );
    }
}
