//! Amounts such as `500m` or `2Gi`: read, compared and printed as the API server does.

use std::cmp::Ordering;

/// An amount, in billionths, and the notation it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    nano: i128,
    notation: Notation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    /// `k`, `M`, ...
    Decimal,
    /// `Ki`, `Mi`, ...
    Binary,
    /// `e3`.
    Exponent,
}

/// Why a text is no amount, in the server's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

const FORMAT: Malformed =
    Malformed("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
const NUMBER: Malformed = Malformed("unable to parse numeric part of quantity");
const SUFFIX: Malformed = Malformed("unable to parse quantity's suffix");

const NANO: i128 = 1_000_000_000;
/// More than any amount the server stores, and small enough that nothing here overflows.
const LIMIT: i128 = 1_000_000_000_000_000_000_000_000_000_000_000;
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// A text cut into sign, digits before and after the point, and suffix.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl Quantity {
    /// Reads an amount.
    pub fn parse(text: &str) -> Result<Quantity, Malformed> {
        let Parts {
            negative,
            whole,
            fraction,
            suffix,
        } = split(text.trim())?;
        let (notation, base, exponent) = interpret(suffix).ok_or(SUFFIX)?;
        let mut nano: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()).take(32) {
            nano = nano * 10 + i128::from(digit - b'0');
        }
        let skipped = (whole.len() + fraction.len()).saturating_sub(32);
        let mut shift = 9 - fraction.len() as i64 + skipped as i64;
        if base == 10 {
            shift += i64::from(exponent);
        } else {
            nano = (0..exponent).fold(nano, |nano, _| (nano * 2).min(LIMIT));
        }
        nano = scaled(nano, shift).min(LIMIT);
        Ok(Quantity {
            nano: if negative { -nano } else { nano },
            notation,
        })
    }

    /// The sign of the amount.
    pub fn sign(&self) -> i128 {
        self.nano.signum()
    }

    /// Whether the amount is a whole number.
    pub fn is_whole(&self) -> bool {
        self.nano % NANO == 0
    }

    /// Whether the amount is some times another, positive one.
    pub fn is_multiple_of(&self, unit: &Quantity) -> bool {
        unit.nano > 0 && self.nano % unit.nano == 0
    }

    /// Rounded away from zero to thousandths, as in resource lists.
    pub fn rounded_to_milli(self) -> Quantity {
        let unit = NANO / 1000;
        let rest = self.nano % unit;
        let up = if rest == 0 { 0 } else { rest.signum() * unit - rest };
        Quantity {
            nano: self.nano + up,
            ..self
        }
    }

    /// The canonical text.
    pub fn canonical(&self) -> String {
        if self.nano == 0 {
            return "0".to_owned();
        }
        let whole = self.nano / NANO;
        if self.notation == Notation::Binary && self.is_whole() && whole.abs() >= 1024 {
            let mut number = whole;
            let mut power = 0;
            while number % 1024 == 0 && power + 1 < BINARY.len() {
                number /= 1024;
                power += 1;
            }
            return format!("{number}{}", BINARY[power]);
        }
        let mut number = self.nano;
        let mut power = 0;
        while number % 1000 == 0 && (power + 1 < DECIMAL.len() || self.notation == Notation::Exponent) {
            number /= 1000;
            power += 1;
        }
        match self.notation {
            Notation::Exponent if power != 3 => format!("{number}e{}", power as i64 * 3 - 9),
            _ => format!("{number}{}", DECIMAL[power.min(DECIMAL.len() - 1)]),
        }
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.nano.cmp(&other.nano))
    }
}

/// The text as the server stores it: its own if that is canonical, else the canonical one. `milli`: in a resource list.
pub fn stored(text: &str, milli: bool) -> Result<String, Malformed> {
    let text = text.trim();
    let quantity = Quantity::parse(text)?;
    let rounded = if milli { quantity.rounded_to_milli() } else { quantity };
    if rounded == quantity && keeps_its_form(text) {
        Ok(text.to_owned())
    } else {
        Ok(rounded.canonical())
    }
}

