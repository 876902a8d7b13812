//! The page's code in two files: what it needs to open, and what `src/later.rs` asks for after that.
//!
//! A build with the page's feature `later` has marks in it. wasm_split takes such a file apart along them; it needs the
//! linker's relocations for that, see [`build_environment`]. What is loaded later lies beside the snippets of JavaScript that
//! wasm-bindgen writes, where trunk finds and publishes it, in a folder named by its content: after a new release no browser
//! puts an old part beside a new one.

use crate::process::output_of;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What cargo has to be told, so that its output can be taken apart, and tells nothing of the machine it was built on.
pub fn build_environment() -> [(&'static str, String); 2] {
    let mut flags = vec!["-Clink-arg=--emit-relocs".to_owned()];
    let sysroot = output_of("rustc", &["--print", "sysroot"]);
    let home = env::var("CARGO_HOME")
        .ok()
        .or_else(|| Some(format!("{}/.cargo", env::var("HOME").ok()?)));
    let places = [(sysroot, "rust"), (home, "cargo")];
    flags.extend(
        places
            .into_iter()
            .filter_map(|(place, name)| Some(format!("--remap-path-prefix={}={name}", place?.trim()))),
    );
    [
        ("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
        ("CARGO_PROFILE_RELEASE_STRIP", "none".to_owned()),
    ]
}

/// In every module that is to be split.
const MARK: &[u8] = b"__wasm_split_placeholder__";

/// Where it is noted which files make up each part.
const PARTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/parts");

/// The names of the files that a part consists of beside the first, which all have in common: of `page`, without which the page opens
/// nothing, of `widget` or of `rest`.
pub fn files_of(part: &str) -> std::result::Result<Vec<String>, String> {
    let parts = fs::read_to_string(PARTS).map_err(|error| format!("{PARTS}: {error}"))?;
    let found = parts
        .lines()
        .find_map(|line| line.strip_prefix(part)?.strip_prefix(": "));
    let files = found.ok_or_else(|| format!("the program has no part {part}"))?;
    Ok(files.split(' ').map(|file| format!("{file}.wasm")).collect())
}

/// wasm_split's link module imports the main module by name, but trunk renames that afterwards: so we hand it over.
const IMPORT: &str = "import { initSync } from \"\";\n";
const CONNECT: &str = "let initSync;\nexport const connect = (main) => { initSync = main; };\n";

const MINIFY: &str = "\
import { transformSync } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
for (const file of process.argv.slice(1)) {
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), { minify: true, format: 'esm' }).code);
}";

/// Browsers stream only what a server calls by its type; wasm-bindgen's script forgives others, so this one has to as well.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
const FORGIVING: &str = "src.then(async (answer) => WebAssembly.instantiate(await answer.arrayBuffer(), imports))";

/// A page's policy for content may forbid style attributes, wherever they come from, but not what a script sets: so the program
/// sets styles. Yew and web-sys know only attributes.
const ATTRIBUTE: &str = ".setAttribute(getStringFromWasm0(arg1, arg2), getStringFromWasm0(arg3, arg4))";
const STYLED: &str = "\
function setAttribute(element, name, value) {
  if (name === 'style') element.style.cssText = value;
  else element.setAttribute(name, value);
}
";

/// wasm-bindgen's work as trunk orders it, on a module in one part or two.
pub fn bindgen() -> Result<()> {
    let mut args: Vec<OsString> = env::args_os().collect();
    let Some(order) = Order::of(&args)? else {
        return Ok(wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)?);
    };
    let folder = format!("snippets/later-{:016x}", order.hash());
    let main = order.out_dir.join("main.wasm");
    split(&order, &folder, &main)?;
    args[order.input] = main.clone().into();
    args.extend(
        [
            "--keep-lld-exports",
            // Whoever starts the program names its module; a bundler would look for the one that is meant by default.
            "--omit-default-module-path",
            "--remove-name-section",
            "--remove-producers-section",
        ]
        .map(OsString::from),
    );
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)?;
    fs::remove_file(main)?;
    let script = order.out_dir.join(format!("{}.js", order.out_name));
    let text = fs::read_to_string(&script)?;
    let text = with_styles_set(&text).ok_or("wasm-bindgen's script sets attributes otherwise")?;
    let module = order.out_dir.join(format!("{}_bg.wasm", order.out_name));
    let (text, code) = with_numbered_imports(&text, fs::read(&module)?);
    fs::write(module, code)?;
    let connected = format!("{text}import {{ connect }} from \"./{folder}/link.js\";\nconnect(initSync);\n");
    fs::write(&script, connected)?;
    minify(&[&script, &order.out_dir.join(folder).join("link.js")])
}

