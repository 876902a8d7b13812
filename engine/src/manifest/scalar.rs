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
    match is_float(&plain).then(|| plain.parse()) {
        Some(Ok(number)) => Data::Float(number),
        _ => Data::String(text.to_owned()),
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
fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    mantissa_fits && exponent_fits
}

/// A number as Go's JSON encoder prints it: shortest form, with an exponent only when very large or very small.
pub fn json_number(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        // Go writes a sign, and at least two digits for a negative exponent.
        return match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                format!("{mantissa}e+{exponent}")
            }
            _ => text,
        };
    }
    format!("{number}")
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
        check("9223372036854775808", "Float(9.223372036854776e18)");
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
