//! `cargo xtask size --why`: what the bytes of both wasm files are spent on, by crate and by our own modules, and the largest
//! functions. The linked program is taken apart anew for it, since what is published has no names.

use crate::process::Outcome;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use wasmparser::{KnownCustom, Name, Parser, Payload};

const LINKED: &str = "target/wasm32-unknown-unknown/release/rollscope-page.wasm";
const FOLDER: &str = "target/size";
/// How many rows of modules and functions are worth reading.
const ROWS: usize = 40;
/// How many levels of a path tell our modules apart: `rollscope_engine::controllers::deployment`.
const DEPTH: usize = 3;

/// What a module is made of, in bytes before compression.
#[derive(Default)]
struct Ledger {
    /// Each function's name and size.
    functions: Vec<(String, usize)>,
    data: usize,
    /// Tables, types, imports and the like.
    rest: usize,
}

/// Prints a ledger for each of the two files.
pub fn why() -> Outcome {
    let wasm = fs::read(LINKED).map_err(|error| format!("{LINKED}: {error}"))?;
    fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    let main = Path::new(FOLDER).join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(&wasm);
    options.output_dir = Path::new(FOLDER);
    options.main_out_path = &main;
    options.link_name = "./link.js";
    options.main_module = "";
    let parts = wasm_split_cli_support::transform(options).map_err(|error| format!("{LINKED}: {error}"))?;
    print("the first file", &bound(&main)?)?;
    parts.split_modules.iter().try_for_each(|part| {
        print(
            &format!("loaded later, {}", part.file_name().unwrap_or_default().display()),
            part,
        )
    })
}

/// wasm-bindgen takes out what nothing reaches.
fn bound(main: &Path) -> Result<PathBuf, String> {
    let words = "wasm-bindgen --target web --no-typescript --keep-lld-exports --out-dir";
    let args = words.split(' ').map(OsString::from).chain([FOLDER.into(), main.into()]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args).map_err(|error| format!("wasm-bindgen: {error:?}"))?;
    Ok(main.with_file_name("first_bg.wasm"))
}

fn print(title: &str, module: &Path) -> Outcome {
    let bytes = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let ledger = read(&bytes).map_err(|error| format!("{}: {error}", module.display()))?;
    let code: usize = ledger.functions.iter().map(|(_, size)| size).sum();
    let all = code + ledger.data + ledger.rest;
    println!(
        "\n== {title}: {all} bytes uncompressed; code {code}, data {}, the rest {}",
        ledger.data, ledger.rest
    );
    table("by crate", &ledger.functions, code, |name| crate_of(name).to_owned());
    table(
        "of which generic code of others, by function",
        &ledger.functions,
        code,
        generic_of,
    );
    table("by module of ours", &ledger.functions, code, module_of);
    table("by function", &ledger.functions, code, |name| name.to_owned());
    Ok(())
}

fn table(title: &str, functions: &[(String, usize)], code: usize, group: impl Fn(&str) -> String) {
    let mut sums: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (name, size) in functions {
        let sum = sums.entry(group(name)).or_default();
        *sum = (sum.0 + size, sum.1 + 1);
    }
    sums.remove("");
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(name, (size, _))| (usize::MAX - size, name.clone()));
    println!("\n{:>9} {:>6} {:>9}  {title}", "bytes", "%", "functions");
    for (name, (size, count)) in rows.iter().take(ROWS) {
        let share = *size as f64 * 100.0 / code as f64;
        println!("{size:>9} {share:>6.1} {count:>9}  {name}");
    }
}

