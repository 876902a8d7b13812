//! A run in somebody else's page: what that page may ask for, and what it is told.

use super::*;
use crate::state::embedded::{Complaint, Embedded, News, Order, Wish, without_indentation};
use rollscope_engine::moment::Moment;
use rollscope_engine::{Scenario, record, simulate};

fn widget() -> Embedded {
    Embedded::new(Some(Later::LINKED), false)
}

fn wish(text: &str) -> Wish {
    Wish {
        text: text.to_owned(),
        ..Wish::default()
    }
}

/// Shows it to the end of the computation.
fn show(widget: &mut Embedded, wish: Wish) -> Vec<News> {
    let (mut effects, mut news) = widget.order(Order::Show(wish));
    while effects.contains(&Effect::GoOn) {
        let more = widget.act(Action::GoOn);
        effects = more.0;
        news.extend(more.1);
    }
    news
}

fn shown(wish: Wish) -> Embedded {
    let mut widget = widget();
    let news = show(&mut widget, wish);
    assert_eq!(news.first(), Some(&News::Ready), "{news:?}");
    widget
}

fn complaint(news: &[News]) -> &Complaint {
    let complaint = news.iter().find_map(|news| match news {
        News::Error(complaint) => Some(complaint),
        _ => None,
    });
    complaint.expect("an error")
}

#[test]
fn manifests_are_shown_and_do_not_move() {
    let widget = shown(wish(WEB));
    assert!(widget.is_shown && !widget.state.playing);
    assert_eq!(widget.state.workload().map(Object::key), Some(web()));
    assert_eq!(widget.state.run.position(), widget.state.run.telling_position());
}

#[test]
fn it_begins_at_the_step_that_is_asked_for() {
    for (step, expected) in [("3", 3), (" 0 ", 0), ("end", usize::MAX)] {
        let widget = shown(Wish {
            step: Some(step.to_owned()),
            ..wish(WEB)
        });
        let run = &widget.state.run;
        assert_eq!(run.position(), expected.min(run.history().len()), "{step}");
    }
}

#[test]
fn a_wrong_step_is_said_and_the_run_is_shown() {
    for step in ["9999", "-1", "next", ""] {
        let mut widget = widget();
        let step = Some(step.to_owned());
        let news = show(&mut widget, Wish { step, ..wish(WEB) });
        assert_eq!(news.first(), Some(&News::Ready));
        assert!(widget.is_shown && !complaint(&news).is_fatal, "{news:?}");
        let (_, news) = widget.order(Order::Seek("12345".to_owned()));
        assert!(
            complaint(&news)
                .message
                .starts_with("There is no step 12345: this run has"),
            "{news:?}"
        );
    }
}

#[test]
fn what_cannot_be_run_is_said_with_its_place() {
    let mut widget = widget();
    let text = WEB.replace("replicas: 3", "replicas: many");
    let news = show(&mut widget, wish(&text));
    let complaint = complaint(&news);
    assert!(complaint.is_fatal && !widget.is_shown);
    assert_eq!(complaint.message, "The manifests have an error.");
    let line = complaint.found[0].span.start.line as usize;
    assert!(
        text.lines().nth(line - 1).is_some_and(|line| line.contains("many")),
        "{complaint:?}"
    );
}

#[test]
fn nothing_at_all_an_unknown_release_and_a_damaged_link_are_said() {
    let release = Some("1.2".to_owned());
    let (text, is_link) = ("#1.damaged".to_owned(), true);
    for (wish, expected) in [
        (wish(" \n"), "There are no manifests"),
        (Wish { release, ..wish(WEB) }, "unknown Kubernetes release \"1.2\""),
        (
            Wish {
                text,
                is_link,
                ..Wish::default()
            },
            "The link can't be opened: it is incomplete",
        ),
        (wish("{\"rollscope\": 99, \"text\": \"\"}"), "The file can't be opened:"),
    ] {
        let news = show(&mut widget(), wish);
        let complaint = complaint(&news);
        assert!(
            complaint.is_fatal && complaint.message.starts_with(expected),
            "{complaint:?}"
        );
    }
}

#[test]
fn after_an_error_something_else_can_be_shown() {
    let mut widget = widget();
    show(&mut widget, wish("kind: ["));
    assert_eq!(show(&mut widget, wish(WEB)), [News::Ready]);
}

