//! The engine in the hands of JavaScript: a computation that is done piece by piece, and a run that is asked about its steps
//! and moments. Data crosses as JSON; what users see of it are the modules in `package/js`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands over lists and optional texts by value"
)]

use rollscope_engine::kubectl::{self, Command};
use rollscope_engine::moment::Moment;
use rollscope_engine::scenario::{Intervention, Reading};
use rollscope_engine::simulation::Computation;
use rollscope_engine::{Cursor, Scenario, manifest};
use rollscope_package::asking::Wishes;
use rollscope_package::finding::Finding;
use rollscope_package::{history, moment};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;

type Failure = wasm_bindgen::JsError;

fn main() {}

/// A text, understood, with what is wrong or worth knowing.
#[wasm_bindgen]
pub struct Text {
    reading: Reading,
    step: Option<usize>,
}

/// A run on its way.
#[wasm_bindgen]
pub struct Work {
    title: Option<String>,
    computation: Computation,
}

/// A run, and a place in it.
#[wasm_bindgen]
pub struct Run {
    title: Option<String>,
    cursor: Cursor,
}

#[wasm_bindgen]
impl Text {
    /// Reads a text. Gates are given as `Name=true`; of the rest, nothing is what the text says.
    #[wasm_bindgen(constructor)]
    pub fn new(
        text: &str,
        release: Option<String>,
        gates: Vec<String>,
        seed: Option<f64>,
        pods: Option<f64>,
        steps: Option<f64>,
    ) -> Result<Text, Failure> {
        let gates = gates.iter().filter_map(|gate| gate.split_once('='));
        let wishes = Wishes {
            release,
            gates: gates.map(|(name, on)| (name.to_owned(), on == "true")).collect(),
            seed: seed.map(|seed| seed as u64),
            pods: pods.map(|pods| pods as i64),
            steps: steps.map(|steps| steps as usize),
        };
        let (reading, step) = wishes.read(text).map_err(failure)?;
        Ok(Text { reading, step })
    }

    /// What is wrong or worth knowing.
    pub fn findings(&self) -> Result<String, Failure> {
        let findings: Vec<Finding> = self.reading.diagnostics.iter().map(Finding::from).collect();
        json(&findings)
    }

    /// The step that it is about, if it says so.
    pub fn step(&self) -> Option<usize> {
        self.step
    }

    /// The title that the text gives itself.
    pub fn title(&self) -> Option<String> {
        self.reading.title.clone()
    }

    /// Whether it can run.
    #[wasm_bindgen(js_name = isRunnable)]
    pub fn is_runnable(&self) -> bool {
        self.reading.is_runnable()
    }

    /// The run, before anything has happened.
    pub fn work(&self) -> Work {
        Work::new(self.reading.title.clone(), &self.reading.scenario)
    }
}

#[wasm_bindgen]
impl Work {
    /// Goes on for about so much; whether that was all.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self, work: usize) -> bool {
        self.computation.go_on(work)
    }

    /// Steps so far.
    pub fn steps(&self) -> usize {
        self.computation.progress().steps
    }

    /// The simulated time, in seconds.
    pub fn time(&self) -> f64 {
        self.computation.progress().now.0 as f64 / 1000.0
    }

    /// What has happened.
    pub fn finish(self) -> Run {
        Run {
            title: self.title,
            cursor: Cursor::new(Rc::new(self.computation.into_history())),
        }
    }
}

impl Work {
    fn new(title: Option<String>, scenario: &Scenario) -> Work {
        Work {
            title,
            computation: Computation::new(scenario),
        }
    }
}

#[wasm_bindgen]
impl Run {
    /// The number of steps.
    pub fn length(&self) -> usize {
        self.cursor.history().len()
    }

    /// The time at a position, in seconds.
    #[wasm_bindgen(js_name = timeAt)]
    pub fn time_at(&self, position: usize) -> f64 {
        let history = self.cursor.history();
        history.time_at(position.min(history.len())).0 as f64 / 1000.0
    }

