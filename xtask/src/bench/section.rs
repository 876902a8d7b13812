//! A section of `docs/performance.md`, between marks that name it: written by its measurement, so that it says what was measured.

use crate::process::{Outcome, output_of};
use std::fs;

/// The page.
pub const PAGE: &str = "docs/performance.md";
/// New sections come before this.
const LAST: &str = "## What is missed, and why";

/// Puts a section in the place of the old one.
pub fn write(name: &str, text: &str) -> Outcome {
    println!("{text}");
    let page = fs::read_to_string(PAGE).map_err(|error| format!("{PAGE}: {error}"))?;
    let page = put(&page, name, text).ok_or(format!("{PAGE}: no place for the section {name}"))?;
    fs::write(PAGE, page).map_err(|error| format!("{PAGE}: {error}"))
}

fn put(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- {name}: written by `cargo xtask bench` -->"),
        format!("<!-- end of {name} -->"),
    );
    let section = format!("{begin}\n{}\n\n{end}", text.trim_end());
    if let Some((before, rest)) = page.split_once(&begin) {
        let (_, after) = rest.split_once(&end)?;
        return Some(format!("{before}{section}{after}"));
    }
    let (before, after) = page.split_once(LAST)?;
    Some(format!("{before}{section}\n\n{LAST}{after}"))
}

/// Under which conditions it was measured, in a sentence.
pub fn conditions() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let said = |program, argument| output_of(program, &[argument]).unwrap_or_default();
    let (date, rustc, node) = (
        said("date", "+%Y-%m-%d"),
        said("rustc", "--version"),
        said("node", "--version"),
    );
    format!("Measured on {date}: {model}, {cores} cores, load {load} from other programs; {rustc}, Node {node}.")
}

/// The middle one; 0 of none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// `1,234`, `12`, `1.2`.
pub fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The number behind a name in a flat JSON object, as our own programs print it.
pub fn member(json: &str, name: &str) -> Option<f64> {
    let (_, after) = json.split_once(&format!("\"{name}\":"))?;
    after.split([',', '}']).next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{LAST, median, member, number, put};

    #[test]
    fn a_section_is_replaced_or_put_before_the_last() {
        let page = format!("# A\n\n{LAST}\n");
        let once = put(&page, "x", "one\n").expect("a place");
        assert_eq!(
            once,
            format!("# A\n\n<!-- x: written by `cargo xtask bench` -->\none\n\n<!-- end of x -->\n\n{LAST}\n")
        );
        assert_eq!(put(&once, "x", "two"), Some(once.replace("one", "two")));
        assert_eq!(put("# A", "x", "one"), None);
    }

    #[test]
    fn numbers_are_read_and_shown() {
        assert_eq!(member("{\"a\":1.5,\"b\": 20}", "b"), Some(20.0));
        assert_eq!(member("{\"a\":1.5}", "b"), None);
        assert_eq!([1.25, 12.4, 1234567.0].map(number), ["1.2", "12", "1,234,567"]);
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[])), (2.0, 0.0));
    }
}
