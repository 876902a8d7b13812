//! Moments that come and go, without a browser.

use super::*;
use crate::downloads::Download;
use crate::state::share::{Act, Address, Notice, Source, Wish};
use rollscope_engine::moment::Moment;
use rollscope_engine::record;

fn does(act: Act) -> Action {
    Action::share(act)
}

fn follow(moment: &Moment) -> Action {
    does(Act::Follow(moment.to_hash().trim_start_matches('#').to_owned()))
}

fn db() -> Moment {
    Moment {
        step: Some(4),
        ..Moment::of_text(&WEB.replace("web", "db"))
    }
}

fn source(url: &str) -> Source {
    Source {
        url: url.to_owned(),
        origin: "https://a.example".to_owned(),
    }
}

fn says(state: &State) -> &str {
    match &state.share.notice {
        Some(Notice::Says(what)) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_that_comes_leaves_a_way_back_to_the_very_run() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(6)]);
    act(&mut state, [Action::Intervene(Intervention::Scale(web(), 5), None)]);
    let (history, position) = (state.run.history().clone(), state.run.position());
    let effects = act(&mut state, [follow(&db())]);
    assert!(effects.contains(&Effect::SetText(db().text.into())));
    assert!(effects.contains(&Effect::Keep(kept::BEFORE, WEB.into())));
    let overwritten = |effect: &Effect| matches!(effect, Effect::Keep(kept::TEXT | kept::RAN, _));
    assert!(
        !effects.iter().any(overwritten),
        "what is kept is the user's own: {effects:?}"
    );
    assert_eq!((state.run.position(), state.playing), (4, false));
    act(&mut state, [follow(&Moment::of_text("another one"))]);
    let effects = act(&mut state, [does(Act::Restore(true))]);
    assert_eq!(&*state.text, WEB);
    assert!(Rc::ptr_eq(state.run.history(), &history));
    assert_eq!(state.run.position(), position);
    assert!(effects.contains(&Effect::Share(Wish::Forget)));
    assert!(effects.contains(&Effect::Keep(kept::BEFORE, "".into())));
}

#[test]
fn examples_need_no_way_back() {
    let mut state = State::new(Some(Later::LINKED), examples::FIRST_RUN, &Kept::default(), Theme::Light);
    act(&mut state, [follow(&db())]);
    assert!(state.share.before.is_none());
}

#[test]
fn a_bad_link_changes_nothing() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    let history = state.run.history().clone();
    let effects = act(&mut state, [does(Act::Follow("1.AAAA".to_owned()))]);
    assert_eq!(effects, []);
    assert!(says(&state).contains("damaged"), "{}", says(&state));
    assert!(Rc::ptr_eq(state.run.history(), &history));
    assert_eq!(&*state.text, WEB);
    act(&mut state, [does(Act::Dismiss)]);
    assert_eq!(state.share.notice, None);
}

#[test]
fn typing_takes_the_address_away() {
    let mut state = page(WEB);
    act(&mut state, [follow(&db())]);
    let typed = [Action::Type("# mine".to_owned()), Action::Check];
    assert!(act(&mut state, typed.clone()).contains(&Effect::Share(Wish::Forget)));
    assert!(!act(&mut state, typed).contains(&Effect::Share(Wish::Forget)));
}

#[test]
fn a_look_at_the_text_that_comes_late_leaves_the_address_of_a_link() {
    let mut state = page(WEB);
    let typed = [Action::Type(format!("{WEB}# mine")), Action::Run];
    act(&mut state, typed);
    let follow_broken = does(Act::Follow("1.AAAA".to_owned()));
    let forget = Effect::Share(Wish::Forget);
    assert!(!act(&mut state, [follow_broken, Action::Check]).contains(&forget));
    assert!(!act(&mut state, [follow(&db()), Action::Check]).contains(&forget));
}

