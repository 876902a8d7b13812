//! The page's entry point in the browser.

fn main() {
    yew::Renderer::<rollscope::App>::new().render();
}
