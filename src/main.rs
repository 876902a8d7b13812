//! The page's entry point in the browser. Where the document is somebody else's, nothing is opened: widgets are mounted there
//! one by one (`embed.rs`).

fn main() {
    if rollscope::is_page() {
        wasm_bindgen_futures::spawn_local(rollscope::open());
    }
}