/// A call of wasm-bindgen for a module with marks.
struct Order {
    /// The place of the module's path among the arguments.
    input: usize,
    wasm: Vec<u8>,
    out_dir: PathBuf,
    out_name: String,
}

impl Order {
    fn of(args: &[OsString]) -> Result<Option<Order>> {
        let option = |name: &str| {
            args.iter()
                .find_map(|arg| arg.to_str()?.strip_prefix(name)?.strip_prefix('='))
        };
        let input = args.iter().rposition(|arg| arg.to_string_lossy().ends_with(".wasm"));
        let (Some(input), Some(out_dir), Some(out_name)) = (input, option("--out-dir"), option("--out-name")) else {
            return Ok(None);
        };
        let wasm = fs::read(&args[input])?;
        let marked = wasm.windows(MARK.len()).any(|bytes| bytes == MARK);
        Ok(marked.then(|| Order {
            input,
            wasm,
            out_dir: out_dir.into(),
            out_name: out_name.to_owned(),
        }))
    }

    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.wasm.hash(&mut hasher);
        hasher.finish()
    }
}

/// Takes the module apart: the main part into a file, the others with the script that loads them into a folder.
fn split(order: &Order, folder: &str, main: &Path) -> Result<()> {
    let snippets = order.out_dir.join("snippets");
    if snippets.exists() {
        fs::remove_dir_all(snippets)?;
    }
    let target = order.out_dir.join(folder);
    let link = format!("./{folder}/link.js");
    let mut options = wasm_split_cli_support::Options::new(&order.wasm);
    options.output_dir = &order.out_dir;
    options.main_out_path = main;
    options.link_name = &link;
    options.main_module = "";
    fs::create_dir_all(&target)?;
    let parts = wasm_split_cli_support::transform(options)?;
    let mut lines = String::new();
    for (part, files) in &parts.prefetch_map {
        lines += &format!("{part}: {}\n", files.join(" "));
    }
    fs::write(PARTS, lines)?;
    for part in parts.split_modules {
        let code = without_custom_sections(&fs::read(&part)?).ok_or("wasm_split wrote no module")?;
        fs::write(target.join(part.file_name().unwrap_or_default()), code)?;
        fs::remove_file(part)?;
    }
    let script = target.join("link.js");
    let text = fs::read_to_string(&script)?;
    let text = text
        .strip_prefix(IMPORT)
        .ok_or("wasm_split's script begins otherwise")?;
    if !text.contains(STREAMED) {
        return Err("wasm_split's script loads otherwise".into());
    }
    fs::write(script, format!("{CONNECT}{}", text.replace(STREAMED, FORGIVING)))?;
    Ok(())
}

/// The script with another way to set the attribute `style`.
fn with_styles_set(script: &str) -> Option<String> {
    let (before, after) = script.split_once(ATTRIBUTE)?;
    let (before, element) = before.rsplit_once(' ')?;
    let value = ATTRIBUTE.strip_prefix(".setAttribute(")?;
    Some(format!(
        "{STYLED}{before} setAttribute({}, {value}{after}",
        element.trim()
    ))
}

