//! A scenario in text: manifests and, among them, at most one document of our own kind `Scenario`, so that one text
//! holds a whole demo.

use super::advice::advise;
use super::{Intervention, Scenario, Timed, behaviors};
use crate::behavior;
use crate::interventions::too_many;
use crate::manifest::{self, Data, Diagnostic, Document, Entry, Node, Severity, Span};
use crate::release::{Gates, Release};
use crate::time::{Duration, Time};
use crate::value::Value;
use crate::world::{Behavior, Limits};

/// A text, understood.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What the text asks for. Its first intervention applies the text at zero.
    pub scenario: Scenario,
    /// The title that the text gives itself.
    pub title: Option<String>,
    /// The release that the text names; without one, the scenario's is the default.
    pub release: Option<Release>,
    /// The gates that the text sets by name. Another release has other defaults, but these stay.
    pub gates: Vec<(String, bool)>,
    /// What is wrong or worth knowing, by position; errors of the manifests included.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Whether nothing is so wrong that it must be mended before a run.
    pub fn is_runnable(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|diagnostic| diagnostic.severity != Severity::Error)
    }
}

impl Scenario {
    /// Reads manifests and, if the text has one, the document `kind: Scenario` with world and interventions. Never fails
    /// as a whole: what can't be read is a diagnostic.
    pub fn read(text: &str) -> Reading {
        let manifest = manifest::read(text);
        let mut reader = Reader {
            scenario: Scenario::of_manifests(text),
            own_nodes: Vec::new(),
            meant_nodes: Vec::new(),
            title: None,
            release: None,
            gates: Vec::new(),
            diagnostics: manifest.diagnostics,
        };
        let mut own = manifest.documents.iter().filter(|document| is_own(document));
        if let Some(document) = own.next() {
            reader.document(&document.node, &manifest.documents);
        }
        for extra in own {
            reader.error(extra.span, "only one document of kind Scenario is read".into());
        }
        let nodes = manifest.documents.iter().filter(|document| document.kind == "Node");
        reader.own_nodes = nodes.map(|document| document.name.clone()).collect();
        for (span, name) in std::mem::take(&mut reader.meant_nodes) {
            reader.unknown_node(span, &name);
        }
        reader.limit_pods(&manifest.documents);
        reader
            .scenario
            .set_release(reader.release.unwrap_or(Release::DEFAULT), &reader.gates);
        let own = manifest.documents.iter().find(|document| is_own(document));
        let images = own.and_then(|document| document.node.at(&["world", "images"]));
        let said = (&reader.scenario, images);
        behaviors::check(text, &manifest.documents, said, &mut reader.diagnostics);
        let Scenario { world, gates, .. } = &reader.scenario;
        advise(text, &manifest.documents, world, *gates, &mut reader.diagnostics);
        crate::order::sort_by_key(&mut reader.diagnostics, |diagnostic| {
            (diagnostic.span.start, diagnostic.severity)
        });
        Reading {
            scenario: reader.scenario,
            title: reader.title,
            release: reader.release,
            gates: reader.gates,
            diagnostics: reader.diagnostics,
        }
    }
}

fn is_own(document: &Document) -> bool {
    document.api_version == "rollscope.dev/v1" && document.kind == "Scenario"
}

pub(super) struct Reader {
    pub(super) scenario: Scenario,
    /// Nodes that the text brings as manifests.
    pub(super) own_nodes: Vec<String>,
    /// Nodes that commands are about, and where.
    meant_nodes: Vec<(Span, String)>,
    title: Option<String>,
    release: Option<Release>,
    gates: Vec<(String, bool)>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn warn(&mut self, span: Span, message: String) {
        self.report(Severity::Warning, span, String::new(), message);
    }

    pub(super) fn error(&mut self, span: Span, message: String) {
        self.report(Severity::Error, span, String::new(), message);
    }

    fn report(&mut self, severity: Severity, span: Span, field: String, message: String) {
        self.diagnostics.push(Diagnostic::new(severity, span, field, message));
    }

    fn document(&mut self, node: &Node, documents: &[Document]) {
        for entry in node.entries() {
            match entry.key.as_str() {
                "apiVersion" | "kind" | "metadata" => {}
                "title" => self.title = self.text(entry),
                "release" => self.release(entry),
                "gates" => self.gates(&entry.value),
                "seed" => self.seed(entry),
                "limits" => self.limits(&entry.value),
                "world" => self.world(&entry.value, documents),
                "interventions" => self.interventions(&entry.value),
                _ => self.unknown(entry, "title, release, gates, seed, limits, world, interventions"),
            }
        }
    }

