//! What a picture is put together of: pieces of markup, each in a layer, so that the pictures of a run can share what they
//! have in common.

use std::collections::BTreeMap;

/// Stands for the picture's own name until that is known. No text has it: [`escape`] leaves such characters out.
pub const SCOPE: char = '\u{1}';

/// What lies over what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Layer {
    /// Grounds and bands.
    Ground,
    /// What has a colour of its own.
    Fill,
    /// Lines on it.
    Mark,
    /// Texts.
    Text,
}

/// A piece of a picture.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Piece {
    /// What it lies over.
    pub layer: Layer,
    /// Its markup.
    pub markup: String,
}

/// What has been drawn so far.
#[derive(Debug, Default)]
pub struct Canvas {
    /// The pieces, in the order in which they were drawn.
    pub pieces: Vec<Piece>,
    /// What pieces refer to, by its id.
    pub defs: BTreeMap<String, String>,
}

impl Canvas {
    /// Draws something.
    pub fn put(&mut self, layer: Layer, markup: String) {
        self.pieces.push(Piece { layer, markup });
    }

    /// Makes sure that there is something to refer to; gives the reference's target.
    pub fn define(&mut self, id: &str, markup: impl FnOnce() -> String) -> String {
        let id = format!("{SCOPE}-{id}");
        if !self.defs.contains_key(&id) {
            self.defs.insert(id.clone(), markup());
        }
        id
    }

    /// A text with these classes; `y` is its baseline.
    pub fn text(&mut self, x: i64, y: i64, class: &str, text: &str) {
        if !text.is_empty() {
            let text = escape(text);
            self.put(
                Layer::Text,
                format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"),
            );
        }
    }

    /// Texts one after the other, with a gap before each but the first: class, gap, text.
    pub fn flow(&mut self, x: i64, y: i64, parts: &[(&str, i64, &str)]) {
        let mut markup = format!("<text x=\"{x}\" y=\"{y}\">");
        for (class, gap, text) in parts.iter().filter(|(.., text)| !text.is_empty()) {
            let gap = match gap {
                0 => String::new(),
                gap => format!(" dx=\"{gap}\""),
            };
            markup += &format!("<tspan class=\"{class}\"{gap}>{}</tspan>", escape(text));
        }
        markup += "</text>";
        self.put(Layer::Text, markup);
    }

    /// A rectangle with these classes.
    pub fn rect(&mut self, layer: Layer, class: &str, [x, y, width, height]: [i64; 4], round: i64) {
        self.put(layer, rect(class, [x, y, width, height], round));
    }
}

/// The markup of a rectangle.
pub fn rect(class: &str, [x, y, width, height]: [i64; 4], round: i64) -> String {
    let round = match round {
        0 => String::new(),
        round => format!(" rx=\"{round}\""),
    };
    format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{round}/>")
}

/// A text as XML has it. What XML can't hold is left out, and so is what turns the direction of the text around it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            '\u{0}'..'\u{20}' | '\u{7f}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}' => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Tenths of a pixel, as short as possible.
pub fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    match (value.abs() / 10, value.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(
            escape("</text><script>alert('\u{1}\u{202e}&\"\n')"),
            "&lt;/text&gt;&lt;script&gt;alert(&#39;&amp;&quot; &#39;)"
        );
    }

    #[test]
    fn tenths_are_short() {
        assert_eq!([0, 5, 10, -15, 1234].map(tenths), ["0", "0.5", "1", "-1.5", "123.4"]);
    }
}
