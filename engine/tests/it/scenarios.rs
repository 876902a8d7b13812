//! Whole runs against blessed logs: `tests/scenarios/<name>/scenario.yaml` and `log.txt`. After a change that is meant,
//! `BLESS=1 cargo test -p rollscope-engine scenarios` writes the logs anew; the diff shows what the change does.

use crate::log::log;
use rollscope_engine::{Scenario, simulate};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn scenarios_run_as_logged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .expect("scenarios")
        .map(|entry| entry.expect("entry").path())
        .collect();
    names.sort();
    let wrong: Vec<String> = names.iter().filter_map(|scenario| check(scenario)).collect();
    assert!(!names.is_empty(), "no scenarios");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What differs, if anything does.
fn check(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("scenario.yaml")).expect("scenario.yaml");
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{}: {:?}", folder.display(), reading.diagnostics);
    let is = log(&simulate(&reading.scenario));
    let path = folder.join("log.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, &is).expect("log.txt");
        return None;
    }
    let was = fs::read_to_string(path).unwrap_or_default();
    let number = is.lines().zip(was.lines()).position(|(is, was)| is != was);
    let number = number.unwrap_or(is.lines().count().min(was.lines().count()));
    (is != was).then(|| {
        format!(
            "{}: line {}:\n  logged: {}\n  now:    {}",
            folder.display(),
            number + 1,
            was.lines().nth(number).unwrap_or("(end)"),
            is.lines().nth(number).unwrap_or("(end)")
        )
    })
}
