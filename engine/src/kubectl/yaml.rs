//! A value as `kubectl get -o yaml` prints it: keys in order, lists as far in as their key, quotes and line breaks where Go's
//! printer puts them. Upstream: `goyaml.v2/encode.go › stringv`, `emitterc.go › yaml_emitter_select_scalar_style`.

use crate::value::{Map, Value};

/// Plain and quoted text is broken at the first space past this column.
const WIDTH: usize = 80;

/// Prints a value.
pub fn yaml(value: &Value) -> String {
    let mut out = Printer { text: String::new() };
    out.value(value, 0, Place::Top);
    out.text
}

/// What stands before a value.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing.
    Top,
    /// `key:`.
    Member,
    /// `-`.
    Item,
}

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

struct Printer {
    text: String,
}

impl Printer {
    /// `indent` is that of the value's own lines.
    fn value(&mut self, value: &Value, indent: usize, place: Place) {
        match value {
            Value::Map(members) if !members.is_empty() => self.map(members, indent, place),
            Value::List(items) if !items.is_empty() => self.list(items, indent, place),
            _ => {
                if place != Place::Top {
                    self.text.push(' ');
                }
                self.scalar(value, indent);
                self.text.push('\n');
            }
        }
    }

    fn map(&mut self, members: &Map, indent: usize, place: Place) {
        // What stands after a dash begins in its line.
        match place {
            Place::Member => self.text.push('\n'),
            Place::Item => self.text.push(' '),
            Place::Top => {}
        }
        for (index, (key, member)) in members.into_iter().enumerate() {
            if index > 0 || place != Place::Item {
                self.indent(indent);
            }
            match style(key) {
                // Keys are never broken.
                Style::Plain => self.text.push_str(key),
                Style::Single => self.single(key, None),
                Style::Double | Style::Literal => self.double(key, None),
            }
            self.text.push(':');
            // A list's dashes stand below its key's first letter.
            let inner = if matches!(member, Value::List(_)) {
                indent
            } else {
                indent + 2
            };
            self.value(member, inner, Place::Member);
        }
    }

    fn list(&mut self, items: &[Value], indent: usize, place: Place) {
        match place {
            Place::Member => self.text.push('\n'),
            Place::Item => self.text.push(' '),
            Place::Top => {}
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || place != Place::Item {
                self.indent(indent);
            }
            self.text.push('-');
            self.value(item, indent + 2, Place::Item);
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Int(number) => self.text.push_str(&number.to_string()),
            Value::Float(number) => self.text.push_str(&crate::manifest::json_number(*number)),
            Value::String(text) => match style(text) {
                Style::Plain => self.broken(text, indent),
                Style::Single => self.single(text, Some(indent)),
                Style::Double => self.double(text, Some(indent)),
                Style::Literal => self.literal(text, indent),
            },
            Value::List(_) => self.text.push_str("[]"),
            Value::Map(_) => self.text.push_str("{}"),
        }
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn column(&self) -> usize {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        line.chars().count()
    }

    fn next_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.indent(indent);
    }