    /// The last position that is not after a time in seconds.
    #[wasm_bindgen(js_name = positionAt)]
    pub fn position_at(&self, seconds: f64) -> usize {
        let time = rollscope_engine::time::Time((seconds.max(0.0) * 1000.0) as u64);
        self.cursor.history().position_at(time)
    }

    /// The step at an index, from 0.
    pub fn step(&self, index: usize, patches: bool) -> Result<Option<String>, Failure> {
        let step = history::step(self.cursor.history(), index, patches);
        step.map(|step| json(&step)).transpose()
    }

    /// A moment of it: as the content of a file, or as a link's hash.
    pub fn moment(&self, position: usize, hash: bool) -> Result<String, Failure> {
        let scenario = &self.cursor.history().scenario;
        let moment = Moment::of(scenario, position).filter(|moment| moment.reading().scenario == *scenario);
        let moment = moment.ok_or(Failure::new(
            "a run with another seed, or other limits, than its text says can't be passed on",
        ))?;
        Ok(if hash { moment.to_hash() } else { moment.to_json() })
    }

    /// All of it.
    pub fn history(&self, patches: bool) -> Result<String, Failure> {
        json(&history::document(
            self.cursor.history(),
            self.title.as_deref(),
            patches,
        ))
    }

    /// The objects at a position.
    pub fn objects(
        &mut self,
        position: usize,
        kind: Option<String>,
        namespace: Option<String>,
    ) -> Result<String, Failure> {
        self.cursor.seek(position);
        json(&moment::objects(&self.cursor, kind.as_deref(), namespace.as_deref()).map_err(failure)?)
    }

    /// One object at a position, as JSON or as YAML.
    pub fn object(
        &mut self,
        position: usize,
        kind: &str,
        namespace: &str,
        name: &str,
        yaml: bool,
    ) -> Result<Option<String>, Failure> {
        self.cursor.seek(position);
        let found = moment::object(&self.cursor, kind, namespace, name).map_err(failure)?;
        let print = |value| if yaml { Ok(kubectl::yaml(&value)) } else { json(&value) };
        found.map(print).transpose()
    }

    /// The Events up to a position.
    pub fn events(&mut self, position: usize) -> Result<String, Failure> {
        self.cursor.seek(position);
        json(&moment::events(&self.cursor))
    }

    /// Who waits at a position.
    pub fn waiting(&mut self, position: usize) -> Result<String, Failure> {
        self.cursor.seek(position);
        json(&moment::waiting(&self.cursor))
    }

    /// What kubectl prints at a position.
    pub fn kubectl(&mut self, position: usize, line: &str) -> Result<String, Failure> {
        self.cursor.seek(position);
        json(&moment::answer(&self.cursor, line))
    }

    /// Another run: this one up to a position, then a command line.
    pub fn fork(&self, position: usize, line: &str) -> Result<Work, Failure> {
        let what = match kubectl::read(line).map_err(failure)? {
            Command::Do(intervention) => intervention,
            Command::Ask(_) => return Err(Failure::new("this only asks: use kubectl")),
            Command::Apply => return Err(Failure::new("manifests to apply are missing: use apply")),
        };
        Ok(self.forked(position, what))
    }

    /// Another run: this one up to a position, then manifests. The error is the findings.
    pub fn apply(&self, position: usize, manifests: &str) -> Result<Work, Failure> {
        let read = manifest::read(manifests);
        let wrong = read
            .diagnostics
            .iter()
            .filter(|found| found.severity == manifest::Severity::Error);
        let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
        if wrong.is_empty() {
            Ok(self.forked(position, Intervention::Apply(manifests.into())))
        } else {
            Err(Failure::new(&wrong.join("\n")))
        }
    }

    fn forked(&self, position: usize, what: Intervention) -> Work {
        Work::new(self.title.clone(), &self.cursor.history().fork(position, what))
    }
}

fn json(data: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(data).map_err(|error| Failure::new(&error.to_string()))
}

fn failure(message: String) -> Failure {
    Failure::new(&message)
}
