//! Pictures of a run, as SVG: a moment, or a whole run that plays. They are drawn from the scenes that the page shows, need
//! nothing around them, and are the same to the byte for the same history. Plain strings: nothing here knows a browser.
//!
//! [`svg`] and [`animated`] are the way in. A picture is made of pieces ([`canvas`]), so that the moments of a run share what
//! they have in common ([`film`]).

mod budget;
mod canvas;
mod film;
mod measure;
pub mod palette;
mod sheet;
mod slots;
mod stage;
mod strip;
mod tiles;
mod why;

pub use palette::Theme;

use crate::scene::hue::HUES;
use rollscope_engine::History;
use sheet::Sheet;
use std::rc::Rc;

/// How a picture is to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// What stands above it; a text's own title, as a rule.
    pub title: Option<String>,
    /// Light, dark, or as the reader has it.
    pub theme: Theme,
    /// Its width in pixels, from 480 to 1600.
    pub width: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            title: None,
            theme: Theme::Auto,
            width: 840,
        }
    }
}

impl Options {
    fn width(&self) -> i64 {
        i64::from(self.width.clamp(480, 1600))
    }
}

/// The picture of the moment after so many steps.
pub fn svg(history: &Rc<History>, position: usize, options: &Options) -> String {
    let position = position.min(history.len());
    Sheet::of(history, &[position], options).still()
}

/// The picture of a whole run, which plays and begins anew. Where nothing may move, it shows the moment after `still` steps.
pub fn animated(history: &Rc<History>, still: usize, options: &Options) -> String {
    film::film(history, still.min(history.len()), options)
}
