//! The invariants of ARCHITECTURE.md that a machine can check by reading the files.
//!
//! Every rule is a small function from a file to the lines that break it, and is itself tested on a file that does.

use std::fs;
use std::path::Path;

/// Files past this want a room of their own.
const LONGEST: usize = 500;

/// Files that may be longer, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Where the project's Rust code is.
const FOLDERS: [&str; 11] = [
    "src",
    "benches/src",
    "fuzz/fuzz_targets",
    "conformance/src",
    "engine/src",
    "engine/tests",
    "package/src",
    "render/src",
    "render/tests",
    "xtask/src",
    "tests",
];

/// The manifests of the workspace's packages.
const MANIFESTS: [&str; 7] = [
    "Cargo.toml",
    "benches/Cargo.toml",
    "conformance/Cargo.toml",
    "engine/Cargo.toml",
    "package/Cargo.toml",
    "render/Cargo.toml",
    "xtask/Cargo.toml",
];

/// A file of the project: its path from the top folder, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

/// A rule gives the numbers of the lines that break it.
struct Rule {
    says: &'static str,
    broken_at: fn(&File) -> Vec<usize>,
}

const RULES: [Rule; 7] = [
    Rule {
        says: "a file opens with `//!`: what it is for and how it sits in the whole",
        broken_at: no_opening,
    },
    Rule {
        says: "src/scene is plain data and imports no yew",
        broken_at: yew_in_scene,
    },
    Rule {
        says: "only src/browser and src/embed.rs touch web-sys, js-sys and gloo",
        broken_at: web_outside_browser,
    },
    Rule {
        says: "the engine has no I/O, clock, thread, or order by chance",
        broken_at: impure_engine,
    },
    Rule {
        says: "controllers decide and never mutate: no `&mut Cluster`",
        broken_at: mutating_controller,
    },
    Rule {
        says: "nothing is left undone or untested on purpose",
        broken_at: stub,
    },
    Rule {
        says: "a file past 500 lines is split, or listed in tests/tidy.rs with a reason",
        broken_at: too_long,
    },
];

fn no_opening(file: &File) -> Vec<usize> {
    if file.text.starts_with("//! ") {
        Vec::new()
    } else {
        vec![1]
    }
}

fn yew_in_scene(file: &File) -> Vec<usize> {
    let in_scene = file.path.starts_with("src/scene/") || file.path == "src/scene.rs";
    if in_scene {
        lines_with(file, &["yew"])
    } else {
        Vec::new()
    }
}

fn web_outside_browser(file: &File) -> Vec<usize> {
    let allowed = file.path.starts_with("src/browser/") || ["src/browser.rs", "src/embed.rs"].contains(&&*file.path);
    let banned = [
        "web_sys",
        "js_sys",
        "gloo",
        "gloo_timers",
        "gloo_events",
        "gloo_storage",
        "gloo_utils",
        "gloo_render",
    ];
    if file.path.starts_with("src/") && !allowed {
        lines_with(file, &banned)
    } else {
        Vec::new()
    }
}

fn impure_engine(file: &File) -> Vec<usize> {
    let order = ["HashMap", "HashSet", "RandomState"];
    let clock = ["Instant", "SystemTime"];
    let outside = [
        "std::fs",
        "std::net",
        "std::io",
        "std::env",
        "std::process",
        "std::thread",
    ];
    let banned = [&order[..], &clock, &outside].concat();
    if file.path.starts_with("engine/src/") {
        lines_with(file, &banned)
    } else {
        Vec::new()
    }
}

fn mutating_controller(file: &File) -> Vec<usize> {
    let is_controller = file.path.starts_with("engine/src/controllers/");
    if is_controller {
        lines_with(file, &["&mut Cluster"])
    } else {
        Vec::new()
    }
}

/// The words are cut in two here, since this file is checked as well.
fn stub(file: &File) -> Vec<usize> {
    lines_with(
        file,
        &[
            concat!("to", "do!"),
            concat!("unimple", "mented!"),
            concat!("#[ig", "nore"),
        ],
    )
}

fn too_long(file: &File) -> Vec<usize> {
    let is_long = file.text.lines().count() > LONGEST;
    let is_listed = LONG.iter().any(|(path, _)| *path == file.path);
    if is_long == is_listed {
        Vec::new()
    } else {
        vec![file.text.lines().count()]
    }
}

