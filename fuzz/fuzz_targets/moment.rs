//! Any letters at all, read as a link and as a file: never a panic, never a hang, and what can be read can be written.
//!
//! `cargo fuzz run moment` (see ARCHITECTURE.md, Tests)

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollscope_engine::moment::Moment;

fuzz_target!(|text: &str| {
    for moment in [Moment::from_hash(text), Moment::from_hash(&format!("#1.{text}")), Moment::from_file(text)] {
        let Ok(moment) = moment else { continue };
        assert_eq!(Moment::from_json(&moment.to_json()).as_ref(), Ok(&moment));
        assert_eq!(Moment::from_hash(&moment.to_hash()), Ok(moment));
    }
});
