//! A [`Moment`] as the part of a link after the `#`: the version of the format, a dot, and the file's content, compressed (raw
//! DEFLATE) and written in letters that links take (base64url without padding).

use super::{Moment, VERSION, json};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// The hardest that one can try.
const BEST: u8 = 10;

impl Moment {
    /// `#1.…`
    pub fn to_hash(&self) -> String {
        let packed = compress_to_vec(self.to_short_json().as_bytes(), BEST);
        format!("#{VERSION}.{}", to_letters(&packed))
    }

    /// Reads what any version has written, with or without the `#`; a number behind another dot is the step. Nothing that somebody may have put there does harm; the error
    /// says what is wrong with it.
    pub fn from_hash(hash: &str) -> Result<Moment, String> {
        let hash = hash.trim();
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (version, letters) = hash.split_once('.').ok_or(NO_LINK)?;
        if version.is_empty() || !version.bytes().all(|letter| letter.is_ascii_digit()) {
            return Err(NO_LINK.to_owned());
        }
        match version {
            "1" => {
                let (letters, step) = match letters.split_once('.') {
                    Some((letters, step)) => (letters, Some(step.parse().map_err(|_| INCOMPLETE)?)),
                    None => (letters, None),
                };
                let moment = Moment::from_json(&unpack(letters)?)?;
                Ok(Moment {
                    step: step.or(moment.step),
                    ..moment
                })
            }
            _ => Err(json::newer(version)),
        }
    }
}

const NO_LINK: &str = "it is no link to a moment: those go on with #1. and many letters";
const INCOMPLETE: &str = "it is incomplete or damaged: perhaps not all of it was copied";

fn unpack(letters: &str) -> Result<String, String> {
    let packed = from_letters(letters).ok_or(INCOMPLETE)?;
    let bytes = decompress_to_vec_with_limit(&packed, json::MOST).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => format!("what is packed into it is too large: more than {} MB", json::MOST >> 20),
        _ => INCOMPLETE.to_owned(),
    })?;
    String::from_utf8(bytes).map_err(|_| INCOMPLETE.to_owned())
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Three bytes become four letters, one two, and two three.
fn to_letters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0, |bits: usize, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        let letters = [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]));
        text.extend(&letters[..=chunk.len()]);
    }
    text
}

/// `None` if it is not what [`to_letters`] writes.
fn from_letters(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for letter in chunk {
            bits = bits << 6 | LETTERS.iter().position(|known| known == letter)?;
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, whole @ ..] = u32::try_from(bits).ok()?.to_be_bytes();
        let (used, rest) = whole.split_at(chunk.len() - 1);
        if chunk.len() == 1 || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(used);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_base64url() {
        for (bytes, letters) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foobar", "Zm9vYmFy"),
            (b"\xfb\xff\xfe", "-__-"),
        ] {
            assert_eq!(to_letters(bytes), letters);
            assert_eq!(from_letters(letters).as_deref(), Some(bytes), "{letters}");
        }
        for wrong in ["Z", "Zm9vZ", "Zh", "Zm9=", "Zm 9", "Zm+v", "é"] {
            assert_eq!(from_letters(wrong), None, "{wrong}");
        }
    }
}
