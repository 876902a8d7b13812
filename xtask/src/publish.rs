//! What the release build needs to be published: no script inside the page, so that a strict policy for content can forbid them,
//! and a service worker that knows every file.

use crate::process::Outcome;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

const PAGE: &str = "index.html";
const WORKER: &str = "static/service-worker.js";

/// What follows the page's own start: the service worker is asked for when there is something to see. Where there can't be
/// one (no https, a private window), the page is used with a network, as ever.
const REGISTER: &str = "navigator.serviceWorker?.register('./service-worker.js').catch(() => {});\n";

/// Finishes the build in `dist`.
pub fn publish(dist: &Path) -> Outcome {
    let page = read(&dist.join(PAGE))?;
    let moved = move_script(&page).ok_or("trunk writes its script in a new way: see xtask/src/publish.rs")?;
    write(&dist.join(&moved.name), &moved.script)?;
    write(&dist.join(PAGE), &moved.page)?;
    let files = crate::size::files_below(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let worker = service_worker(&read(Path::new(WORKER))?, &files, release(dist, &files)?);
    write(&dist.join("service-worker.js"), &worker)
}

/// The page without its script, and the script with the name of its file.
struct Moved {
    page: String,
    name: String,
    script: String,
}

fn move_script(page: &str) -> Option<Moved> {
    let (before, rest) = page.split_once("<script type=\"module\">")?;
    let (inside, after) = rest.split_once("</script>")?;
    let main = inside.split_once("from './")?.1.split_once('\'')?.0;
    let wasm = inside.split_once("module_or_path: '")?.1.split_once('\'')?.0;
    // As the page's other files: of a new content, a new name.
    let name = format!("start-{}", main.rsplit('-').next()?);
    Some(Moved {
        page: format!("{before}<script type=\"module\" src=\"./{name}\"></script>{after}"),
        script: format!("import init from './{main}';\nawait init({{ module_or_path: '{wasm}' }});\n{REGISTER}"),
        name,
    })
}

/// Names the release by all that is in its files.
fn release(dist: &Path, files: &BTreeSet<String>) -> Result<u64, String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let path = dist.join(file);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        (file, bytes).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn service_worker(template: &str, files: &BTreeSet<String>, release: u64) -> String {
    let files: Vec<&String> = files.iter().collect();
    template
        .replace("{{release}}", &format!("{release:016x}"))
        .replace("{{files}}", &format!("{files:?}"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{move_script, service_worker};

    #[test]
    fn no_script_stays_in_the_page() {
        let script = "\nimport init, * as bindings from './page-0a.js';\n\
                      const wasm = await init({ module_or_path: './page-0a_bg.wasm' });\n";
        let page = format!("<head><script type=\"module\">{script}</script><title>Rollscope</title></head>");
        let moved = move_script(&page).expect("a script");
        let expected = "<head><script type=\"module\" src=\"./start-0a.js\"></script><title>Rollscope</title></head>";
        assert_eq!(moved.page, expected);
        assert_eq!(moved.name, "start-0a.js");
        let starts = "import init from './page-0a.js';\nawait init({ module_or_path: './page-0a_bg.wasm' });\n";
        assert!(moved.script.starts_with(starts), "{}", moved.script);
        assert!(move_script("<head><script>other()</script></head>").is_none());
    }

    #[test]
    fn the_service_worker_knows_every_file() {
        let files = ["a.js", "index.html"].map(str::to_owned).into();
        let worker = service_worker("const R = \"{{release}}\", F = {{files}};", &files, 0xab);
        assert_eq!(
            worker,
            "const R = \"00000000000000ab\", F = [\"a.js\", \"index.html\"];"
        );
    }
}
