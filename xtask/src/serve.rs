//! `cargo xtask serve`: from nothing to the page in a browser, rebuilt whenever a file changes.
//!
//! A development build unless `--release` is given: it's there sooner, and a panic names its line.

use crate::process::{Outcome, command};
use crate::setup;
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

/// What can be asked for on the command line.
#[derive(Debug, PartialEq)]
pub struct Options {
    release: bool,
    port: u16,
}

impl Options {
    /// Reads the words after `serve`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        match words {
            [] => Ok(Self {
                release: false,
                port: 8080,
            }),
            ["--release", rest @ ..] => Ok(Self {
                release: true,
                ..Self::parse(rest)?
            }),
            ["--port", port, rest @ ..] => {
                let port = port.parse().map_err(|_| format!("not a port: {port}"))?;
                Ok(Self {
                    port,
                    ..Self::parse(rest)?
                })
            }
            [word, ..] => Err(format!("serve takes --release and --port <number>, not {word}")),
        }
    }
}

/// Serves until interrupted. Has its own output folder, so that `dist/` is always the release build.
pub fn serve(options: &Options) -> Outcome {
    check_free(options.port)?;
    setup::setup()?;
    let port = options.port.to_string();
    let mut args = vec![
        "serve",
        "--address",
        "127.0.0.1",
        "--port",
        &port,
        "--dist",
        "target/serve",
    ];
    args.push("--skip-version-check");
    if options.release {
        args.push("--release");
    }
    let mut trunk = command("trunk", &args)
        .spawn()
        .map_err(|error| format!("can't run trunk: {error}"))?;
    announce(&mut trunk, options.port)?;
    let status = trunk.wait().map_err(|error| format!("trunk: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("trunk ended: {status}"))
    }
}

fn check_free(port: u16) -> Outcome {
    let other = port.checked_add(1).unwrap_or(8080);
    let free = TcpListener::bind(("127.0.0.1", port)).map(drop);
    free.map_err(|error| format!("port {port}: {error}; try `cargo xtask serve --port {other}`"))
}

/// trunk listens only after the first build, and only then is there something to see.
fn announce(trunk: &mut Child, port: u16) -> Outcome {
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Ok(Some(status)) = trunk.try_wait() {
            return Err(format!("trunk ended: {status}"));
        }
        sleep(Duration::from_millis(100));
    }
    println!("\nRollscope is served at http://127.0.0.1:{port} (Ctrl+C ends)\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn check(words: &[&str], expect: Option<(bool, u16)>) {
        let expect = expect.map(|(release, port)| Options { release, port });
        assert_eq!(Options::parse(words).ok(), expect, "{words:?}");
    }

    #[test]
    fn reads_options() {
        check(&[], Some((false, 8080)));
        check(&["--release"], Some((true, 8080)));
        check(&["--port", "9000", "--release"], Some((true, 9000)));
        check(&["--port"], None);
        check(&["--port", "x"], None);
        check(&["--fast"], None);
    }
}