#[test]
fn another_site_is_asked_after_a_click_and_answers_only_what_was_asked() {
    let mut state = page(WEB);
    let there = source("https://a.example/web.yaml");
    let address = |is_own| {
        does(Act::Arrive(Address {
            source: Some(Ok((there.clone(), is_own))),
            ..Address::default()
        }))
    };
    assert_eq!(act(&mut state, [address(false)]), []);
    assert_eq!(
        act(&mut state, [does(Act::Load)]),
        [Effect::Share(Wish::Fetch(there.clone()))]
    );
    let stray = Act::Loaded(source("https://a.example/other.yaml"), Ok(db().text));
    assert_eq!(act(&mut state, [does(stray)]), []);
    act(&mut state, [does(Act::Loaded(there.clone(), Ok(db().to_json())))]);
    assert_eq!((&*state.text, state.run.position()), (&*db().text, 4));
    assert_eq!(
        act(&mut state, [address(true)]),
        [Effect::Share(Wish::Fetch(there.clone()))]
    );
    act(
        &mut state,
        [does(Act::Loaded(there, Err("it is not a text".to_owned())))],
    );
    assert_eq!(
        says(&state),
        "https://a.example/web.yaml can't be loaded: it is not a text."
    );
    assert_eq!(&*state.text, &*db().text);
}

#[test]
fn the_dialog_offers_the_moment_at_the_cursor() {
    let mut state = page(WEB);
    act(
        &mut state,
        [does(Act::Arrive(Address {
            base: "https://here.example/x/".to_owned(),
            ..Address::default()
        }))],
    );
    act(&mut state, [Action::Run, Action::Seek(5), does(Act::Show(true))]);
    let offer = state.share.offer.clone().expect("open");
    assert_eq!(offer.moment.step, Some(5));
    assert!(offer.link().starts_with("https://here.example/x/#1."));
    assert_eq!(offer.title, "Deployment web");
    let effects = act(&mut state, [does(Act::Save(Download::Moment))]);
    let Some(Effect::Share(Wish::Save(name, _, content))) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (name.as_str(), Moment::from_file(&String::from_utf8_lossy(content))),
        ("deployment-web.rollscope.json", Ok(offer.moment.clone()))
    );
    act(&mut state, [does(Act::Show(false))]);
    assert!(state.share.offer.is_none());
}

#[test]
fn everything_that_can_be_saved_is_about_this_run() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(5)]);
    act(
        &mut state,
        [
            Action::Intervene(Intervention::Scale(web(), 5), None),
            does(Act::Show(true)),
        ],
    );
    for download in Download::ALL {
        let effects = act(&mut state, [does(Act::Save(download))]);
        let [Effect::Share(Wish::Save(name, _, content))] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert!(name.starts_with("deployment-web"), "{name}");
        if download == Download::Run {
            let recorded = record::read(content).expect("a record").run.expect("a run");
            assert_eq!(
                (recorded.step, recorded.history.answers.len()),
                (Some(state.run.position()), 2)
            );
            continue;
        }
        let content = String::from_utf8_lossy(content);
        assert!(content.contains("web"), "{name}: {content}");
        let has_click = content.contains("replicas=5") || content.contains("scale 5");
        assert!(
            has_click || download == Download::Manifests || download == Download::Poster,
            "{name}: {content}"
        );
    }
}

#[test]
fn a_run_that_can_not_be_recorded_says_why() {
    let mut state = page(
        &WEB.replace("kind: Deployment", "kind: DaemonSet")
            .replace("  replicas: 3\n", ""),
    );
    act(&mut state, [Action::Run, does(Act::Show(true))]);
    assert_eq!(act(&mut state, [does(Act::Save(Download::Run))]), []);
    assert!(
        state
            .share
            .refused
            .as_deref()
            .is_some_and(|why| why.contains("Deployments"))
    );
    act(&mut state, [does(Act::Show(false))]);
    assert_eq!(state.share.refused, None);
}
