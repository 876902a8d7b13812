//! Pictures and texts of a run: those of four small runs are held against files, which `BLESS=1 cargo test --test pictures`
//! writes anew. Whatever a text says, they are well-formed; however large a run, they are not.

mod files;
mod xml;

use files::Files;
use rollscope::picture::palette::{ON_HUE, PALETTE};
use rollscope::picture::{Options, Theme, animated, svg};
use rollscope::scene::telling;
use rollscope::{examples, texts};
use rollscope_engine::{History, Scenario, simulate};
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// The bounds of what is written, in bytes.
const MOST_STILL: usize = 80_000;
const MOST_PLAYING: usize = 300_000;

/// Runs, and whether they are looked at where they end.
const CASES: [(&str, &str, bool); 4] = [
    ("deployment", include_str!("../markup/deployment.yaml"), false),
    ("stateful-set", include_str!("../markup/stateful-set.yaml"), false),
    ("stalled", include_str!("../markup/stalled.yaml"), true),
    ("daemon-set", include_str!("../markup/daemon-set.yaml"), false),
];

fn run(text: &str) -> (Rc<History>, Options) {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    let options = Options {
        title: reading.title.clone(),
        ..Options::default()
    };
    (Rc::new(simulate(&reading.scenario)), options)
}

#[test]
fn pictures_and_texts_are_as_they_were() {
    let mut files = Files::default();
    for (name, text, at_end) in CASES {
        let (history, options) = run(text);
        let title = options.title.as_deref();
        let position = if at_end {
            history.len()
        } else {
            telling::position(&history)
        };
        files.take(&format!("tests/pictures/{name}.svg"), svg(&history, position, &options));
        files.take(
            &format!("tests/pictures/{name}.md"),
            texts::markdown(&history, usize::MAX, title),
        );
        files.take(
            &format!("tests/pictures/{name}.txt"),
            texts::transcript(&history, usize::MAX, title),
        );
        files.take(
            &format!("tests/pictures/{name}.cast"),
            texts::cast(&history, usize::MAX, title),
        );
    }
    let (history, options) = run(CASES[0].1);
    let position = telling::position(&history);
    files.take("tests/pictures/playing.svg", animated(&history, position, &options));
    of_the_docs(&mut files);
    files.check();
}

/// The pictures that the documentation shows are of today.
fn of_the_docs(files: &mut Files) {
    for (example, picture) in [
        ("rolling-update", "rolling-update"),
        ("stateful-set", "stateful-set"),
        ("node-agent", "node-agent"),
        ("stuck-and-undone", "stuck"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("static/examples/{example}.yaml"));
        let (history, options) = run(&fs::read_to_string(path).expect(example));
        let step = telling::position(&history);
        files.take(&format!("docs/pictures/{picture}.svg"), svg(&history, step, &options));
        if example == "rolling-update" {
            files.take(
                "docs/pictures/rolling-update-playing.svg",
                animated(&history, step, &options),
            );
        }
    }
}

/// The style sheet of the page is the one source of colours.
#[test]
fn pictures_have_the_colours_of_the_page() {
    let sheet = include_str!("../../static/css/page.css");
    for (name, light, dark) in PALETTE.iter().chain([&ON_HUE]) {
        let rule = format!("--{name}: light-dark({light}, {dark});");
        assert!(sheet.contains(&rule), "static/css/page.css has no {rule}");
    }
}

#[test]
fn every_example_has_pictures_and_texts() {
    for example in examples::TUTORIALS.iter().chain(&examples::QUESTIONS) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("static/examples")
            .join(example.file);
        let (history, options) = run(&fs::read_to_string(path).expect(example.file));
        check(
            example.file,
            &history,
            &options,
            &[0, 1, history.len() / 2, history.len()],
        );
    }
}

/// Everything is written, well-formed and of a bounded size.
fn check(name: &str, history: &Rc<History>, options: &Options, positions: &[usize]) {
    for &position in positions {
        let picture = svg(history, position, options);
        xml::check(&picture).unwrap_or_else(|error| panic!("{name}, step {position}: {error}"));
        assert!(
            picture.len() <= MOST_STILL,
            "{name}, step {position}: {} bytes",
            picture.len()
        );
    }
    let film = animated(history, telling::position(history), options);
    xml::check(&film).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(film.len() <= MOST_PLAYING, "{name}: {} bytes", film.len());
    let title = options.title.as_deref();
    let table = texts::markdown(history, usize::MAX, title);
    let rows = table.lines().filter(|line| line.starts_with('|'));
    // The separators of a row; those in a text are escaped.
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    assert!(
        rows.clone().count() > 2 && rows.clone().all(|row| cells(row) == 6),
        "{name}: {table}"
    );
    assert!(texts::transcript(history, usize::MAX, title).contains("$ kubectl apply -f manifests.yaml"));
    check_cast(name, &texts::cast(history, usize::MAX, title));
}