/// The lines whose code, comments left out, has one of the words.
fn lines_with(file: &File, words: &[&str]) -> Vec<usize> {
    let code = file
        .text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let numbered = code
        .enumerate()
        .filter(|(_, code)| words.iter().any(|word| has_word(code, word)));
    numbered.map(|(index, _)| index + 1).collect()
}

/// Whether the word is there as itself, not as a part of a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(start, _)| {
        let (before, after) = (&code[..start], &code[start + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

/// A package that does not take over the workspace's lints could have unsafe code.
fn forbids_unsafe(workspace: &str, packages: &[String]) -> bool {
    let forbidden = workspace.contains("unsafe_code = \"forbid\"");
    forbidden
        && packages
            .iter()
            .all(|manifest| manifest.contains("[lints]\nworkspace = true"))
}

/// The version after `name = "`, or after `name = "=`.
fn version_of<'a>(name: &str, toml: &'a str) -> Option<&'a str> {
    let quoted = toml
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?;
    Some(quoted.trim_start_matches('=').trim_end_matches('"'))
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn rust_files() -> Vec<File> {
    FOLDERS.iter().flat_map(|folder| rust_files_below(folder)).collect()
}

/// A folder that is not there has no files: the engine's tests came later than this one.
fn rust_files_below(folder: &str) -> Vec<File> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let entries = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a readable folder"));
    entries
        .flat_map(|entry| {
            files_at(
                format!("{folder}/{}", entry.file_name().display()),
                entry.path().is_dir(),
            )
        })
        .collect()
}

fn files_at(path: String, is_folder: bool) -> Vec<File> {
    match (is_folder, path.ends_with(".rs")) {
        (true, _) => rust_files_below(&path),
        (false, true) => vec![File {
            text: read(&path),
            path,
        }],
        (false, false) => Vec::new(),
    }
}

