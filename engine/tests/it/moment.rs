//! Moments of runs as links and files: what was written comes back, whatever version wrote it; what is hostile ends in words.

use miniz_oxide::deflate::compress_to_vec;
use rollscope_engine::moment::Moment;
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{Scenario, simulate};

/// A text with a world, a plan, a gate and a release of its own.
const TEXT: &str = "\
apiVersion: rollscope.dev/v1
kind: Scenario
title: Größe \"5\" \u{1F680}
release: \"1.35.0\"
gates: {PodDeletionCost: false}
seed: 7
world:
  images:
    web:2: {pull: fails}
interventions:
- at: 12.345
  run: kubectl set image deployment/web web=web:2
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1}]}
";

/// Version 1, as it was written on its first day: the link, and the file. They must never be changed.
const LINK_1: &str = "\
#1.hZJRahsxEIavIvS8u9mNYwyCPCVQCg0UTPsS-WG8O3aFtSMhyU7CstBz9CW36AVyoR6ho3XquqSlb7Na_d_M_2sGGZy1sXUep\
WoKGdAiRK5lU80WVS0LuYWEUapB3sHjJ4IDGAtri8vE55u9XWKSagM24ljImNAzZ1HIhI98LsGbzxiicaTEqVPV4eHi0GjaGeqUW\
LZIEIzTlEyyqMS78PL95RmFlnMtxY_nb181vQ6m-JAnm1e1lpqm0ZQYPrrulv8nbnPjYlLiOI-miMgNFpoeXLCd0iSE6WHLolwK8\
YBrdckAv7c2q4yNrDKUMByQMi_fLAUws7msZlfzrAt7drPbr7FNVkRMR6bo0Fv31LPugrmZfT3xGVCWms6jAO_jWQK3J6WmHhN0k\
ICnIujZMDMKkcvooeVvH1yXrXlsJxeBxaYFzmGWPyMH0SYXWN9Dar98gDXaHBL3nGDjmK8l7L3l-F6DOOtq_y5gcu4ohtZRAkNsR\
Yn78xmnFKZaNeOKRbw8f0Qp1f0ggdfiGCVv2554R_6bZEmT6d-JyrE4gmZ1VdfNG1AL9p-QsvwV2PX8xLmqC15Vb5-YMpw_1KEpx\
PGNbhxtzPYOfCHePBHkiOS4KuQ6uB3S-2nH2K7M487kavwJ";
const FILE_1: &str = include_str!("../moments/1.rollscope.json");

/// What both hold.
fn version_1() -> Moment {
    let timed = |at, line: &str| Timed {
        at: Time(at),
        what: line.parse().expect(line),
    };
    Moment {
        text: TEXT.to_owned(),
        release: Some("1.37.0".parse().expect("a release")),
        gates: vec![("MaxUnavailableStatefulSet".to_owned(), false)],
        interventions: Some(vec![
            timed(12_345, "kubectl set image deployment/web -n prod web=web:2"),
            timed(30_001, "kubectl scale deployment/web -n prod --replicas=5"),
            Timed {
                at: Time(40_000),
                what: Intervention::Apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n".into()),
            },
        ]),
        broken_images: vec!["web:3".to_owned()],
        step: Some(17),
    }
}

#[test]
fn version_1_keeps_opening() {
    assert_eq!(Moment::from_hash(LINK_1), Ok(version_1()));
    assert_eq!(Moment::from_json(FILE_1), Ok(version_1()));
    assert_eq!(Moment::from_file(FILE_1), Ok(version_1()));
    let history = simulate(&version_1().reading().scenario);
    assert!(history.len() > 17, "{}", history.len());
    assert!(
        history.answers.iter().all(|answer| answer.accepted),
        "{:?}",
        history.answers
    );
}

#[test]
fn what_is_written_is_read() {
    let moment = version_1();
    assert_eq!(moment.to_json(), FILE_1);
    assert_eq!(Moment::from_hash(&moment.to_hash()), Ok(moment));
    let bare = Moment::of_text("# nothing\n");
    assert_eq!(Moment::from_hash(&bare.to_hash()), Ok(bare.clone()));
    assert_eq!(Moment::from_json(&format!("\u{feff}{}", bare.to_json())), Ok(bare));
}

/// Whatever the page can do to the run of a text, its moment leads to the same scenario.
#[test]
fn a_moment_of_a_run_is_that_run() {
    let text = TEXT.replace(", namespace: prod", "");
    let planned = Scenario::read(&text).scenario;
    let mut scenarios = vec![planned.clone(), Scenario::of_manifests("{}")];
    let history = simulate(&planned);
    for line in [
        "kubectl rollout undo deployment/web",
        "kubectl scale deployment/web --replicas=5",
        "kubectl patch deployment/web -p '{\"spec\": {\"paused\": true}}'",
        "kubectl drain node-1 --ignore-daemonsets --force",
        "kubectl delete pod/web-1 --grace-period=0 --force",
        "pod crash-loop web-1 --restarts=3",
        "pod label web-1 a=b c-",
        "node lost node-2",
    ] {
        scenarios.push(history.fork(history.len() / 2, line.parse().expect(line)));
    }
    scenarios.push(history.fork(3, Intervention::ServerSideApply(text.as_str().into())));
    let mut without = planned.clone();
    without.interventions.truncate(1);
    scenarios.push(without);
    let mut broken = history.fork(3, "kubectl set image deployment/web web=web:9".parse().expect("a line"));
    broken.world.break_image("web:9");
    scenarios.push(broken);
    let mut other = planned;
    other.gates.logarithmic_scale_down = false;
    scenarios.push(other.clone());
    other.set_release(
        "1.37".parse().expect("a release"),
        &[("PodDeletionCost".to_owned(), false)],
    );
    scenarios.push(other);
    for scenario in scenarios {
        let moment = Moment::of(&scenario, 5).expect("the run of a text");
        assert_eq!(moment.reading().scenario, scenario);
        let travelled = Moment::from_hash(&moment.to_hash()).expect("a link");
        assert_eq!(travelled.reading().scenario, scenario);
        assert_eq!(travelled.step, Some(5));
    }
}

