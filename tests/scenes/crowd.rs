//! More Pods than can be told apart: how large they are drawn, and what is said of all and of one.

use crate::told::{at, db, end, web};
use rollscope::scene::crowd::{BLOCK, Crowd, word};
use rollscope::scene::look::Look;
use rollscope::scene::pod::Form;
use rollscope::scene::stage::{Body, Stage};
use rollscope_engine::Cursor;

/// `400 available, 1 missing` of the first workload's last row or slots.
fn crowd(cursor: &Cursor) -> Crowd {
    let stage = Stage::of(cursor);
    assert!(stage.crowd.is_some(), "crowded");
    match &stage.workloads[0].body {
        Body::Deployment(scene) => Crowd::of("a row", &scene.rows.last().expect("a row").tiles),
        Body::Slots(slots) => Crowd::in_slots(slots, None),
        other => panic!("{other:?}"),
    }
}

fn sums(crowd: &Crowd) -> String {
    let sums = crowd.sums();
    let sums: Vec<String> = sums
        .iter()
        .map(|(form, count)| format!("{count} {}", word(*form)))
        .collect();
    sums.join(", ")
}

#[test]
fn the_size_is_the_same_throughout_a_run() {
    let history = web(280, "", "20 set image deployment/web c=nginx:2");
    assert_eq!(Look::of(&history).most, 280 + 70 + 70 + 70);
    for position in [1, history.len() / 2, history.len()] {
        let mut cursor = Cursor::new(history.clone());
        cursor.seek(position);
        assert_eq!(Stage::of(&cursor).crowd, Some(490), "at {position}");
    }
    assert_eq!(Stage::of(&end(&web(280, "", ""))).crowd, None);
}

#[test]
fn a_row_is_told_in_sums_and_each_pod_by_its_name() {
    let history = web(400, "", "20 set image deployment/web c=nope:1");
    let crowd = crowd(&at(&history, 20, "ErrImagePull"));
    assert_eq!(sums(&crowd), "100 pending, 100 failing");
    let mut dots = (0..crowd.len.div_ceil(BLOCK)).flat_map(|block| crowd.dots(block));
    let broken = dots.position(|dot| dot.form == Some(Form::Broken));
    let broken = broken.expect("one that fails");
    let name = &crowd.pod(broken).expect("a Pod").name;
    assert_eq!(crowd.sentence(broken), format!("Pod {name}, revision 2, failing"));
    assert_eq!((crowd.pod(200), crowd.first), (None, None));
}

#[test]
fn places_stay_where_they_are_when_nobody_is_there() {
    let partition = "podManagementPolicy: Parallel\n  updateStrategy: {rollingUpdate: {partition: 250}}";
    let history = db(400, partition, "20 delete pod db-7");
    let done = crowd(&end(&history));
    assert_eq!((done.first, done.boundary), (Some(0), Some(250)));
    assert_eq!(done.sentence(7), "Pod db-7, revision 1, available");
    let halfway = crowd(&at(&history, 20, "Pod db-7 gone"));
    assert_eq!(sums(&halfway), "399 available, 1 missing");
    assert_eq!(halfway.sentence(7), "db-7: no Pod is there");
    assert_eq!(halfway.pod(7), None);
}
