//! The page: what a visitor sees of a History, and can do about it.
//!
//! | room | what it knows |
//! |---|---|
//! | `state` | everything the page remembers, and how each action changes it; pure |
//! | `app` | the one component: owns state, timers and the editor |
//! | `root` | the component around either |
//! | `turns` | how a far move across a crowd is shown in several frames |
//! | `widget`, `embed` | the same for a run in somebody else's page, and the handle by which that page holds it |
//! | `later` | which code is loaded after the page has opened |
//! | `view` | plain structs to Html |
//! | `picture` | plain structs to SVG: a moment, or a run that plays |
//! | `texts` | a run as Markdown, as a session with kubectl, as a recording of one |
//! | `downloads` | what can be saved of a run |
//! | `browser` | all that touches the browser |
//! | `examples` | the demos that come with the page |

mod app;
mod browser;
pub mod downloads;
pub mod embed;
pub mod examples;
pub mod later;
pub mod picture;
mod root;
pub mod scene;
pub mod state;
pub mod texts;
mod turns;
pub mod view;
mod widget;

/// Opens the page.
pub async fn open() {
    if let Some(open) = later::page().await {
        open().await;
    }
}
pub use browser::site::is_page;
