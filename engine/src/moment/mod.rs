//! A moment of a run, to be passed on: everything that decides the run, and a position in it. As a file it is JSON
//! (`json.rs`), as a link the same, compressed (`hash.rs`). `docs/moment.md` describes both.
//!
//! ```
//! use rollscope_engine::moment::Moment;
//! use rollscope_engine::{Scenario, simulate};
//!
//! let text = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: i}]}}";
//! let history = simulate(&Scenario::read(text).scenario);
//! let moment = Moment::of(&history.scenario, 3).expect("a run of a text");
//! let link = format!("https://example.org/{}", moment.to_hash());
//!
//! let (_, hash) = link.split_once('#').expect("a hash");
//! let again = Moment::from_hash(hash)?;
//! assert_eq!(again, moment);
//! assert_eq!(simulate(&again.reading().scenario).time_at(3), history.time_at(3));
//! # Ok::<(), String>(())
//! ```

mod hash;
mod json;

use crate::release::{Gates, Release};
use crate::scenario::{Intervention, Reading, Scenario, Timed};
use crate::time::Time;

pub use json::VERSION;

/// A moment of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// The manifests and, among them, the document of kind Scenario: as they are typed into the page.
    pub text: String,
    /// The release; without one, that which the text names, or else the default.
    pub release: Option<Release>,
    /// Gates that are set by name, beside those of the text.
    pub gates: Vec<(String, bool)>,
    /// What is done after the text was applied, in the order of time; without it, what the text plans.
    pub interventions: Option<Vec<Timed>>,
    /// Images that can't be pulled, beside those of the text.
    pub broken_images: Vec<String>,
    /// After how many steps it is; without it, whoever shows the run chooses.
    pub step: Option<usize>,
}

impl Moment {
    /// The run of a text, from wherever one likes.
    pub fn of_text(text: &str) -> Moment {
        Moment {
            text: text.to_owned(),
            ..Moment::default()
        }
    }

    /// A moment in the run of a scenario. `None` if that did not begin with a text: then it can't be written down.
    pub fn of(scenario: &Scenario, step: usize) -> Option<Moment> {
        let (first, rest) = scenario.interventions.split_first()?;
        let Intervention::Apply(text) = &first.what else {
            return None;
        };
        let reading = Scenario::read(text);
        let (mut of_text, mut wanted) = (Gates::with(scenario.release, &reading.gates), scenario.gates);
        let gates = Gates::NAMES.into_iter().filter_map(|name| {
            let (is, wanted) = (*of_text.by_name(name)?, *wanted.by_name(name)?);
            (is != wanted).then(|| (name.to_owned(), wanted))
        });
        let broken = scenario.world.images.iter().filter(|(image, behavior)| {
            let of_text = reading.scenario.world.images.get(*image);
            !behavior.pullable && of_text.is_none_or(|of_text| of_text.pullable)
        });
        let moment = Moment {
            text: text.to_string(),
            release: Some(scenario.release),
            gates: gates.collect(),
            interventions: (rest != &reading.scenario.interventions[1..]).then(|| rest.to_vec()),
            broken_images: broken.map(|(image, _)| image.clone()).collect(),
            step: Some(step),
        };
        Some(moment).filter(|_| first.at == Time::ZERO)
    }

    /// What a file holds: a moment, or else manifests. The error says what is wrong with a moment; what is wrong with
    /// manifests is found as they are read.
    pub fn from_file(content: &str) -> Result<Moment, String> {
        if json::is_moment(content) {
            Moment::from_json(content)
        } else {
            Ok(Moment::of_text(content))
        }
    }

    /// The run that it asks for.
    pub fn reading(&self) -> Reading {
        let mut reading = Scenario::read(&self.text);
        reading.gates.extend(self.gates.iter().cloned());
        let release = self.release.unwrap_or(reading.scenario.release);
        let scenario = &mut reading.scenario;
        scenario.set_release(release, &reading.gates);
        if let Some(interventions) = &self.interventions {
            scenario.interventions.truncate(1);
            scenario.interventions.extend(interventions.iter().cloned());
            crate::order::sort_by_key(&mut scenario.interventions, |timed| timed.at);
        }
        for image in &self.broken_images {
            scenario.world.break_image(image);
        }
        reading
    }
}