#[test]
fn every_file_keeps_the_rules() {
    let files = rust_files();
    assert!(
        files.iter().any(|file| file.path == "engine/src/lib.rs"),
        "the files are not where FOLDERS says"
    );
    let broken: Vec<String> = files.iter().flat_map(complaints).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn complaints(file: &File) -> Vec<String> {
    let of_rule = |rule: &Rule| {
        let lines = (rule.broken_at)(file).into_iter();
        lines
            .map(|line| format!("{}:{line}: {}", file.path, rule.says))
            .collect::<Vec<_>>()
    };
    RULES.iter().flat_map(of_rule).collect()
}

#[test]
fn long_files_are_listed_only_while_they_exist() {
    let files = rust_files();
    for (path, reason) in LONG {
        assert!(
            files.iter().any(|file| file.path == *path),
            "{path} is listed in LONG, but it's gone"
        );
        assert!(!reason.is_empty(), "{path} is listed in LONG without a reason");
    }
}

#[test]
fn unsafe_is_forbidden_everywhere() {
    let packages = MANIFESTS.map(read);
    assert!(
        forbids_unsafe(&packages[0], &packages),
        "a package has no `[lints] workspace = true`, or unsafe is allowed"
    );
}

#[test]
fn wasm_bindgen_has_one_version() {
    let crate_version = read("Cargo.toml");
    let crate_version = version_of("wasm-bindgen", &crate_version).expect("wasm-bindgen in Cargo.toml");
    assert_eq!(
        version_of("wasm-bindgen-cli", &read("xtask/Cargo.toml")),
        Some(crate_version),
        "xtask/Cargo.toml"
    );
    assert_eq!(
        version_of("wasm_bindgen", &read("Trunk.toml")),
        Some(crate_version),
        "Trunk.toml"
    );
}

/// Whoever installs decides from where.
#[test]
fn npm_lock_names_no_server() {
    for file in ["package-lock.json", "tests/lighthouse/package-lock.json"] {
        assert!(
            !read(file).contains("\"resolved\""),
            "{file}: see .npmrc, and npm install again"
        );
    }
}

mod rules {
    //! Each rule against what breaks it and what does not.

    use super::{File, LONGEST, RULES, Rule, forbids_unsafe, version_of};

    /// The lines of all rules that a file with this text breaks.
    fn check(path: &str, text: &str, expect: &[usize]) {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let broken: Vec<usize> = RULES.iter().flat_map(|rule: &Rule| (rule.broken_at)(&file)).collect();
        assert_eq!(broken, expect, "{path}:\n{text}");
    }

    #[test]
    fn opening() {
        check("src/app.rs", "//! The root.\n", &[]);
        check("src/app.rs", "use yew::Html;\n", &[1]);
        check("src/app.rs", "", &[1]);
    }

    #[test]
    fn yew_stays_out_of_the_scene() {
        check("src/scene/pod.rs", "//! A.\nuse yew::Html;\n", &[2]);
        check("src/scene.rs", "//! A.\nfn f() -> ::yew::Html {}\n", &[2]);
        check("src/scene/pod.rs", "//! No yew here.\nlet yews = 1; // yew\n", &[]);
        check("src/view/pod.rs", "//! A.\nuse yew::Html;\n", &[]);
    }

    #[test]
    fn the_web_stays_in_the_browser_room() {
        check(
            "src/app.rs",
            "//! A.\n\nuse web_sys::Window;\nuse gloo::timers::Timeout;\n",
            &[3, 4],
        );
        check(
            "src/view/a.rs",
            "//! A.\nlet x = js_sys::Date::now();\nuse gloo_timers::callback;\n",
            &[2, 3],
        );
        check("src/browser/clock.rs", "//! A.\nuse gloo::timers::Timeout;\n", &[]);
        check("src/embed.rs", "//! A.\nuse web_sys::Element;\n", &[]);
    }

    #[test]
    fn the_engine_is_pure() {
        for impure in [
            "HashMap::new()",
            "HashSet<u8>",
            "std::time::Instant::now()",
            "SystemTime",
            "std::fs::read(p)",
        ] {
            check("engine/src/a.rs", &format!("//! A.\nlet x = {impure};\n"), &[2]);
        }
        for impure in ["std::thread", "std::net", "std::io", "std::env", "std::process"] {
            check("engine/src/a/b.rs", &format!("//! A.\nuse {impure}::x;\n"), &[2]);
        }
        check(
            "engine/src/a.rs",
            "//! A.\nuse std::collections::BTreeMap; // HashMap has no order\n",
            &[],
        );
        check("engine/tests/it/main.rs", "//! A.\nuse std::fs;\n", &[]);
    }

    #[test]
    fn controllers_only_decide() {
        check(
            "engine/src/controllers/a.rs",
            "//! A.\nfn f(c: &mut Cluster) {}\n",
            &[2],
        );
        check("engine/src/controllers/a.rs", "//! A.\nfn f(c: &Cluster) {}\n", &[]);
        check("engine/src/simulation/a.rs", "//! A.\nfn f(c: &mut Cluster) {}\n", &[]);
    }

    #[test]
    fn nothing_undone() {
        for undone in [
            concat!("to", "do!()"),
            concat!("unimple", "mented!()"),
            concat!("#[ig", "nore = \"slow\"]"),
        ] {
            check("tests/a.rs", &format!("//! A.\n{undone}\n"), &[2]);
        }
        check("tests/a.rs", "//! A.\nlet todo = 1;\n", &[]);
    }

    #[test]
    fn length() {
        let with_lines = |count| format!("//! A.\n{}", "\n".repeat(count - 1));
        check("src/a.rs", &with_lines(LONGEST), &[]);
        check("src/a.rs", &with_lines(LONGEST + 1), &[LONGEST + 1]);
    }

    #[test]
    fn unsafe_code() {
        let check = |workspace, package: &str, expect| {
            assert_eq!(
                forbids_unsafe(workspace, &[package.to_owned()]),
                expect,
                "{workspace} {package}"
            );
        };
        let (forbids, inherits) = ("unsafe_code = \"forbid\"", "[lints]\nworkspace = true\n");
        check(forbids, inherits, true);
        check("unsafe_code = \"warn\"", inherits, false);
        check(forbids, "[package]\n", false);
    }

    #[test]
    fn versions() {
        assert_eq!(version_of("a-b", "a-b-c = \"2\"\na-b = \"=0.2.1\"\n"), Some("0.2.1"));
        assert_eq!(version_of("a_b", "a_b = \"0.2.1\""), Some("0.2.1"));
        assert_eq!(version_of("a", "b = \"1\""), None);
    }
}
