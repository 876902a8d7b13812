//! Any text at all, read as a manifest: never a panic, never a hang, and every finding has a place in the text.
//!
//! `cargo fuzz run manifest` (see ARCHITECTURE.md, Tests)

#![no_main]

use libfuzzer_sys::fuzz_target;
use rollscope_engine::Scenario;
use rollscope_engine::manifest::{
    Document, Edit, Manifest, Span, client_side_apply, json_merge_patch, read, server_side_apply, still_owned, to_yaml,
    validate_update,
};

fuzz_target!(|text: &str| {
    let Manifest { documents, diagnostics } = read(text);
    for found in &diagnostics {
        check_span(text, found.span, &found.message);
        if let Some(fix) = &found.fix {
            let mended = apply(text, &fix.edits);
            let _ = read(&mended);
        }
    }
    for document in &documents {
        check_span(text, document.span, "a document");
        check_document(document);
    }
    for pair in documents.windows(2) {
        if let [Document { object: Some(old), .. }, Document { object: Some(new), .. }] = pair {
            let _ = validate_update(new, old);
            let mut patched = old.clone();
            json_merge_patch(&mut patched, &pair[1].written);
            let _ = client_side_apply(old, Some(&pair[0].written), &pair[1].written);
            let _ = server_side_apply(old, Some(&pair[0].written), &pair[1].written);
            let _ = still_owned(&pair[0].written, new);
        }
    }
    let _ = Scenario::read(text);
});

/// What is printed of an object reads back as that object.
fn check_document(document: &Document) {
    let Some(object) = &document.object else { return };
    let printed = to_yaml(object);
    let again = read(&printed);
    let read_back = again.documents.first().and_then(|document| document.object.as_ref());
    assert_eq!(read_back, Some(object), "{printed}\n{:#?}", again.diagnostics);
}

fn check_span(text: &str, Span { start, end }: Span, what: &str) {
    assert!(start.offset <= end.offset, "{what}: {start:?} {end:?}");
    for place in [start, end] {
        let offset = place.offset as usize;
        assert!(offset <= text.len(), "{what}: {place:?}");
        assert!(text.is_char_boundary(offset), "{what}: {place:?}");
    }
}

/// Edits come in the order of the text and don't overlap.
fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::new();
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.span.start.offset as usize]);
        out.push_str(&edit.text);
        done = edit.span.end.offset as usize;
    }
    out + &text[done..]
}