    /// Whether the line is broken in place of this space.
    fn breaks(&self, letters: &[char], index: usize) -> bool {
        let alone = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| *letter != ' ');
        alone(index.checked_sub(1)) && alone(Some(index + 1)) && self.column() > WIDTH
    }

    fn broken(&mut self, text: &str, indent: usize) {
        let letters: Vec<char> = text.chars().collect();
        for (index, letter) in letters.iter().enumerate() {
            match letter {
                ' ' if self.breaks(&letters, index) => self.next_line(indent),
                _ => self.text.push(*letter),
            }
        }
    }

    fn single(&mut self, text: &str, indent: Option<usize>) {
        self.text.push('\'');
        let doubled = text.replace('\'', "''");
        match indent {
            Some(indent) => self.broken(&doubled, indent),
            None => self.text.push_str(&doubled),
        }
        self.text.push('\'');
    }

    fn double(&mut self, text: &str, indent: Option<usize>) {
        self.text.push('"');
        let letters: Vec<char> = text.chars().collect();
        for (index, letter) in letters.iter().enumerate() {
            match (letter, indent) {
                (' ', Some(indent)) if self.column() > WIDTH && index > 0 && index + 1 < letters.len() => {
                    self.next_line(indent);
                    if letters[index + 1] == ' ' {
                        self.text.push('\\');
                    }
                }
                _ => self.escaped(*letter),
            }
        }
        self.text.push('"');
    }

    fn escaped(&mut self, letter: char) {
        match letter {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\t' => self.text.push_str("\\t"),
            '\r' => self.text.push_str("\\r"),
            '\0' => self.text.push_str("\\0"),
            '\u{7}' => self.text.push_str("\\a"),
            '\u{8}' => self.text.push_str("\\b"),
            '\u{b}' => self.text.push_str("\\v"),
            '\u{c}' => self.text.push_str("\\f"),
            '\u{1b}' => self.text.push_str("\\e"),
            '\u{85}' => self.text.push_str("\\N"),
            '\u{2028}' => self.text.push_str("\\L"),
            '\u{2029}' => self.text.push_str("\\P"),
            '\u{feff}' => self.text.push_str("\\uFEFF"),
            _ if letter.is_control() => self.text.push_str(&format!("\\x{:02X}", u32::from(letter))),
            _ => self.text.push(letter),
        }
    }

    /// As it is, below a bar; the sign behind the bar says what becomes of the line breaks at the end.
    fn literal(&mut self, text: &str, indent: usize) {
        self.text.push('|');
        if text.starts_with([' ', '\n']) {
            self.text.push('2');
        }
        let kept = text.trim_end_matches('\n');
        match text.len() - kept.len() {
            0 => self.text.push('-'),
            1 if !kept.is_empty() => {}
            _ => self.text.push('+'),
        }
        // The line break after the last line is the value's.
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.indent(indent);
                self.text.push_str(line);
            }
        }
    }
}

fn style(text: &str) -> Style {
    let is_printable = |letter: char| {
        letter == '\n' || !(letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}'))
    };
    let plain_before_break = || text.contains(" \n");
    match text {
        _ if !text.chars().all(is_printable) => Style::Double,
        _ if text.contains('\n') && (plain_before_break() || text.ends_with(' ')) => Style::Double,
        _ if text.contains('\n') => Style::Literal,
        _ if means_something_else(text) => Style::Double,
        _ if can_be_plain(text) => Style::Plain,
        _ => Style::Single,
    }
}

/// Whether a text without a line break needs no quotes. Upstream: `yaml_emitter_analyze_scalar`.
fn can_be_plain(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let second_is_blank = text.chars().nth(1).is_none_or(|letter| letter == ' ');
    let begins_well = match first {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | ' ' => false,
        '?' | ':' | '-' => !second_is_blank,
        _ => true,
    };
    let marks = text.starts_with("---") || text.starts_with("...");
    begins_well && !marks && !text.ends_with([' ', ':']) && !text.contains(": ") && !text.contains(" #")
}

/// Whether YAML 1.1 would read a plain text as something other than text. Upstream: `goyaml.v2/resolve.go`.
fn means_something_else(text: &str) -> bool {
    const WORDS: [&str; 9] = ["", "~", "null", "true", "false", "yes", "no", "on", "off"];
    let lower = text.to_ascii_lowercase();
    let is_cased = [lower.clone(), text.to_ascii_uppercase(), capitalised(&lower)].contains(&text.to_owned());
    let is_word = is_cased && (WORDS.contains(&&*lower) || matches!(&*lower, "y" | "n"));
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    is_word || text == "<<" || is_number(unsigned) || is_sexagesimal(unsigned) || is_date(text)
}

fn capitalised(lower: &str) -> String {
    let (first, rest) = lower.split_at(lower.chars().next().map_or(0, char::len_utf8));
    first.to_ascii_uppercase() + rest
}

fn is_number(text: &str) -> bool {
    if matches!(text, ".inf" | ".nan") {
        return true;
    }
    let digits = text.replace('_', "");
    let of_base = |prefix: &str, base: u32| {
        let rest = digits.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|digit| digit.is_digit(base)))
    };
    of_base("0x", 16) || of_base("0b", 2) || of_base("0o", 8) || is_decimal(&digits)
}

