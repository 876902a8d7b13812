//! `cargo xtask build`: the page as it's published, in `dist/`, with URLs that work in any folder of any site.

use crate::process::{Outcome, command, run};
use crate::publish::publish;
use crate::split;
use std::fs;
use std::path::Path;

/// Makes the release build. What is loaded later is not to be hinted at by trunk, which takes it for a script.
pub fn build() -> Outcome {
    let args = [
        "build",
        "--release",
        "--features",
        "later",
        "--public-url",
        "./",
        "--dist",
        "dist",
        "--skip-version-check",
    ];
    run(command("trunk", &args).envs(split::build_environment()))?;
    let page = Path::new("dist/index.html");
    let text = fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
    fs::write(page, without_hints_of_wasm_modules(&text)).map_err(|error| format!("{}: {error}", page.display()))?;
    publish(Path::new("dist"))
}

/// Leaves out the `modulepreload` of anything that ends in `.wasm`.
fn without_hints_of_wasm_modules(page: &str) -> String {
    const HINT: &str = "<link rel=\"modulepreload\"";
    let mut pieces = page.split(HINT);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('>') {
            Some((hint, after)) if hint.contains(".wasm\"") => kept.push_str(after),
            _ => kept.extend([HINT, piece]),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_hints_of_wasm_modules;

    #[test]
    fn scripts_stay_hinted_at() {
        let script = r#"<link rel="modulepreload" href="./a.js" integrity="x">"#;
        let wasm = r#"<link rel="modulepreload" href="./a.wasm" integrity="x">"#;
        let page = format!("<head>{wasm}{script}{wasm}<title>Rollscope</title></head>");
        let expected = format!("<head>{script}<title>Rollscope</title></head>");
        assert_eq!(without_hints_of_wasm_modules(&page), expected);
    }
}