/// Without what isn't published: names, relocations, producers.
fn read(module: &[u8]) -> Result<Ledger, wasmparser::BinaryReaderError> {
    let mut ledger = Ledger::default();
    let (mut imported, mut sizes) = (0, Vec::new());
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                ledger.rest += length(section.range());
                for import in section.into_imports() {
                    let is_function = matches!(import?.ty, wasmparser::TypeRef::Func(_));
                    imported += u32::from(is_function);
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(length(body.range())),
            Payload::DataSection(section) => ledger.data += length(section.range()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index, format!("{:#}", rustc_demangle::demangle(naming.name)));
                            }
                        }
                    }
                }
            }
            Payload::TypeSection(section) => ledger.rest += length(section.range()),
            Payload::FunctionSection(section) => ledger.rest += length(section.range()),
            Payload::ElementSection(section) => ledger.rest += length(section.range()),
            Payload::ExportSection(section) => ledger.rest += length(section.range()),
            Payload::GlobalSection(section) => ledger.rest += length(section.range()),
            _ => {}
        }
    }
    let named = (imported..).zip(sizes);
    ledger.functions = named
        .map(|(index, size)| (names.remove(&index).unwrap_or_else(|| "unnamed".to_owned()), size))
        .collect();
    Ok(ledger)
}

fn length(range: std::ops::Range<u64>) -> usize {
    usize::try_from(range.end - range.start).unwrap_or(0)
}

/// The path that a function counts to: that of the type it is a method of, unless that is the standard library's and the trait
/// is not.
fn path_of(name: &str) -> &str {
    let Some(inner) = name.strip_prefix('<') else {
        return name;
    };
    let (of, trait_) = inner.split_once(" as ").unwrap_or((inner, ""));
    let of = of
        .trim_start_matches(['&', '*', '[', '(', '<'])
        .trim_start_matches("mut ")
        .trim_start_matches("dyn ");
    let is_std = ["core::", "alloc::", "std::"].iter().any(|std| of.starts_with(std)) || !of.contains("::");
    if is_std && !trait_.is_empty() { trait_ } else { of }
}

fn crate_of(name: &str) -> &str {
    let path = path_of(name);
    // The standard library's names have a hash in brackets, code that is nobody's has spaces.
    path.split("::")
        .next()
        .and_then(|name| name.split(['[', '>']).next())
        .unwrap_or(path)
}

/// Code of the standard library and of serde that was made for our types, or for any; empty for what is not that.
fn generic_of(name: &str) -> String {
    let is_generic = ["core", "alloc", "std", "serde_core", "serde"].contains(&crate_of(name));
    if is_generic { name.to_owned() } else { String::new() }
}

/// Empty for what is not ours.
fn module_of(name: &str) -> String {
    let path = path_of(name);
    if !path.starts_with("rollscope") {
        return String::new();
    }
    let path = path.split(['<', '>', ' ', '{']).next().unwrap_or(path);
    let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    // The last is the function or the type.
    let modules = parts.len().saturating_sub(1).clamp(1, DEPTH);
    parts[..modules].join("::")
}

#[cfg(test)]
mod tests {
    use super::{crate_of, module_of};

    #[test]
    fn functions_count_to_whom_they_serve() {
        let check = |name: &str, of_crate: &str, of_module: &str| {
            assert_eq!(
                (crate_of(name), module_of(name).as_str()),
                (of_crate, of_module),
                "{name}"
            );
        };
        check(
            "rollscope::view::stage::tile::h12",
            "rollscope",
            "rollscope::view::stage",
        );
        check(
            "rollscope_engine::kubectl::get::table::row::h1",
            "rollscope_engine",
            "rollscope_engine::kubectl::get",
        );
        check(
            "<rollscope_engine::reason::Reason as core::fmt::Display>::fmt::h1",
            "rollscope_engine",
            "rollscope_engine::reason",
        );
        check(
            "<alloc::vec::Vec<T> as yew::html::IntoPropValue<X>>::into::h1",
            "yew",
            "",
        );
        check("<&T as core::fmt::Debug>::fmt::h1", "core", "");
        check("core::ptr::drop_in_place<rollscope::state::State>", "core", "");
        check("alloc[4ca501edff3f0c7c]::fmt::format", "alloc", "");
        check("dlmalloc::dlmalloc::Dlmalloc<A>::malloc::h1", "dlmalloc", "");
    }
}
