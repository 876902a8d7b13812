//! Running other programs: what failed is said in one line, and our tools come first on the path.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a chore ends with; the message is for the person who called it.
pub type Outcome = Result<(), String>;

/// Where the tools that `setup` gets are kept.
pub const TOOLS: &str = "target/tools/bin";

/// A command that finds our tools before any others.
pub fn command<S: AsRef<str>>(program: &str, args: &[S]) -> Command {
    let mut command = Command::new(native_name(program));
    command
        .args(args.iter().map(AsRef::as_ref))
        .env("PATH", path_with_tools());
    command
}

/// Runs a command to its end, showing what it prints.
pub fn run(command: &mut Command) -> Outcome {
    let name = describe(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("failed ({status}): {name}")),
        Err(error) => Err(format!("can't run `{name}`: {error}")),
    }
}

/// What a command prints, or `None` where it's missing or fails.
pub fn output_of(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program, args).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The file that a program's name stands for.
pub fn find_on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path_with_tools())
        .map(|folder| folder.join(&file))
        .find(|file| file.is_file())
}

fn path_with_tools() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let tools = env::current_dir().unwrap_or_default().join(TOOLS);
    let folders = std::iter::once(tools).chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path)
}

/// On Windows npm is a script, which is only found by its whole name.
fn native_name(program: &str) -> OsString {
    match program {
        "npm" if cfg!(windows) => "npm.cmd".into(),
        "trunk" => find_on_path(program)
            .unwrap_or_else(|| Path::new(program).to_owned())
            .into(),
        _ => program.into(),
    }
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
    format!("{program} {}", args.join(" "))
}