/// What the module imports from its script, and the closures that this calls, have long names with hashes, which no compression makes short, in both files.
/// A number does as well; with as many zeros before it as there were letters, nothing in the module has to move.
fn with_numbered_imports(script: &str, mut module: Vec<u8>) -> (String, Vec<u8>) {
    const DIGITS: usize = 16;
    let is_hash = |text: &str| text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let names = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let hashed = names.filter_map(|name| {
        let (stem, hash) = name.rsplit_once('_')?;
        let is_import = stem.starts_with("__wbg_") && is_hash(hash);
        let is_closure = stem.starts_with("wasm_bindgen__") && hash.strip_prefix('h').is_some_and(is_hash);
        (is_import || is_closure).then_some(name)
    });
    let hashed: BTreeSet<&str> = hashed.collect();
    let mut text = script.to_owned();
    for (number, name) in hashed.into_iter().enumerate() {
        let numbered = format!("i{number:0digits$}", digits = name.len() - 1);
        text = text.replace(name, &numbered);
        let places = module.windows(name.len()).enumerate();
        let places: Vec<usize> = places
            .filter_map(|(at, bytes)| (bytes == name.as_bytes()).then_some(at))
            .collect();
        for at in places {
            module[at..at + name.len()].copy_from_slice(numbered.as_bytes());
        }
    }
    (text, module)
}

/// The scripts without comments and long names, by the bundler that the editor needs anyway.
fn minify(scripts: &[&Path]) -> Result<()> {
    let args = ["--input-type=module", "-e", MINIFY, "--"];
    let status = Command::new("node").args(args).args(scripts).status()?;
    status
        .success()
        .then_some(())
        .ok_or("esbuild can't read wasm-bindgen's scripts".into())
}

/// A module without names and the like: only what runs.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 8;
    let mut kept = module.get(..HEAD)?.to_vec();
    let mut at = HEAD;
    while at < module.len() {
        let id = module[at];
        let (length, digits) = leb128(module.get(at + 1..)?)?;
        let end = at + 1 + digits + length;
        let section = module.get(at..end)?;
        if id != 0 {
            kept.extend_from_slice(section);
        }
        at = end;
    }
    Some(kept)
}

/// An unsigned number as wasm writes it, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTE, STYLED, with_numbered_imports, with_styles_set, without_custom_sections};

    #[test]
    fn styles_are_set_by_script() {
        let script = format!("function (arg0) {{\n            arg0{ATTRIBUTE};\n}}");
        let value = "getStringFromWasm0(arg1, arg2), getStringFromWasm0(arg3, arg4)";
        let expected = format!("{STYLED}function (arg0) {{\n            setAttribute(arg0, {value});\n}}");
        assert_eq!(with_styles_set(&script), Some(expected));
        assert_eq!(with_styles_set("nothing of the kind"), None);
    }

    #[test]
    fn names_of_imports_become_numbers_in_both_files() {
        let script = "{__wbg_new_227d7c05414eb861: f, __wbg_get_0d294cbd6accf92f: g, __wbg_new: h}; wasm_bindgen__f_h0d294cbd6accf92f()";
        let module =
            b"\x1d__wbg_new_227d7c05414eb861\0__wbg_get_0d294cbd6accf92fwasm_bindgen__f_h0d294cbd6accf92f".to_vec();
        let (script, module) = with_numbered_imports(script, module);
        assert_eq!(
            script,
            "{i0000000000000000000000001: f, i0000000000000000000000000: g, __wbg_new: h}; i00000000000000000000000000000002()"
        );
        assert_eq!(
            module,
            b"\x1di0000000000000000000000001\0i0000000000000000000000000i00000000000000000000000000000002"
        );
    }

    #[test]
    fn only_custom_sections_are_left_out() {
        let head = *b"\0asm\x01\0\0\0";
        let custom = [0, 5, 4, b'n', b'a', b'm', b'e'];
        let types = [1, 0x81, 0, 0];
        let module = [&head[..], &custom, &types, &custom].concat();
        assert_eq!(without_custom_sections(&module), Some([&head[..], &types].concat()));
        assert_eq!(without_custom_sections(&module[..module.len() - 1]), None);
    }
}
