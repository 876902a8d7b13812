//! A few recordings, one or two of each topic, that are always replayed: the same as `cargo xtask conformance` does for
//! all of them where they are at hand.

use rollscope_conformance::{Options, Outcome, report, run};
use std::path::Path;

#[test]
fn the_engine_does_what_the_real_control_plane_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let outcomes = run(&folder, "", &Options::default()).expect("the recordings are read");
    assert!(outcomes.len() >= 30, "only {} recordings", outcomes.len());
    let text = report(&outcomes).expect("writing a text");
    assert!(outcomes.iter().all(Outcome::has_passed), "{text}");
}