    pub(super) fn unknown(&mut self, entry: &Entry, expected: &str) {
        let message = format!("unknown field \"{}\": expected one of {expected}", entry.key);
        self.error(entry.key_span, message);
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        let text = entry.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.error(entry.value.span, format!("{}: expected text", entry.key));
        }
        text
    }

    fn release(&mut self, entry: &Entry) {
        // An unquoted 1.36 reads as a number.
        let text = match &entry.value.data {
            Data::Float(number) => manifest::json_number(*number),
            _ => entry.value.as_str().unwrap_or_default().to_owned(),
        };
        match text.parse() {
            Ok(release) => self.release = Some(release),
            Err(error) => self.error(entry.value.span, error),
        }
    }

    fn gates(&mut self, node: &Node) {
        for entry in node.entries() {
            let on = match entry.value.data {
                Data::Bool(on) => on,
                _ => {
                    self.error(entry.value.span, format!("{}: expected true or false", entry.key));
                    continue;
                }
            };
            match Gates::default().by_name(&entry.key) {
                Some(_) => self.gates.push((entry.key.clone(), on)),
                None => {
                    let message = format!("the gate {} changes nothing here", entry.key);
                    self.report(Severity::Warning, entry.key_span, String::new(), message);
                }
            }
        }
    }

    fn seed(&mut self, entry: &Entry) {
        match entry.value.data {
            Data::Int(seed) => self.scenario.seed = seed.unsigned_abs(),
            _ => self.error(entry.value.span, "seed: expected a whole number".into()),
        }
    }

    /// They may be raised, but not so far that nobody's machine can do it.
    fn limits(&mut self, node: &Node) {
        for entry in node.entries() {
            let (name, highest) = match entry.key.as_str() {
                "pods" => ("pods", Limits::HIGHEST.pods),
                "steps" => ("steps", i64::try_from(Limits::HIGHEST.steps).unwrap_or(i64::MAX)),
                _ => {
                    self.unknown(entry, "pods, steps");
                    continue;
                }
            };
            let limits = &mut self.scenario.world.limits;
            match entry.value.data {
                Data::Int(pods) if name == "pods" && (1..=highest).contains(&pods) => limits.pods = pods,
                Data::Int(steps) if (1..=highest).contains(&steps) => {
                    limits.steps = usize::try_from(steps).unwrap_or(limits.steps);
                }
                _ => self.error(entry.value.span, format!("limits.{name}: expected 1 to {highest}")),
            }
        }
    }

    fn world(&mut self, node: &Node, documents: &[Document]) {
        for entry in node.entries() {
            match entry.key.as_str() {
                "default" => {
                    self.scenario.world.default_behavior = self.behavior(&entry.value, Behavior::default());
                }
                "images" => {}
                "nodes" => self.nodes(entry),
                "load" => self.load(&entry.value, documents),
                "provision" => {
                    let time = self.duration(entry);
                    self.scenario.world.provision = time.unwrap_or_default();
                }
                "propagation" => {
                    let time = self.duration(entry);
                    self.scenario.world.propagation = time.unwrap_or_default();
                }
                _ => self.unknown(entry, "default, images, nodes, load, propagation, provision"),
            }
        }
        let images = node.get("images").map(Node::entries).unwrap_or_default();
        for entry in images {
            let behavior = self.behavior(&entry.value, self.scenario.world.default_behavior.clone());
            self.scenario.world.images.insert(entry.key.clone(), behavior);
        }
    }

    fn behavior(&mut self, node: &Node, behavior: Behavior) -> Behavior {
        behavior.with(node, &mut |span, message| self.error(span, message))
    }

    pub(super) fn duration(&mut self, entry: &Entry) -> Option<Duration> {
        behavior::duration(entry, &mut |span, message| self.error(span, message))
    }

    fn interventions(&mut self, node: &Node) {
        for item in node.items() {
            let at = match item.entry("at") {
                Some(entry) => self.duration(entry),
                None => {
                    self.error(item.span, "an intervention needs \"at\": seconds".into());
                    None
                }
            };
            let what = self.intervention(item);
            if let (Some(at), Some(what)) = (at, what) {
                let timed = Timed {
                    at: Time::ZERO + at,
                    what,
                };
                self.scenario.interventions.push(timed);
            }
        }
        crate::order::sort_by_key(&mut self.scenario.interventions, |timed| timed.at);
    }

    fn intervention(&mut self, item: &Node) -> Option<Intervention> {
        for entry in item.entries() {
            if !matches!(entry.key.as_str(), "at" | "run" | "apply") {
                self.unknown(entry, "at, run, apply");
            }
        }
        if let Some(entry) = item.entry("run") {
            let line = self.text(entry)?;
            return match line.parse() {
                Ok(intervention) => {
                    if let Intervention::Cordon(key, _)
                    | Intervention::Drain(key, _)
                    | Intervention::Taint(key, ..)
                    | Intervention::Node(key, _) = &intervention
                    {
                        self.meant_nodes.push((entry.value.span, key.name.to_string()));
                    }
                    Some(intervention)
                }
                Err(error) => {
                    self.error(entry.value.span, error);
                    None
                }
            };
        }
        let Some(entry) = item.entry("apply") else {
            let message = "an intervention needs \"run\", a kubectl command, or \"apply\", manifests";
            self.error(item.span, message.into());
            return None;
        };
        let text = self.text(entry)?;
        for diagnostic in manifest::read(&text).diagnostics {
            if diagnostic.severity == Severity::Error {
                let message = format!("in the applied manifests, {diagnostic}");
                self.error(entry.value.span, message);
            }
        }
        Some(Intervention::Apply(text.into()))
    }

    /// More Pods than the engine simulates are refused at the number that asks for them.
    fn limit_pods(&mut self, documents: &[Document]) {
        let limits = self.scenario.world.limits;
        let mut total = 0_i64;
        for document in documents {
            let asked = document
                .object
                .as_ref()
                .and_then(|object| object.at(&["spec", "replicas"]));
            let replicas = asked.and_then(Value::as_int).unwrap_or(0);
            total = total.saturating_add(replicas.max(0));
            if total > limits.pods {
                let place = document.node.at(&["spec", "replicas"]);
                let span = place.map_or(document.span, |node| node.span);
                self.report(Severity::Error, span, "spec.replicas".into(), too_many(total, limits));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) -> Scenario {
        let reading = Scenario::read(text);
        let found: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(found, expect, "{text}");
        reading.scenario
    }

    const HEAD: &str = "apiVersion: rollscope.dev/v1\nkind: Scenario\n";

    #[test]
    fn a_whole_demo_in_one_text() {
        let scenario = check(
            &format!(
                "{HEAD}title: T\nrelease: \"1.35.0\"\nseed: 7\nworld:\n  images:\n    app:2: {{pull: fails, stop: 0.5}}\n\
                 interventions:\n- at: 30\n  run: kubectl scale deployment/web --replicas=5\n- {{at: 40, run: kubectl set image \
                 deployment/web app=app:2}}\n"
            ),
            &[],
        );
        assert!(scenario.gates.max_unavailable_stateful_set);
        assert_eq!(scenario.seed, 7);
        assert!(!scenario.world.behavior("app:2").pullable);
        assert_eq!(scenario.world.behavior("app:2").stop, Duration(500));
        assert_eq!(scenario.interventions[1].at, Time(30_000));
    }

    #[test]
    fn gates_that_are_set_outlast_a_release() {
        let scenario = check(
            &format!("{HEAD}gates: {{MaxUnavailableStatefulSet: false}}\nrelease: \"1.37\"\n"),
            &[],
        );
        assert!(!scenario.gates.max_unavailable_stateful_set);
    }

    #[test]
    fn mistakes_have_a_place() {
        check(
            &format!("{HEAD}colour: red\nrelease: 2.0\n"),
            &[
                "3:1: error: unknown field \"colour\": expected one of title, release, gates, seed, limits, world, interventions",
                "4:10: error: unknown Kubernetes release \"2\": expected 1.33 to 1.37",
            ],
        );
        check(
            &format!("{HEAD}interventions:\n- run: kubectl fly\n  at: -1\n"),
            &[
                "4:8: error: unknown command \"fly\": expected scale, set image, patch, rollout undo|pause|resume|restart, delete, cordon, uncordon, drain, taint, node lost|back|reboot NAME, or pod VERB NAME",
                "5:7: error: at: expected seconds, from 0 to 86400",
            ],
        );
    }

    #[test]
    fn more_pods_than_can_be_simulated_are_refused_where_they_are_asked_for() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 100000\n  \
                    selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    \
                    spec: {containers: [{name: c, image: i}]}\n";
        check(
            text,
            &[
                "5:13: error: 100000 replicas are too many here: at most 2000 Pods are simulated, unless limits.pods says more",
            ],
        );
        let raised = format!("{HEAD}limits: {{pods: 100000, steps: 7}}\n---\n{text}");
        let scenario = check(&raised, &[]);
        let history = crate::simulate(&scenario);
        assert_eq!(history.end, crate::history::End::StepLimit(7));
        check(
            &format!("{HEAD}limits: {{pods: 0, steps: 3000000, Pods: 1}}\n"),
            &[
                "3:16: error: limits.pods: expected 1 to 100000",
                "3:26: error: limits.steps: expected 1 to 2000000",
                "3:35: error: unknown field \"Pods\": expected one of pods, steps",
            ],
        );
    }

    #[test]
    fn commands_cannot_ask_for_more_either() {
        let text = format!(
            "{HEAD}limits: {{pods: 5}}\ninterventions: [{{at: 9, run: kubectl scale deployment/web --replicas=6}}, {{at: 10, \
             run: kubectl scale deployment/web --replicas=5}}]\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: \
             web}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    \
             spec: {{containers: [{{name: c, image: i}}]}}\n"
        );
        let history = crate::simulate(&Scenario::read(&text).scenario);
        let answers: Vec<(bool, &str)> = history.answers.iter().map(|it| (it.accepted, it.text.trim())).collect();
        let refused = "6 replicas are too many here: at most 5 Pods are simulated, unless limits.pods says more";
        assert_eq!(answers[1..], [(false, refused), (true, "deployment.apps/web scaled")]);
    }
}
