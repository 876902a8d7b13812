//! Recorded runs: what is recorded plays like the run itself, and nothing that somebody may have put into a file does harm.

use rollscope::scene::look::Look;
use rollscope::scene::stage::Stage;
use rollscope::scene::strip::Strip;
use rollscope::scene::telling;
use rollscope::scene::verdict::Verdict;
use rollscope::scene::why::Why;
use rollscope_engine::history::{Cursor, History};
use rollscope_engine::moment::Moment;
use rollscope_engine::{Scenario, record, simulate};
use std::rc::Rc;

/// What a record begins with: a text that no text begins with, and a version.
const MAGIC: &[u8] = b"\0rollscope run\x01";

const TYPO: &str = "
apiVersion: rollscope.dev/v1
kind: Scenario
title: A typo, and the way back
world: {images: {\"nginx:1.72\": {pull: fails}}}
interventions:
- {at: 20, run: kubectl set image deployment/web web=nginx:1.72}
- {at: 50, run: kubectl rollout undo deployment/web}
- {at: 90, run: kubectl scale deployment/web --replicas=3}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1.27'}]}
";

fn run(text: &str) -> (Option<String>, History) {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    (reading.title, simulate(&reading.scenario))
}

fn recorded(text: &str, step: Option<usize>) -> Vec<u8> {
    let (title, history) = run(text);
    record::write(title.as_deref(), &history, step).expect("a run that can be recorded")
}

#[test]
fn a_recorded_run_is_the_run_itself() {
    let (title, history) = run(TYPO);
    let recorded = record::read(&recorded(TYPO, Some(7))).expect("a record");
    let read = recorded.run.expect("a run");
    assert_eq!((read.title, read.step), (title, Some(7)));
    assert_eq!(read.history.answers, history.answers);
    assert_eq!(read.history.end, history.end);
    assert_eq!(format!("{:?}", read.history.steps), format!("{:?}", history.steps));
    let (told, expected) = (Rc::new(read.history), Rc::new(history));
    assert_eq!(format!("{:?}", Strip::of(&told)), format!("{:?}", Strip::of(&expected)));
    let mut cursors = [told, expected].map(Cursor::new);
    for position in [usize::MAX, 40, 0] {
        let [told, expected] = &mut cursors;
        assert!(told.seek(position) == expected.seek(position), "{position}");
    }
}

/// Where its objects lie in the memory is no part of a run.
#[test]
fn a_run_of_many_pods_can_be_recorded() {
    let text = "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions: [{at: 60, run: kubectl set image deployment/web \
                web=nginx:1.9.1}]\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: \
                300\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: \
                {containers: [{name: web, image: nginx:1.7.9}]}\n";
    let recorded = recorded(text, None);
    let read = record::read(&recorded).expect("a record").run.expect("a run");
    assert!(read.history.steps.len() > 50, "{} steps", read.history.steps.len());
}

#[test]
fn its_link_leads_to_the_same_run_at_any_step() {
    let link = record::read(&recorded(TYPO, None)).expect("a record").link;
    let moment = Moment::from_hash(&format!("{link}.12")).expect("a link");
    assert_eq!(moment.step, Some(12));
    assert_eq!(moment.text, TYPO);
    assert_eq!(Moment::from_hash(&link).expect("a link").step, None);
    for wrong in [".", ".x", ".-1", ".1.2", ".99999999999999999999"] {
        assert!(Moment::from_hash(&format!("{link}{wrong}")).is_err(), "{wrong}");
    }
}

#[test]
fn what_can_not_be_recorded_is_said() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  \
               serviceName: web\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: web}]}\n";
    let (_, history) = run(set);
    let refused = record::write(None, &history, None).expect_err("a StatefulSet");
    assert!(refused.contains("Deployments"), "{refused}");
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let whole = recorded(TYPO, None);
    assert!(record::is_record(&whole) && !record::is_record(b"kind: Pod") && !record::is_record(b""));
    for length in (0..whole.len()).step_by(97) {
        assert!(record::read(&whole[..length]).is_err(), "{length}");
    }
    for at in (0..whole.len()).step_by(89) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x11;
        let read = record::read(&bytes);
        // The layout is beside the sum: another one is a run of another version, with all that is known of it.
        assert!(read.is_err() || read.is_ok_and(|read| read.run.is_none()), "{at}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(record::read(&longer).is_err());
}

#[test]
fn a_version_that_is_not_known_is_said_and_another_layout_leaves_the_link() {
    let mut bytes = recorded(TYPO, None);
    let link = record::read(&bytes).expect("a record").link;
    let other = sealed(record::LAYOUT ^ 1, content(&bytes));
    let read = record::read(&other).expect("the link");
    assert!(read.run.is_none());
    assert_eq!(read.link, link);
    bytes[MAGIC.len() - 1] = 2;
    assert!(record::read(&bytes).is_err_and(|error| error.contains("newer")));
}

/// What stands behind the sum.
fn content(bytes: &[u8]) -> &[u8] {
    let mut rest = &bytes[MAGIC.len()..];
    for _ in 0..2 {
        let length = rest.iter().position(|byte| *byte < 0x80).expect("a number") + 1;
        rest = &rest[length..];
    }
    rest
}

/// As somebody would do who wants it to be read.
fn sealed(layout: u32, content: &[u8]) -> Vec<u8> {
    let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let mut bytes = MAGIC.to_vec();
    for mut number in [layout, content.iter().fold(0x811c_9dc5, add)] {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }
    bytes.extend(content);
    bytes
}

/// Numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// A few changes: other bytes, a piece more, a piece less, a number as large as can be.
fn hurt(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        let until = bytes.len().min(at + 1 + dice.below(40));
        match dice.below(6) {
            0 | 1 => bytes[at] = dice.below(256) as u8,
            2 => bytes[at] ^= 1 << dice.below(8),
            3 => drop(bytes.drain(at..until)),
            4 => {
                let piece = bytes[at..until].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => drop(bytes.splice(at..until, [0xff, 0xff, 0xff, 0xff, 0x0f])),
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
}

/// All that is drawn of a run before the engine is there.
fn look_at(history: History) {
    let history = Rc::new(history);
    drop((Strip::of(&history), Verdict::of(&history), telling::position(&history)));
    let look = Look::of(&history);
    let mut cursor = Cursor::new(history.clone());
    let positions = [0, 1, 7, history.len() / 2, history.len(), history.len() / 3];
    for position in positions {
        cursor.seek(position);
        drop((Stage::with(&cursor, &look, None, None, None), Why::of(&cursor)));
    }
}

#[test]
fn a_hostile_record_ends_in_words_or_in_a_run() {
    let whole = recorded(TYPO, None);
    let content = content(&whole);
    let (mut dice, mut runs) = (Dice(7), 0);
    for _ in 0..1_000 {
        let mut hurt_content = content.to_vec();
        hurt(&mut hurt_content, &mut dice);
        let read = record::read(&sealed(record::LAYOUT, &hurt_content));
        if let Some(run) = read.ok().and_then(|read| read.run) {
            runs += 1;
            look_at(run.history);
        }
    }
    assert!(runs > 50, "only {runs} were read at all");
}

#[test]
fn counts_beyond_all_bytes_are_not_believed() {
    for fill in [0x00, 0x01, 0x7f, 0x80, 0xff] {
        for length in [0, 1, 5, 9, 300, 100_000] {
            let bytes = sealed(record::LAYOUT, &vec![fill; length]);
            assert!(record::read(&bytes).is_err(), "{fill} {length}");
        }
    }
}
