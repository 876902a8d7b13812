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
    let parts = split::files_of("page")?;
    fs::write(page, with_hints_of_parts(&text, &parts)).map_err(|error| format!("{}: {error}", page.display()))?;
    publish(Path::new("dist"))
}

/// Leaves out the `modulepreload` of anything that ends in `.wasm`; what the page needs at once is to be fetched at once.
fn with_hints_of_parts(page: &str, parts: &[String]) -> String {
    const HINT: &str = "<link rel=\"modulepreload\"";
    let mut pieces = page.split(HINT);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('>') {
            Some((hint, after)) if hint.contains(".wasm\"") => {
                let address = hint.split('"').find(|piece| piece.ends_with(".wasm"));
                let address = address.filter(|address| parts.iter().any(|part| address.ends_with(&format!("/{part}"))));
                kept.extend(address.map(|address| {
                    format!("<link rel=\"preload\" href=\"{address}\" as=\"fetch\" type=\"application/wasm\" crossorigin=\"anonymous\">")
                }));
                kept.push_str(after);
            }
            _ => kept.extend([HINT, piece]),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::with_hints_of_parts;

    #[test]
    fn scripts_stay_hinted_at() {
        let script = r#"<link rel="modulepreload" href="./a.js" integrity="x">"#;
        let wasm = r#"<link rel="modulepreload" href="./a.wasm" integrity="x">"#;
        let page = format!("<head>{wasm}{script}{wasm}<title>Rollscope</title></head>");
        let expected = format!("<head>{script}<title>Rollscope</title></head>");
        assert_eq!(with_hints_of_parts(&page, &["b.wasm".to_owned()]), expected);
        let hint = r#"<link rel="preload" href="./a.wasm" as="fetch" type="application/wasm" crossorigin="anonymous">"#;
        let expected = format!("<head>{hint}{script}{hint}<title>Rollscope</title></head>");
        assert_eq!(with_hints_of_parts(&page, &["a.wasm".to_owned()]), expected);
    }
}
