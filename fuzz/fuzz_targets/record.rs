//! Recorded runs of random bytes, with a sum that is right: they are read or refused, and what was read can be gone through.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollscope_engine::{Cursor, record};
use std::rc::Rc;

fuzz_target!(|content: &[u8]| {
    let Some(run) = record::read(&sealed(content)).ok().and_then(|read| read.run) else {
        return;
    };
    let mut cursor = Cursor::new(Rc::new(run.history));
    for position in [usize::MAX, 1, 40, 0] {
        cursor.seek(position);
    }
});

/// As `record::write` begins.
fn sealed(content: &[u8]) -> Vec<u8> {
    let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let mut bytes = b"\0rollscope run\x01".to_vec();
    for mut number in [record::LAYOUT, content.iter().fold(0x811c_9dc5, add)] {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }
    bytes.extend(content);
    bytes
}