#[test]
fn files_may_be_manifests() {
    for manifests in [
        TEXT,
        "",
        "{\"apiVersion\": \"v1\", \"kind\": \"List\"}",
        "{\"text\": \"\", \"rollscope\": 1}",
    ] {
        assert_eq!(Moment::from_file(manifests), Ok(Moment::of_text(manifests)));
    }
}

/// The link's error, which has to contain `expect`.
fn check(what: &str, hash: &str, expect: &str) {
    let error = Moment::from_hash(hash).expect_err(what);
    assert!(!expect.is_empty() && error.contains(expect), "{what}: {error}");
}

fn packed(content: &[u8]) -> String {
    let moment = Moment::of_text("").to_hash();
    assert!(moment.starts_with("#1."));
    format!("#1.{}", base64url(&compress_to_vec(content, 10)))
}

/// Written once more, and otherwise, so that the tests don't share a mistake with what they test.
fn base64url(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let letters: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['-', '_'])
        .collect();
    let place = |six: &[u8]| (0..6).fold(0, |place, bit| place << 1 | usize::from(*six.get(bit).unwrap_or(&0)));
    bits.chunks(6).map(|six| letters[place(six)]).collect()
}

#[test]
fn hostile_links_end_in_words() {
    for nothing in ["", "#", "#top", "#.", "#.abc", "#-1.abc", "#1", "#one.abc", "#１.abc"] {
        check("no link at all", nothing, "no link to a moment");
    }
    check("a version to come", "#2.abc", "version 2");
    check(
        "a huge version",
        &format!("#{}.abc", "9".repeat(400)),
        "only versions up to 1",
    );
    for garbage in [
        "#1.",
        "#1.abc",
        "#1.%20",
        "#1.====",
        "#1.AAAAAAAA",
        "#1.\u{0}",
        "#1.ÿÿÿÿ",
    ] {
        check("garbage", garbage, "incomplete or damaged");
    }
    let link = version_1().to_hash();
    for end in 3..link.len() {
        check("a link cut off", &link[..end], "incomplete or damaged");
    }
    check("no text", &packed(b"\xff\xfe"), "incomplete or damaged");
    check("no JSON", &packed(b"kind: Pod"), "no Rollscope file");
    check("another version inside", &packed(b"{\"rollscope\": 9}"), "version 9");
    check("a bomb", &packed(&vec![b' '; 40 << 20]), "too large");
    check(
        "deep nesting",
        &packed("[".repeat(1 << 20).as_bytes()),
        "no Rollscope file",
    );
}

#[test]
fn letters_that_are_not_right_never_panic() {
    let link = version_1().to_hash();
    for place in 3..link.len() {
        for other in ["A", "_", "9"] {
            let mut changed = link.clone();
            changed.replace_range(place..=place, other);
            if let Ok(moment) = Moment::from_hash(&changed) {
                drop(moment.reading());
            }
        }
    }
}

#[test]
fn a_file_says_what_is_wrong_with_it() {
    for (content, expect) in [
        ("{\"rollscope\": 1}", "missing field `text`"),
        ("{\"rollscope\": -1, \"text\": \"\"}", "no Rollscope file"),
        ("{\"rollscope\": 0, \"text\": \"\"}", "version 0"),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"wind\": 3}",
            "unknown field `wind`",
        ),
        ("{\"rollscope\": 1, \"text\": \"\", \"step\": -3}", "invalid value"),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"release\": \"2.0\"}",
            "unknown Kubernetes release \"2.0\"",
        ),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"gates\": {\"Wings\": true}}",
            "the gate Wings changes nothing",
        ),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"interventions\": [{\"at\": 1, \"run\": \"kubectl fly\"}]}",
            "`kubectl fly`: unknown command",
        ),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"interventions\": [{\"at\": -1, \"apply\": \"\"}]}",
            "can't be at -1",
        ),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"interventions\": [{\"at\": 1e300, \"apply\": \"\"}]}",
            "can't be at 1e+300",
        ),
        (
            "{\"rollscope\": 1, \"text\": \"\", \"interventions\": [{\"at\": 1}]}",
            "an intervention needs",
        ),
    ] {
        let error = Moment::from_file(content).expect_err(content);
        assert!(error.contains(expect), "{content}: {error}");
    }
    let long = format!("{{\"rollscope\": 1, \"text\": \"{}\"}}", "x".repeat(5 << 20));
    assert!(Moment::from_file(&long).expect_err("too long").contains("too large"));
}