#[test]
fn the_release_is_the_texts_or_else_the_pages() {
    let release = |text: &str| {
        let release = Some("1.34".to_owned());
        let widget = shown(Wish { release, ..wish(text) });
        widget.state.run.history().scenario.release.minor
    };
    assert_eq!(release(WEB), 34);
    let own = "apiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: '1.35'\n---\n";
    assert_eq!(release(&format!("{own}{WEB}")), 35);
}

#[test]
fn a_link_and_a_file_are_shown_at_their_step() {
    let mut page = page(WEB);
    act(
        &mut page,
        [Action::Seek(5), Action::Intervene(Intervention::Scale(web(), 5), None)],
    );
    let moment: Moment = page.run.moment().expect("a moment");
    let link = Wish {
        is_link: true,
        ..wish(&moment.to_hash())
    };
    for wish in [link, wish(&moment.to_json())] {
        let widget = shown(wish);
        assert_eq!(widget.state.run.position(), page.run.position());
        assert_eq!(widget.state.run.cursor.cluster(), page.run.cursor.cluster());
    }
}

#[test]
fn every_step_is_told_decisions_and_the_end_too() {
    let mut widget = shown(Wish {
        step: Some("0".to_owned()),
        ..wish(WEB)
    });
    let len = widget.state.run.history().len();
    let (mut steps, mut decisions, mut ends) = (0, 0, 0);
    let mut positions = Vec::new();
    for _ in 0..len + 5 {
        let (_, news) = widget.act(Action::Next(true));
        for each in news {
            match each {
                News::Step => steps += 1,
                News::Decision => decisions += 1,
                News::End => ends += 1,
                other => panic!("{other:?}"),
            }
        }
        positions.push(widget.state.run.position());
    }
    assert_eq!((steps, ends), (len, 1));
    let decided = (1..=len).filter(|&position| widget.state.run.is_decision(position));
    assert_eq!(decisions, decided.count());
    assert!(decisions > 2 && decisions < len);
}

#[test]
fn it_plays_by_itself_where_that_is_wanted_and_nobody_minds() {
    let autoplay = || Wish {
        autoplay: true,
        ..wish(WEB)
    };
    let mut moving = widget();
    assert_eq!(show(&mut moving, autoplay()), [News::Ready, News::Playing]);
    assert_eq!(moving.state.run.position(), 1);
    let mut still = Embedded::new(Some(Later::LINKED), true);
    assert_eq!(show(&mut still, autoplay()), [News::Ready]);
    // Who presses the button has asked for it.
    let (_, news) = still.order(Order::Play);
    assert_eq!(news, [News::Playing]);
    assert!(still.state.playing);
    assert_eq!(still.order(Order::Pause).1, [News::Playing]);
    assert!(!still.state.playing);
}

#[test]
fn a_run_is_looked_at_and_not_changed() {
    let mut widget = shown(wish(WEB));
    let before = widget.state.run.history().clone();
    let (effects, news) = widget.act(Action::Intervene(Intervention::Scale(web(), 9), None));
    assert!(effects.is_empty() && news.is_empty());
    widget.act(Action::ChooseRelease("1.33".parse().expect("a release")));
    assert!(Rc::ptr_eq(&before, widget.state.run.history()));
    widget.act(Action::ChoosePod(Some(Key::new(
        Kind::Pod,
        &"default".into(),
        &"web".into(),
    ))));
    assert!(widget.state.pod.is_some());
}

#[test]
fn an_unknown_speed_is_said() {
    let mut widget = shown(wish(WEB));
    let (_, news) = widget.order(Order::Speed("fast".to_owned()));
    assert!(complaint(&news).message.contains("\"fast\""));
    widget.order(Order::Speed("8".to_owned()));
    assert_eq!(widget.state.speed, Speed::Eight);
}

#[test]
fn the_indentation_of_a_page_is_not_that_of_the_manifests() {
    let text = "\n\n    kind: Pod\n    ---\n\n    spec:\n      a: b\n  ";
    assert_eq!(&*without_indentation(text), "kind: Pod\n---\n\nspec:\n  a: b\n\n");
    assert_eq!(&*without_indentation(""), "");
    assert_eq!(&*without_indentation("a: ü\n  b"), "a: ü\n  b\n");
    assert_eq!(&*without_indentation("  ü\nü"), "  ü\nü\n");
}

