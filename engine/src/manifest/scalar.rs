//! What a plain YAML scalar means: YAML 1.1 as the server's library resolves it, not YAML 1.2.

use super::tree::Data;

/// The meaning of an unquoted scalar.
pub fn resolve(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => {
            return Data::Bool(true);
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
            return Data::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Data::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Data::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Data::Float(f64::NAN),
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return Data::String(text.to_owned());
    }
    let plain: String = text.chars().filter(|char| *char != '_').collect();
    if let Some(number) = integer(&plain) {
        return Data::Int(number);
    }
    match float(&plain) {
        Some(number) => Data::Float(number),
        None => Data::String(text.to_owned()),
    }
}

/// Go's `ParseInt` with base 0: `0x`, `0o`, `0b` and a leading zero choose the base.
fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let (base, digits) = match lower.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some(two) if two.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let number = u64::from_str_radix(digits, base).ok()?;
    if negative {
        0i64.checked_sub_unsigned(number)
    } else {
        i64::try_from(number).ok()
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
///
/// Not the standard library's parser: manifests have fractions so rarely that its tables would be the larger part of the
/// reader. Exact up to 15 digits, which is what anybody writes.
fn float(text: &str) -> Option<f64> {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], integer_text(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut number = digits().fold(0.0, |number: f64, digit| number * 10.0 + f64::from(digit - b'0'));
    let shift = exponent - fraction.len() as i32;
    let power = power_of_ten(shift.unsigned_abs());
    number = if shift < 0 { number / power } else { number * power };
    Some(if text.starts_with('-') { -number } else { number })
}

/// An exponent: optional sign and digits.
fn integer_text(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().unwrap_or(i32::MAX / 4).min(i32::MAX / 4);
    Some(if text.starts_with('-') { -number } else { number })
}

fn power_of_ten(exponent: u32) -> f64 {
    (0..exponent.min(400)).fold(1.0, |power, _| power * 10.0)
}

/// A number as Go's JSON encoder prints it, for the sizes that occur in manifests.
pub fn json_number(number: f64) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let sign = if number < 0.0 { "-" } else { "" };
    let size = number.abs();
    if !size.is_finite() {
        return format!("{sign}Inf");
    }
    if size >= EXACT {
        let mut mantissa = size;
        let mut exponent = 0;
        while mantissa >= 10.0 {
            mantissa /= 10.0;
            exponent += 1;
        }
        return format!("{sign}{}e+{exponent}", json_number((mantissa * 1e9).round() / 1e9));
    }
    for places in 0..=15 {
        let power = power_of_ten(places);
        let scaled = (size * power).round();
        if scaled >= EXACT || scaled / power == size || places == 15 {
            let (whole, fraction) = ((scaled / power) as i64, (scaled % power) as i64);
            let width = places as usize;
            return if places == 0 {
                format!("{sign}{whole}")
            } else {
                format!("{sign}{whole}.{fraction:0width$}")
            };
        }
    }
    format!("{sign}0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(format!("{:?}", resolve(text)), expect, "{text}");
    }

    #[test]
    fn words() {
        check("yes", "Bool(true)");
        check("N", "Bool(false)");
        check("~", "Null");
        check("none", "String(\"none\")");
        check("nO", "String(\"nO\")");
    }

    #[test]
    fn numbers() {
        check("0644", "Int(420)");
        check("0o644", "Int(420)");
        check("0x1F", "Int(31)");
        check("1_000", "Int(1000)");
        check("-7", "Int(-7)");
        check("08", "Float(8.0)");
        check("1e1", "Float(10.0)");
        check(".5", "Float(0.5)");
        check("1.", "Float(1.0)");
        check("4294967296.0", "Float(4294967296.0)");
        check("1e-400", "Float(0.0)");
    }

    #[test]
    fn numbers_are_printed_as_they_were_meant() {
        for (text, expect) in [
            ("0.1", "0.1"),
            ("1.10", "1.1"),
            ("-2.5", "-2.5"),
            ("1e3", "1000"),
            ("0.001", "0.001"),
        ] {
            let Data::Float(number) = resolve(text) else {
                panic!("{text} is no float")
            };
            assert_eq!(json_number(number), expect);
        }
        assert_eq!(json_number(1e21), "1e+21");
        assert_eq!(json_number(f64::INFINITY), "Inf");
    }

    #[test]
    fn texts_that_look_like_numbers() {
        for text in [
            "12:30",
            "2024-01-02",
            "1.2.3",
            "-",
            "+",
            ".",
            "--1",
            "0x",
            "1e",
            "25%",
            "+-1",
            "é",
        ] {
            check(text, &format!("String({text:?})"));
        }
    }
}
