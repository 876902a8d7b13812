//! How wide a text is. There is no font at hand that could be asked, and nobody knows which one a reader has: widths are those
//! of DejaVu Sans, the widest of those that the page names, so that a text may end early but never runs into anything.

/// How a text is set, as far as its width is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    /// As usual.
    Plain,
    /// Heavier.
    Bold,
    /// All letters alike.
    Mono,
}

/// Sizes, in tenths of a pixel: those of the page.
pub const T0: i64 = 110;
/// The usual size.
pub const T1: i64 = 125;
/// A heading's.
pub const T3: i64 = 170;

/// Advance widths of the ASCII characters from the space on, in hundredths of the size.
const WIDTHS: [u8; 95] = [
    32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
    84, 84, 53, 100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 61, 74, 69, 99, 69,
    61, 69, 39, 34, 39, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 52, 40, 64,
    60, 82, 60, 60, 53, 64, 34, 64, 84,
];

/// What stands for the rest of a text.
const MORE: char = '…';

/// The width in pixels, rounded up.
pub fn width(text: &str, face: Face, size: i64) -> i64 {
    let sum: i64 = text.chars().map(|c| advance(c, face)).sum();
    (sum * size).div_ceil_positive(1000)
}

/// In hundredths of the size.
fn advance(c: char, face: Face) -> i64 {
    let narrow = WIDTHS.get((c as usize).wrapping_sub(32)).copied();
    let plain = match (c, narrow) {
        (_, Some(width)) => i64::from(width),
        // Marks that take no room of their own are counted all the same: rather too wide.
        ('\u{80}'..'\u{1100}', None) => 80,
        ('\u{2010}'..'\u{2028}', None) => 100,
        _ => 105,
    };
    match face {
        Face::Plain => plain,
        Face::Bold => plain + plain / 7,
        Face::Mono if narrow.is_some() => 61,
        Face::Mono => plain.max(61),
    }
}

trait DivCeil {
    fn div_ceil_positive(self, by: i64) -> i64;
}

impl DivCeil for i64 {
    fn div_ceil_positive(self, by: i64) -> i64 {
        (self + by - 1) / by
    }
}

/// As much of a text as there is room for.
pub fn fit(text: &str, face: Face, size: i64, room: i64) -> String {
    if width(text, face, size) <= room {
        return text.to_owned();
    }
    let most = room * 1000 / size - advance(MORE, face);
    let mut sum = 0;
    let fits = |c: &char| {
        sum += advance(*c, face);
        sum <= most
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}{MORE}", kept.trim_end())
}

/// The lines of a text, `most` of them; the last one says if there would be more.
pub fn wrap(text: &str, face: Face, size: i64, room: i64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if lines.len() + 1 == most {
            lines.push(fit(rest, face, size, room));
            break;
        }
        let (line, after) = split(rest, face, size, room);
        lines.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    lines
}

/// What fits, and the rest: between words if possible, else after a sign, else anywhere.
fn split(text: &str, face: Face, size: i64, room: i64) -> (&str, &str) {
    let most = room * 1000 / size;
    let (mut sum, mut after_word, mut after_sign) = (0, 0, 0);
    for (index, c) in text.char_indices() {
        sum += advance(c, face);
        if sum > most && c != ' ' {
            let end = match (after_word, after_sign) {
                (0, 0) => index.max(c.len_utf8()),
                (0, sign) => sign,
                (word, _) => word,
            };
            return text.split_at(end);
        }
        match c {
            ' ' => after_word = index + 1,
            '-' | '/' | ':' | ',' => after_sign = index + 1,
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_to_their_room() {
        let texts = [
            "Then remove as many old pods as there are available pods above the minimum, oldest ReplicaSet first.",
            "registry.example.com/some/very/long/path/without-any-space:v1.2.3-alpha.4",
            "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
            "日本語のテキストには空白がありませんが、それでも折り返されなければなりません",
            "é",
            "",
        ];
        for text in texts {
            for face in [Face::Plain, Face::Bold, Face::Mono] {
                for room in [30, 90, 300] {
                    let lines = wrap(text, face, T1, room, 99);
                    assert!(lines.iter().all(|line| width(line, face, T1) <= room), "{lines:?}");
                    assert_eq!(without_spaces(&lines.concat()), without_spaces(text));
                    let cut = wrap(text, face, T1, room, 2);
                    assert!(
                        cut.len() <= 2 && cut.iter().all(|line| width(line, face, T1) <= room),
                        "{cut:?}"
                    );
                    assert_eq!(cut.len() < lines.len(), cut.concat().ends_with('…'), "{cut:?}");
                }
            }
        }
    }

    fn without_spaces(text: &str) -> String {
        text.replace(' ', "")
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two", Face::Mono, 100, 25, 9), ["one", "two"]);
        assert_eq!(wrap("a/b-cde", Face::Mono, 100, 25, 9), ["a/b-", "cde"]);
        assert_eq!(fit("one two", Face::Mono, 100, 30), "one…");
    }
}
