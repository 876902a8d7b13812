//! How two runs differ, found once more by looking for each step of one in the whole of the other.

use crate::counted::runs;
use crate::told::{db, web};
use rollscope::scene::difference::{Comparing, Difference};
use rollscope_engine::step::Step;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

#[test]
fn runs_differ_where_their_steps_do() {
    let on = |history: &History, release: &str| {
        let mut scenario: Scenario = history.scenario.clone();
        scenario.set_release(release.parse().expect("a release"), &[]);
        Rc::new(simulate(&scenario))
    };
    let mut pairs = vec![
        (web(4, "", ""), web(5, "", "")),
        (
            web(4, "", "20 set image deployment/web c=nginx:2"),
            web(4, "", "20 scale deployment/web --replicas=2"),
        ),
        (
            db(3, "", "30 set image statefulset/db c=pg:2"),
            db(3, "", "31 set image statefulset/db c=pg:2"),
        ),
        (db(3, "", ""), db(3, "podManagementPolicy: Parallel", "")),
    ];
    pairs.extend(
        runs()
            .into_iter()
            .map(|(_, history)| (history.clone(), on(&history, "1.33"))),
    );
    let mut same = 0;
    for (one, other) in pairs {
        let told = between(&one, &other);
        assert_eq!(Difference::between(&one, &other, "the other").text, told);
        for room in [1, 30] {
            let mut comparing = Comparing::new(one.clone(), other.clone(), "the other".into());
            let found = std::iter::repeat_with(|| comparing.go_on(&mut room.clone()))
                .flatten()
                .next();
            assert_eq!(found.map(|found| found.text).as_ref(), Some(&told));
        }
        same += usize::from(told.contains("no step differs"));
    }
    assert!(same > 0, "some are the same");
}

fn between(one: &History, other: &History) -> String {
    let decisions = |history: &History| -> Vec<(usize, Step)> {
        let all = history.steps.iter().cloned().enumerate();
        all.filter(|(_, step)| !step.is_report()).collect()
    };
    let is_same = |a: &Step, b: &Step| a.at.0.abs_diff(b.at.0) < 100 && a.actor == b.actor && a.title() == b.title();
    let (mine, others) = (decisions(one), decisions(other));
    let foreign = |these: &[(usize, Step)], those: &[(usize, Step)]| {
        let has_none = |step: &Step| !those.iter().any(|(_, other)| is_same(step, other));
        these.iter().filter(|(_, step)| has_none(step)).count()
    };
    let count = foreign(&mine, &others).max(foreign(&others, &mine));
    let alike = mine
        .iter()
        .zip(&others)
        .take_while(|((_, a), (_, b))| is_same(a, b))
        .count();
    if alike == mine.len() && alike == others.len() {
        let what = if one.len() == other.len() {
            "no step differs"
        } else {
            "only reported counts differ"
        };
        return format!("compared with the other: {what}");
    }
    let (here, there) = (mine.get(alike), others.get(alike));
    let quoted = |step: Option<&(usize, Step)>| {
        step.map_or("nothing more".to_owned(), |(_, step)| format!("“{}”", step.title()))
    };
    let first = here.map_or(one.len(), |(index, _)| index + 1);
    let rule = here.or(there).and_then(|(_, step)| Some(step.main()?.1.rule().id));
    format!(
        "compared with the other: {count} {}, first at step {first} ({}): {} instead of {} ({})",
        if count == 1 { "step differs" } else { "steps differ" },
        one.time_at(first),
        quoted(here),
        quoted(there),
        rule.unwrap_or_default(),
    )
}