/// The run of a text, as it is recorded to begin at a step.
fn recorded(step: Option<usize>) -> Wish {
    let reading = Scenario::read(WEB);
    let recorded = record::write(Some("Recorded"), &simulate(&reading.scenario), step);
    Wish {
        recorded: Some(recorded.expect("a Deployment can be recorded")),
        ..Wish::default()
    }
}

#[test]
fn a_recorded_run_needs_nothing_else() {
    let mut widget = Embedded::new(None, false);
    let (effects, news) = widget.order(Order::Show(recorded(Some(4))));
    assert_eq!((effects, news), (vec![], vec![News::Ready]));
    assert_eq!(widget.state.run.title.as_deref(), Some("Recorded"));
    assert_eq!(widget.state.run.position(), 4);
    for action in [
        Action::Next(false),
        Action::Seek(9),
        Action::Play,
        Action::Tick,
        Action::Previous(true),
    ] {
        let (effects, news) = widget.act(action);
        assert!(effects.is_empty() && !news.is_empty(), "{effects:?} {news:?}");
    }
    widget.act(Action::Seek(6));
    let link = widget.link()().expect("a link");
    let moment = Moment::from_hash(&link).expect("a moment");
    assert_eq!((moment.text.as_str(), moment.step), (WEB, Some(6)));
    let asked = Wish {
        step: Some("2".to_owned()),
        ..recorded(Some(4))
    };
    widget.order(Order::Show(asked));
    assert_eq!(widget.state.run.position(), 2);
}

#[test]
fn what_a_recorded_run_can_not_show_by_itself_is_asked_for_once() {
    let mut widget = Embedded::new(None, false);
    widget.order(Order::Show(recorded(None)));
    let pod = widget.state.run.cursor.cluster().objects().map(Object::key).next();
    let (effects, _) = widget.act(Action::ChoosePod(pod.clone()));
    assert_eq!(effects, [Effect::LoadLater]);
    assert_eq!(widget.act(Action::Look(staging::Act::Others(true))).0, []);
    let position = widget.state.run.position();
    let (effects, news) = widget.arrive(Some(Later::LINKED));
    assert!(effects.is_empty() && news.is_empty(), "{effects:?} {news:?}");
    assert_eq!((widget.state.pod.clone(), widget.state.run.position()), (pod, position));
    assert!(widget.state.staging.others && widget.state.waiting.is_empty());
    // From now on, all of the scenario is known.
    let scenario = &widget.state.run.history().scenario;
    assert_eq!(*scenario, Scenario::read(WEB).scenario);
}

#[test]
fn what_can_not_be_had_leaves_the_recorded_run() {
    let mut widget = Embedded::new(None, false);
    widget.order(Order::Show(recorded(None)));
    assert_eq!(widget.order(Order::Nodes(true)).0, [Effect::LoadLater]);
    let (_, news) = widget.arrive(None);
    assert!(!complaint(&news).is_fatal && widget.is_shown);
    // What is drawn does not ask again and again; whoever looks can.
    assert_eq!(widget.need(), []);
    assert_eq!(widget.order(Order::Nodes(true)).0, [Effect::LoadLater]);
}

#[test]
fn manifests_wait_for_the_engine() {
    let mut widget = Embedded::new(None, false);
    let (effects, news) = widget.order(Order::Show(wish(WEB)));
    assert_eq!((effects, news), (vec![Effect::LoadLater], vec![]));
    let (_, news) = widget.arrive(None);
    assert!(complaint(&news).is_fatal);
    assert_eq!(widget.order(Order::Show(wish(WEB))).0, [Effect::LoadLater]);
    let (_, news) = widget.arrive(Some(Later::LINKED));
    assert_eq!(news, [News::Ready]);
    assert_eq!(widget.state.workload().map(Object::key), Some(web()));
}

#[test]
fn a_run_of_another_version_is_computed_and_a_damaged_one_is_not() {
    let head = "\0rollscope run".len() + 1;
    let changed = |at: usize| {
        let mut wish = recorded(Some(4));
        wish.recorded.as_mut().expect("bytes")[at] ^= 1;
        wish
    };
    let mut widget = Embedded::new(None, false);
    assert_eq!(widget.order(Order::Show(changed(head))).0, [Effect::LoadLater]);
    assert_eq!(widget.arrive(Some(Later::LINKED)).1, [News::Ready]);
    assert_eq!(widget.state.workload().map(Object::key), Some(web()));
    let (_, news) = widget.order(Order::Show(changed(head + 500)));
    assert!(complaint(&news).message.contains("damaged"));
}
