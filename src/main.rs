//! The page's entry point in the browser.

fn main() {
    wasm_bindgen_futures::spawn_local(rollscope::open());
}
