//! The part of the time strip that one looks at, between all of it and a few steps.

use super::scale::{Scale, Tick};
use rollscope_engine::order;
use rollscope_engine::time::{Duration, Time};

/// The most that the strip can be stretched.
const MOST: f64 = 64.0;
/// So many steps are always in view.
const FEWEST_STEPS: f64 = 6.0;
/// How far from the edge the cursor comes back into view, as a share of what is seen.
const MARGIN: f64 = 0.15;
/// Intervals between labels, in milliseconds.
const INTERVALS: [u64; 13] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
];
/// Intervals that go into what is seen more often than this are too fine.
const MOST_TIMES: u64 = 40;
/// How far labels are from each other, as a share of what is seen.
const APART: f64 = 0.085;

/// What is seen of the strip.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Window {
    /// The place of its left edge.
    pub from: f64,
    /// How often it goes into the whole strip; never less than 1.
    pub zoom: f64,
}

impl Default for Window {
    fn default() -> Window {
        Window::WHOLE
    }
}

impl Window {
    /// All there is.
    pub const WHOLE: Window = Window { from: 0.0, zoom: 1.0 };

    /// Whether all there is can be seen.
    pub fn is_whole(self) -> bool {
        self.zoom <= 1.0
    }

    /// The place of its right edge.
    pub fn to(self) -> f64 {
        self.from + self.span()
    }

    fn span(self) -> f64 {
        1.0 / self.zoom
    }

    /// Whether a place can be seen.
    pub fn contains(self, place: f64) -> bool {
        (self.from..=self.to()).contains(&place)
    }

    fn at(from: f64, zoom: f64) -> Window {
        Window {
            from: from.clamp(0.0, 1.0 - 1.0 / zoom),
            zoom,
        }
    }

    /// Closer or further away by a factor; what is at `around` stays where it is. There are `len` steps.
    pub fn zoomed(self, factor: f64, around: f64, len: usize) -> Window {
        let most = (f64::from(u32::try_from(len).unwrap_or(u32::MAX)) / FEWEST_STEPS).clamp(1.0, MOST);
        let zoom = (self.zoom * factor).clamp(1.0, most);
        let share = (around - self.from) * self.zoom;
        Window::at(around - share / zoom, zoom)
    }

    /// To the right or left, by a share of what is seen.
    pub fn panned(self, by: f64) -> Window {
        Window::at(self.from + by * self.span(), self.zoom)
    }

    /// With a place in its middle.
    pub fn centered(self, place: f64) -> Window {
        Window::at(place - self.span() / 2.0, self.zoom)
    }

    /// Moved as little as it takes to see a place; not at all if it is seen.
    pub fn showing(self, place: f64) -> Window {
        let margin = MARGIN * self.span();
        if self.contains(place) {
            self
        } else if place < self.from {
            Window::at(place - margin, self.zoom)
        } else {
            Window::at(place + margin - self.span(), self.zoom)
        }
    }

    /// Labels for what is seen: round times first, finer ones where there is room between them.
    pub fn ticks(self, scale: &Scale) -> Vec<Tick> {
        let (first, last) = (scale.moment_at(self.from), scale.moment_at(self.to()));
        let shown = last.since(first).0;
        let mut ticks: Vec<Tick> = Vec::new();
        for interval in INTERVALS
            .into_iter()
            .rev()
            .filter(|interval| interval * MOST_TIMES >= shown)
        {
            for number in first.0.div_ceil(interval)..=last.0 / interval {
                let time = Time(number * interval);
                let place = scale.place_of(time);
                let near = |tick: &Tick| (tick.place - place).abs() < APART * self.span();
                if !ticks.iter().any(near) {
                    let label = match interval {
                        ..1_000 => time.to_string(),
                        _ => format!("{:02}:{:02}", time.seconds() / 60, time.seconds() % 60),
                    };
                    ticks.push(Tick { place, label });
                }
            }
        }
        order::sort_by(&mut ticks, |a, b| a.place.total_cmp(&b.place));
        ticks
    }
}

/// How long a window is, for those who don't see it.
pub fn told(window: Window, scale: &Scale) -> String {
    let (first, last) = (scale.moment_at(window.from), scale.moment_at(window.to()));
    let Duration(length) = last.since(first);
    format!("{first} to {last}, {} s", length.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn what_one_points_at_stays_where_it_is() {
        let near = Window::WHOLE.zoomed(4.0, 0.5, 1000);
        assert!(close(near.from, 0.375) && close(near.to(), 0.625), "{near:?}");
        let nearer = near.zoomed(2.0, 0.4, 1000);
        assert!(close((0.4 - near.from) * near.zoom, (0.4 - nearer.from) * nearer.zoom));
        assert_eq!(nearer.zoomed(0.01, 0.4, 1000), Window::WHOLE);
    }

    #[test]
    fn it_never_leaves_the_strip_nor_shows_less_than_a_few_steps() {
        let edge = Window::WHOLE.zoomed(8.0, 1.0, 1000).panned(3.0);
        assert!(close(edge.to(), 1.0));
        assert!(close(edge.panned(-100.0).from, 0.0));
        assert!(close(Window::WHOLE.zoomed(1000.0, 0.5, 60).zoom, 10.0));
        assert!(Window::WHOLE.zoomed(2.0, 0.5, 3).is_whole());
    }

    #[test]
    fn the_cursor_comes_into_view_and_what_is_in_view_does_not_move() {
        let window = Window { from: 0.25, zoom: 4.0 };
        assert_eq!(window.showing(0.5), window);
        for place in [0.0, 0.1, 0.9, 1.0] {
            assert!(window.showing(place).contains(place), "{place}");
        }
    }
}
