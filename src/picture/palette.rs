//! The colours of pictures, those of the page: `tests/pictures` holds them against `static/css/page.css`. And the style sheet
//! that is made of them. Colours are written out, not as custom properties: not every program that shows SVG knows those.

use std::fmt::Write;

/// Its name in the page's style sheet, as it is in light, and in dark.
pub type Color = (&'static str, &'static str, &'static str);

/// All colours that pictures use.
pub const PALETTE: [Color; 23] = [
    ("bg", "#f7f7f5", "#15171a"),
    ("panel", "#fff", "#1c1f23"),
    ("ink", "#1c1f23", "#e9eaec"),
    ("soft", "#555c64", "#adb4bc"),
    ("faint", "#686f77", "#939aa3"),
    ("line", "#e1e2df", "#2e3238"),
    ("grid", "#ecede9", "#25292e"),
    ("ok", "#2f7d4f", "#6cc08f"),
    ("bad", "#b3261e", "#f08a83"),
    ("bad-soft", "#fbe9e7", "#3d2322"),
    ("wait", "#7d6016", "#d8b95a"),
    ("r1", "#3d6fb4", "#7aa7e0"),
    ("r1-soft", "#d9e5f4", "#22344b"),
    ("r1-ink", "#2f5a98", "#93b9ea"),
    ("r2", "#c8662a", "#e59a63"),
    ("r2-soft", "#f6e2d3", "#47301f"),
    ("r2-ink", "#964612", "#eeb083"),
    ("r3", "#2c8379", "#62bfb3"),
    ("r3-soft", "#d3ebe7", "#1b3b38"),
    ("r3-ink", "#1b665e", "#7fd0c5"),
    ("r4", "#8c559f", "#c39ad3"),
    ("r4-soft", "#ecdff1", "#3b2a43"),
    ("r4-ink", "#743e88", "#d3b0e0"),
];

/// The one more that lies on a hue: `on-hue`.
pub const ON_HUE: Color = ("on-hue", "#fff", "#15171a");

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the reader's system is set.
    #[default]
    Auto,
    /// Light in any case.
    Light,
    /// Dark in any case.
    Dark,
}

/// What is coloured: a class, a property, a colour.
const COLORED: [(&str, &str, &str); 22] = [
    ("i", "fill", "ink"),
    ("s", "fill", "soft"),
    ("f", "fill", "faint"),
    ("ok", "fill", "ok"),
    ("bad", "fill", "bad"),
    ("bs", "fill", "bad-soft"),
    ("w", "fill", "wait"),
    ("on", "fill", "on-hue"),
    ("bg", "fill", "bg"),
    ("pn", "fill", "panel"),
    ("gr", "fill", "grid"),
    ("ln", "fill", "line"),
    ("si", "stroke", "ink"),
    ("ss", "stroke", "soft"),
    ("sf", "stroke", "faint"),
    ("sl", "stroke", "line"),
    ("sok", "stroke", "ok"),
    ("sbad", "stroke", "bad"),
    ("sw", "stroke", "wait"),
    ("son", "stroke", "on-hue"),
    ("sbg", "stroke", "bg"),
    ("ha", "stroke", "panel"),
];

/// The same for each hue: its class has the hue's number.
const HUED: [(&str, &str, &str); 4] = [
    ("c", "fill", ""),
    ("d", "fill", "-soft"),
    ("k", "fill", "-ink"),
    ("o", "stroke", ""),
];

/// How texts are set. The sizes are the page's.
const SET: &str = ".b{font-weight:600}\
.m{font-family:ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace}\
.t0{font-size:11px}.t2{font-size:14px}.t3{font-size:17px}\
.e{text-anchor:end}.c{text-anchor:middle}.it{font-style:italic}.x{text-decoration:line-through}\
.ha{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}";

/// The style sheet, each rule below `scope`.
pub fn style(theme: Theme, scope: &str) -> String {
    let mut sheet = String::new();
    for rule in SET.split_inclusive('}') {
        put(&mut sheet, scope, rule);
    }
    match theme {
        Theme::Light => colors(&mut sheet, scope, false),
        Theme::Dark => colors(&mut sheet, scope, true),
        Theme::Auto => {
            colors(&mut sheet, scope, false);
            sheet.push_str("@media(prefers-color-scheme:dark){");
            colors(&mut sheet, scope, true);
            sheet.push('}');
        }
    }
    sheet
}

fn colors(sheet: &mut String, scope: &str, dark: bool) {
    for (class, property, color) in COLORED {
        put(sheet, scope, &format!(".{class}{{{property}:{}}}", value(color, dark)));
    }
    for hue in 0..super::HUES {
        for (class, property, shade) in HUED {
            let color = value(&format!("r{}{shade}", hue + 1), dark);
            put(sheet, scope, &format!(".{class}{hue}{{{property}:{color}}}"));
        }
    }
}

fn put(sheet: &mut String, scope: &str, rule: &str) {
    let written = write!(sheet, ".{scope} {rule}");
    debug_assert!(written.is_ok(), "a String takes all that is written");
}

fn value(name: &str, dark: bool) -> &'static str {
    let color = PALETTE.iter().chain([&ON_HUE]).find(|color| color.0 == name);
    color.map_or("#888", |(_, light, darker)| if dark { darker } else { light })
}