/// Whether the server's reader keeps the text itself.
fn keeps_its_form(text: &str) -> bool {
    let Ok(Parts {
        whole,
        fraction,
        suffix,
        ..
    }) = split(text)
    else {
        return false;
    };
    match interpret(suffix) {
        Some((Notation::Binary, _, _)) => {
            fraction.is_empty() && whole.parse::<i64>().is_ok_and(|number| number & 7 != 0)
        }
        Some((_, _, exponent)) => {
            let digits = format!("{whole}{fraction}");
            (i64::from(exponent) - fraction.len() as i64) % 3 == 0
                && digits.len() <= 18
                && !digits.ends_with("000")
                && !digits.starts_with('0')
                && !digits.is_empty()
        }
        None => false,
    }
}

fn split(text: &str) -> Result<Parts<'_>, Malformed> {
    if text.is_empty() {
        return Err(FORMAT);
    }
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits_end = |text: &str| text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let unsigned = unsigned.trim_start_matches('0');
    let (whole, rest) = unsigned.split_at(digits_end(unsigned));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits_end(rest)),
        None => ("", rest),
    };
    let tail = suffix.trim_start_matches(|char| "eEinumkKMGTP".contains(char));
    let tail = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    if !tail.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FORMAT);
    }
    if whole.len() + fraction.len() > 4096 {
        return Err(NUMBER);
    }
    Ok(Parts {
        negative,
        whole,
        fraction,
        suffix,
    })
}

/// Notation, base and exponent of a suffix.
fn interpret(suffix: &str) -> Option<(Notation, u32, i32)> {
    if let Some(index) = DECIMAL.iter().position(|known| *known == suffix) {
        return Some((Notation::Decimal, 10, index as i32 * 3 - 9));
    }
    if let Some(index) = BINARY.iter().position(|known| *known == suffix) {
        return Some((Notation::Binary, 2, index as i32 * 10));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some((Notation::Exponent, 10, exponent))
}

/// `number * 10^shift`, capped, rounded away from zero when digits are lost.
fn scaled(number: i128, shift: i64) -> i128 {
    if number == 0 {
        return 0;
    }
    let steps = shift.unsigned_abs().min(64);
    if shift >= 0 {
        return (0..steps).fold(number, |number, _| number.saturating_mul(10).min(LIMIT));
    }
    let divisor = 10i128.checked_pow(steps as u32);
    match divisor {
        Some(divisor) => (number + divisor - 1) / divisor,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let actual = stored(text, true).unwrap_or_else(|Malformed(why)| why.to_owned());
        assert_eq!(actual, expect, "{text}");
    }

    #[test]
    fn canonical_texts() {
        check("0.5", "500m");
        check(".5", "500m");
        check("1.5Gi", "1536Mi");
        check("1000m", "1");
        check("2048Mi", "2Gi");
        check("1Gi", "1Gi");
        check("0.1", "100m");
        check("1073741824", "1073741824");
        check("128974848", "128974848");
        check("+1", "+1");
        check("1e3", "1e3");
        check("1E", "1E");
        check("100000", "100k");
        check("0.0001", "1m");
        check("-1Gi", "-1Gi");
        check("1Ki", "1Ki");
        check("8Ki", "8Ki");
        check(".", "0");
        check("0", "0");
    }

    #[test]
    fn refused_texts() {
        for text in ["abc", "1.2.3", "12Q", "", "1 G"] {
            check(text, FORMAT.0);
        }
        check("1K", SUFFIX.0);
        check("1mi", SUFFIX.0);
        check("1e", SUFFIX.0);
    }

    #[test]
    fn huge_ones_neither_panic_nor_hang() {
        for text in [
            "9".repeat(5000),
            format!("1e{}", i32::MAX),
            "1e-99999".to_owned(),
            "99999999999Ei".to_owned(),
        ] {
            let _ = stored(&text, true);
        }
    }
}
