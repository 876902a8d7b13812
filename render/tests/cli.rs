//! The command as a pipeline calls it: what it writes, what it says, and its exit status.

use rollscope_engine::record;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1'}]}
";

/// Calls it with this on its standard input.
fn call(input: &str, words: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rollscope-render"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("its input");
    // Whoever does not read its input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("its output")
}

fn printed(input: &str, words: &[&str]) -> String {
    let output = call(input, words);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{words:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

/// A file for this test alone.
fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("render");
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

#[test]
fn a_run_is_recorded_for_others() {
    let path = file("web.run");
    let words = ["-", "--step", "3", "-o", path.to_str().expect("a name")];
    assert_eq!(printed(WEB, &words), "");
    let read = record::read(&fs::read(&path).expect("a file")).expect("a record");
    let run = read.run.expect("a run");
    assert_eq!(run.step, Some(3));
    assert!(run.history.len() > 5);
    let set = WEB.replace("Deployment", "DaemonSet").replace("  replicas: 2\n", "");
    let output = call(&set, &["-", "-o", "-.run"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("can be recorded"), "{error}");
}

#[test]
fn the_extension_says_what_is_written() {
    for (output, begins) in [
        ("-.svg", "<svg "),
        ("-.md", "# A rollout"),
        ("-.txt", "# A rollout"),
        ("-.cast", "{\"version\": 2,"),
        ("-.json", "{\n  \"format\": 1,"),
    ] {
        let text = printed(WEB, &["-", "-o", output]);
        assert!(text.starts_with(begins), "{output}: {text}");
        assert_eq!(text, printed(WEB, &["-", "-o", output]), "{output}");
    }
    let data: serde_json::Value = serde_json::from_str(&printed(WEB, &["-", "-o", "-.json"])).expect("JSON");
    assert!(data["steps"].as_array().is_some_and(|steps| steps.len() > 5));
    let playing = printed(WEB, &["-", "--animated", "-o", "-.svg"]);
    assert!(playing.contains("@keyframes"));
}

#[test]
fn files_are_read_and_written() {
    let (scenario, picture, table) = (file("web.yaml"), file("web.svg"), file("web.md"));
    fs::write(&scenario, WEB).expect("a file");
    let [from, svg, md] = [&scenario, &picture, &table].map(|path| path.to_str().expect("a path"));
    printed("", &[from, "--step", "3", "--title", "Mine", "-o", svg, "-o", md]);
    let written = fs::read_to_string(&picture).expect("the picture");
    assert_eq!(
        written,
        printed(WEB, &["-", "--title", "Mine", "-o", "-.svg", "--step", "3"])
    );
    assert!(written.contains(">step 3 of ") && written.contains(">Mine<"));
    assert!(fs::read_to_string(&table).expect("the table").starts_with("# Mine\n"));
}

/// A file of a moment brings its own step; another may be asked for.
#[test]
fn a_moment_is_read() {
    let step = |step| format!(">step {step} of ");
    let text = WEB.replace('\n', "\\n");
    let moment = format!("{{\"rollscope\": 1, \"step\": 4, \"text\": \"{text}\"}}");
    assert!(printed(&moment, &["-", "-o", "-.svg"]).contains(&step(4)));
    assert!(printed(&moment, &["-", "-o", "-.svg", "--step", "2"]).contains(&step(2)));
}

/// What is said, and the exit status.
fn refused(input: &str, words: &[&str], status: i32, says: &str) {
    let output = call(input, words);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{words:?}: {errors}");
    assert!(errors.contains(says), "{words:?}: {errors}");
    assert!(output.stdout.is_empty());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    refused(
        &WEB.replace("replicas: 2", "replicas: -2"),
        &["-", "-o", "-.svg"],
        1,
        "standard input:6:13: error: ",
    );
    refused("{\"rollscope\": 99}", &["-", "-o", "-.svg"], 1, "standard input: ");
    refused(
        WEB,
        &["-", "-o", "-.svg", "--step", "999"],
        1,
        "--step 999: the run has ",
    );
    refused("", &["nowhere.yaml", "-o", "-.svg"], 1, "nowhere.yaml: ");
    refused(WEB, &["-", "-o", "no/such/folder/a.svg"], 1, "no/such/folder/a.svg: ");
    for (words, says) in [
        (&["-"][..], "-o FILE says what to write"),
        (&["-o", "a.svg"], "which scenario?"),
        (&["-", "-o", "a.png"], "a.png: the extension has to be one of .svg, .md"),
        (&["-", "-o", "a.svg", "--step", "x"], "--step x: expected a number"),
        (
            &["-", "-o", "a.svg", "--width", "10"],
            "--width 10: expected 480 to 1600",
        ),
        (&["-", "-o", "a.svg", "--theme", "blue"], "--theme blue: expected auto"),
        (&["-", "-o"], "-o needs a value"),
        (&["-", "again", "-o", "a.svg"], "again is not understood"),
    ] {
        refused(WEB, words, 2, says);
    }
}