/// `12`, `1.5`, `.5`, `1.`, each with an exponent or without.
fn is_decimal(text: &str) -> bool {
    let (number, exponent) = match text.split_once('e') {
        Some((number, exponent)) => (number, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let are_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    some && are_digits(whole)
        && are_digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(exponent))
}

/// `1:30`: YAML 1.1 counts in sixties.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit() || digit == b'_');
    let first = parts.next().is_some_and(is_digits);
    let rest: Vec<&str> = parts.collect();
    let is_sixty = |part: &&str| {
        let whole = part.split('.').next().unwrap_or_default();
        (1..=2).contains(&whole.len()) && part.bytes().all(|digit| digit.is_ascii_digit() || digit == b'.')
    };
    first && !rest.is_empty() && rest.iter().all(is_sixty)
}

/// `2026-01-01`, also with a time behind it.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_at_checked(10).unwrap_or((text, "x"));
    let numbers: Vec<&str> = date.split('-').collect();
    let is_digits =
        |(text, length): (&&str, usize)| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = numbers.len() == 3 && numbers.iter().zip([4, 2, 2]).all(is_digits);
    is_day && (time.is_empty() || time.starts_with(['T', 't', ' ']) && time.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        yaml(&text.into()).trim_end_matches('\n').to_owned()
    }

    #[test]
    fn only_what_would_mean_something_else_has_quotes() {
        for plain in [
            "nginx:1.2",
            "25%",
            "a b",
            "100m",
            "-",
            "10.0.0.1",
            "*",
            "?",
            "/x",
            "it's",
            "v1",
            "1Gi",
            "0/1",
        ] {
            let expect = match plain {
                "-" | "?" | "*" => format!("'{plain}'"),
                _ => plain.to_owned(),
            };
            assert_eq!(text(plain), expect);
        }
        for quoted in [
            "",
            "true",
            "Yes",
            "off",
            "y",
            "null",
            "~",
            "12",
            "0x1f",
            "1.5",
            "1e3",
            "1_0",
            "1:30",
            "2026-01-01T00:00:00Z",
        ] {
            assert_eq!(text(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(text("0/1 nodes: none"), "'0/1 nodes: none'");
        assert_eq!(text("'x'"), "'''x'''");
        assert_eq!(text("a\tb"), "\"a\\tb\"");
        assert_eq!(text("tRue"), "tRue");
    }

    #[test]
    fn lists_stand_below_their_key() {
        let list = Value::List(vec![
            Value::from([("a", 1.into()), ("b", Value::List(vec![2.into()]))]),
            "x".into(),
        ]);
        let value = Value::from([
            ("items", list),
            ("none", Value::List(Vec::new())),
            ("empty", Value::Map(Map::new())),
        ]);
        let expect = "empty: {}\nitems:\n- a: 1\n  b:\n  - 2\n- x\nnone: []\n";
        assert_eq!(yaml(&value), expect);
    }

    #[test]
    fn several_lines_stand_below_a_bar() {
        let value = |text: &str| yaml(&Value::from([("key", text.into())]));
        assert_eq!(value("a\nb\n"), "key: |\n  a\n  b\n");
        assert_eq!(value("a\n\nb"), "key: |-\n  a\n\n  b\n");
        assert_eq!(value("a\n\n"), "key: |+\n  a\n\n");
        assert_eq!(value(" a\nb"), "key: |2-\n   a\n  b\n");
    }

    #[test]
    fn long_text_is_broken_past_the_eightieth_column() {
        let message = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption \
                       victims found for incoming pod.";
        let condition = Value::from([("message", message.into())]);
        let expect = "status:\n  conditions:\n  - message: '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are\n      \
                      available: 1 No preemption victims found for incoming pod.'\n";
        let status = Value::from([("conditions", Value::List(vec![condition]))]);
        assert_eq!(yaml(&Value::from([("status", status)])), expect);
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let hard = [
            "", " a", "a ", "a: b", "a #b", "#", "- a", "\"", "'", "a\nb", "a\nb\n\n", "\n", "a \nb", "\t", "é", "1",
            "1:30:00",
        ];
        for text in hard {
            let printed = yaml(&Value::from([("data", Value::from([("key", text.into())]))]));
            let manifest = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{printed}");
            let read = crate::manifest::read(&manifest);
            let object = read.documents[0].object.as_ref().expect(&manifest);
            assert_eq!(object.at(&["data", "key"]), Some(&Value::from(text)), "{printed}");
        }
    }
}