/// A header and events, each a JSON text in a line of its own, in the order of time.
fn check_cast(name: &str, cast: &str) {
    let mut lines = cast.lines().map(|line| {
        let value: Result<serde_json::Value, _> = serde_json::from_str(line);
        value.unwrap_or_else(|error| panic!("{name}: {line}: {error}"))
    });
    let header = lines.next().expect("a header");
    assert_eq!(
        (&header["version"], &header["height"]),
        (&2.into(), &24.into()),
        "{name}"
    );
    assert!(
        header["width"]
            .as_u64()
            .is_some_and(|width| (80..=240).contains(&width)),
        "{name}"
    );
    let mut last = 0.0;
    for event in lines {
        let (time, kind, text) = (event[0].as_f64(), event[1].as_str(), event[2].as_str());
        assert!(time.is_some_and(|time| time >= last), "{name}: {event}");
        assert!(matches!(kind, Some("o" | "m")) && text.is_some(), "{name}: {event}");
        last = time.unwrap_or_default();
    }
}

/// A Deployment whose texts try to be markup.
const HOSTILE: &str = r#"
apiVersion: rollscope.dev/v1
kind: Scenario
title: "</title></svg><script>alert('1')</script> & \" \u0001 \u202e ]]> | `x` {{7*7}}"
interventions:
- at: 30
  run: kubectl set image deployment/web "web=<img src=x onerror=alert(1)>&amp;|`"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: '"><script>alert(2)</script>'}]}
"#;

#[test]
fn no_text_is_markup() {
    let (history, options) = run(HOSTILE);
    check("hostile", &history, &options, &[0, 5, history.len()]);
    for picture in [
        svg(&history, usize::MAX, &options),
        animated(&history, usize::MAX, &options),
    ] {
        assert!(!picture.contains("<script") && !picture.contains("<img"), "{picture}");
        assert!(picture.contains("&lt;script&gt;"));
        assert!(!picture.contains(['\u{1}', '\u{202e}']));
    }
    let table = texts::markdown(&history, usize::MAX, options.title.as_deref());
    assert!(!table.contains("<script"), "{table}");
}

/// Names as long as they may be.
#[test]
fn long_names_stay_inside() {
    let (name, image) = ("w".repeat(63), format!("{}/{}:1", "r".repeat(120), "i".repeat(100)));
    let text = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  replicas: 3\n  serviceName: {name}\n  \
         selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec: {{containers: \
         [{{name: c, image: '{image}'}}]}}\n"
    );
    let (history, options) = run(&text);
    for width in [480, 840, 1600] {
        let options = Options {
            width,
            title: Some("Long ".repeat(200)),
            ..options.clone()
        };
        check("long", &history, &options, &[history.len()]);
        let picture = svg(&history, usize::MAX, &options);
        let [title, _] = picture.split("<title").collect::<Vec<_>>()[..] else {
            panic!("one title")
        };
        assert!(title.contains(&format!("width=\"{width}\"")));
    }
}

/// A workload of this kind, changed after a minute.
fn large(kind: &str, pods: usize) -> String {
    format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\nlimits: {{pods: 2000}}\ninterventions:\n- {{at: 60, run: kubectl set image {kind}/w w=app:2}}\n\
         ---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n  replicas: {pods}\n  \
         selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    \
         spec: {{containers: [{{name: w, image: 'app:1'}}]}}\n"
    )
}

#[test]
fn large_runs_have_small_pictures() {
    for (kind, pods) in [
        ("Deployment", 100),
        ("Deployment", 1000),
        ("Deployment", 2000),
        ("StatefulSet", 150),
    ] {
        let (history, options) = run(&large(kind, pods));
        check(&format!("{kind} of {pods}"), &history, &options, &[history.len() / 2]);
    }
}

#[test]
fn themes_are_what_they_say() {
    let (history, options) = run(CASES[0].1);
    let picture = |theme| {
        svg(
            &history,
            9,
            &Options {
                theme,
                ..options.clone()
            },
        )
    };
    let (auto, light, dark) = (picture(Theme::Auto), picture(Theme::Light), picture(Theme::Dark));
    assert!(auto.contains("prefers-color-scheme:dark"));
    assert!(!light.contains("prefers-color-scheme") && light.contains("#f7f7f5") && !light.contains("#15171a"));
    assert!(!dark.contains("prefers-color-scheme") && dark.contains("#15171a") && !dark.contains("#f7f7f5"));
    assert_eq!(auto, picture(Theme::Auto));
}

/// Nothing is fetched, and who wants no motion has none.
#[test]
fn pictures_need_nothing_around_them() {
    let (history, options) = run(CASES[0].1);
    for picture in [svg(&history, 20, &options), animated(&history, 20, &options)] {
        let without_name = picture.replace("http://www.w3.org/2000/svg", "");
        for needed in [
            "http:",
            "https:",
            "@import",
            "@font-face",
            "<script",
            "<foreignObject",
            "data:",
        ] {
            assert!(!without_name.contains(needed), "{needed}");
        }
        assert!(picture.contains("role=\"img\"") && picture.contains("<desc"));
        let moves = picture
            .split("@media(prefers-reduced-motion:no-preference)")
            .next()
            .expect("the part before");
        assert!(!moves.contains("animation:") && !moves.contains("@keyframes"));
    }
}
