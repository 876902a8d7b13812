//! The root component.

use yew::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    html! {
        <main>
            <h1>{ "Rollscope" }</h1>
            <p>{ "Step through what Kubernetes' controllers do with your manifests." }</p>
        </main>
    }
}
