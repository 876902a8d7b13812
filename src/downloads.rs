//! What can be saved of a run: the moment itself, pictures, and texts for people and for programs.

use crate::scene::share::Subject;
use crate::state::Run;
use crate::{picture, texts};
use rollscope_engine::record;
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
    /// The whole run for a widget, which plays it without the engine.
    Run,
}

impl Download {
    /// In the order in which they are offered.
    pub const ALL: [Download; 9] = [
        Download::Moment,
        Download::Manifests,
        Download::Poster,
        Download::Film,
        Download::Markdown,
        Download::Transcript,
        Download::Cast,
        Download::History,
        Download::Run,
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
            Download::Run => "Recorded run",
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
            Download::Run => format!("{stem}.run"),
        }
    }

    /// What kind of file that is.
    pub fn media_type(self) -> &'static str {
        match self {
            Download::Moment | Download::History => "application/json",
            Download::Manifests => "application/yaml",
            Download::Poster | Download::Film => "image/svg+xml",
            Download::Markdown => "text/markdown",
            Download::Run => "application/octet-stream",
            Download::Transcript | Download::Cast => "text/plain",
        }
    }

    /// What is in it. The error says why there is no such file of this run.
    pub fn content(self, subject: &Subject, run: &Run) -> Result<Vec<u8>, String> {
        let (history, position, title) = (run.history(), run.position(), run.title.as_deref());
        let options = || picture::Options {
            title: run.title.clone(),
            ..picture::Options::default()
        };
        let text = match self {
            Download::Run => return record::write(title, history, Some(position)),
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
        };
        Ok(text.into_bytes())
    }
}
