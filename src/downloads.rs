//! What can be saved of a run: the moment itself, pictures, and texts for people and for programs.

use crate::scene::share::Subject;
use crate::state::Run;
use crate::{picture, texts};
use rollscope_package::history;

/// Something that can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Download {
    /// The moment, to be opened again.
    Moment,
    /// The manifests.
    Manifests,
    /// A picture of the moment.
    Poster,
    /// A picture that plays the run.
    Film,
    /// The steps as a table.
    Markdown,
    /// A session with kubectl.
    Transcript,
    /// The same as a recording for asciinema.
    Cast,
    /// The whole run as data.
    History,
}

impl Download {
    /// In the order in which they are offered.
    pub const ALL: [Download; 8] = [
        Download::Moment,
        Download::Manifests,
        Download::Poster,
        Download::Film,
        Download::Markdown,
        Download::Transcript,
        Download::Cast,
        Download::History,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Download::Moment => "Rollscope file",
            Download::Manifests => "Manifests",
            Download::Poster => "Picture (SVG)",
            Download::Film => "Moving picture (SVG)",
            Download::Markdown => "Steps (Markdown)",
            Download::Transcript => "kubectl session",
            Download::Cast => "Recording (.cast)",
            Download::History => "History (JSON)",
        }
    }

    /// What its file is called.
    pub fn file_name(self, subject: &Subject) -> String {
        let stem = subject.file_stem();
        match self {
            Download::Moment => subject.file_name(),
            Download::Manifests => format!("{stem}.yaml"),
            Download::Poster => format!("{stem}.svg"),
            Download::Film => format!("{stem}-run.svg"),
            Download::Markdown => format!("{stem}.md"),
            Download::Transcript => format!("{stem}.txt"),
            Download::Cast => format!("{stem}.cast"),
            Download::History => format!("{stem}.history.json"),
        }
    }

    /// What kind of file that is.
    pub fn media_type(self) -> &'static str {
        match self {
            Download::Moment | Download::History => "application/json",
            Download::Manifests => "application/yaml",
            Download::Poster | Download::Film => "image/svg+xml",
            Download::Markdown => "text/markdown",
            Download::Transcript | Download::Cast => "text/plain",
        }
    }

    /// What is in it.
    pub fn content(self, subject: &Subject, run: &Run) -> String {
        let (history, position, title) = (run.history(), run.position(), run.title.as_deref());
        let options = || picture::Options {
            title: run.title.clone(),
            ..picture::Options::default()
        };
        match self {
            Download::Moment => subject.moment.to_json(),
            Download::Manifests => subject.moment.text.clone(),
            Download::Poster => picture::svg(history, position, &options()),
            Download::Film => picture::animated(history, position, &options()),
            Download::Markdown => texts::markdown(history, history.len(), title),
            Download::Transcript => texts::transcript(history, history.len(), title),
            Download::Cast => texts::cast(history, history.len(), title),
            Download::History => {
                let document = history::document(history, title, false);
                serde_json::to_string(&document).expect("text, numbers and lists can be written")
            }
        }
    }
}
