//! `cargo xtask size`: what a visitor downloads, the ceiling that keeps it from growing, and the goal.
//!
//! First come the files that index.html names, and the modules that those import: without them there's no page.
//! All else in `dist/` is loaded later, if at all (the editor, examples).
//!
//! A widget in somebody else's page has tables of its own: its file and the picture or outline that it draws at once, what it needs
//! of the program, a recorded run, and the engine. A recorded run is played when the first three are there, and the ceiling holds
//! their sum; manifests need the engine instead.

pub mod why;

use crate::process::{Outcome, output_of};
use crate::split;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const DIST: &str = "dist";

/// Where the page is to get, in bytes compressed by brotli of all that has to arrive before it is usable.
const GOAL: u64 = 160_000;
/// What it must not exceed on the way there: lowered with every saving, never raised without a reason in the commit.
const CEILING: u64 = 200_000;

/// Node has both compressors built in, so no crate has to be compiled for them.
const COMPRESS: &str = "\
const { readFileSync } = require('fs'), zlib = require('zlib');
for (const file of process.argv.slice(1)) {
  const text = readFileSync(file), gzip = zlib.gzipSync(text, { level: 9 }), brotli = zlib.brotliCompressSync(text);
  console.log(text.length, gzip.length, brotli.length);
}";

/// Prints both tables for the build in `dist/`; fails where the first exceeds the ceiling.
pub fn size() -> Outcome {
    let all = files_below(Path::new(DIST)).map_err(|error| format!("{DIST}: {error}"))?;
    let first = files_of_the_first_view(&all)?;
    let later: Vec<String> = all.iter().filter(|file| !first.contains(*file)).cloned().collect();
    let first: Vec<String> = first.into_iter().collect();
    let brotli = print_table("before the page is usable", DIST, &first)?;
    print_table("loaded later", DIST, &later)?;
    let widget = widget(&all)?;
    println!("\n{brotli} bytes; the ceiling is {CEILING}, the goal {GOAL}");
    println!("{widget} bytes before a widget plays a recorded run, which is among them; the ceiling is {CEILING}");
    match brotli.max(widget) {
        largest if largest <= CEILING => Ok(()),
        largest => Err(format!(
            "the page or the widget is too large: {largest} bytes > {CEILING}"
        )),
    }
}

/// Prints what some files of a folder take.
pub fn print_sizes(title: &str, folder: &str, files: &[&str]) -> Outcome {
    let files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
    print_table(title, folder, &files).map(drop)
}

/// Prints the tables of a widget; returns what has to come before a recorded run is played, the run included. The engine, without
/// which manifests are not played, has no ceiling.
fn widget(all: &BTreeSet<String>) -> Result<u64, String> {
    const ELEMENT: &str = "rollout-view.js";
    const RUN: &str = "static/recorded/rolling-update.run";
    let own = reached(vec![ELEMENT.to_owned()], all)?;
    // It imports the program only when it is near, so that is no static import.
    let named = reached(named_in(&own, all)?, all)?;
    let needed = parts("widget", all)?;
    let program: BTreeSet<String> = named.difference(&own).chain(&needed).cloned().collect();
    let engine: Vec<String> = parts("rest", all)?.difference(&program).cloned().collect();
    if named.len() < 3 || !all.contains(RUN) {
        return Err(format!("{ELEMENT} names no program, or there is no {RUN}"));
    }
    let table = |title: &str, files: Vec<String>| print_table(title, DIST, &files);
    let own = table("widget: before its picture or outline is drawn", Vec::from_iter(own))?;
    let program = table("widget: when it comes near", Vec::from_iter(program))?;
    let run = table("widget: a recorded run", vec![RUN.to_owned()])?;
    let engine = table("widget: instead of that run, the engine for manifests", engine)?;
    print_row_of_sum("widget: playing a recorded run", own + program + run);
    print_row_of_sum("widget: playing manifests", own + program + engine);
    Ok(own + program + run)
}

/// The files of a part of the program.
fn parts(part: &str, all: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    let names = split::files_of(part)?;
    let is_one = |file: &&String| names.iter().any(|name| file.ends_with(&format!("/{name}")));
    Ok(all.iter().filter(is_one).cloned().collect())
}

fn print_row_of_sum(name: &str, brotli: u64) {
    println!("\n{name:<78} {brotli:>9}");
}

/// The files of `all` that the text of one of these names, in whatever way.
fn named_in(files: &BTreeSet<String>, all: &BTreeSet<String>) -> Result<Vec<String>, String> {
    let texts: Vec<String> = files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    let is_named = |name: &&String| texts.iter().any(|text| text.contains(&format!("./{name}")));
    Ok(all.iter().filter(is_named).cloned().collect())
}

/// Prints a row for each file and a total; returns the total after brotli.
fn print_table(title: &str, folder: &str, files: &[String]) -> Result<u64, String> {
    println!("\n{title:<58} {:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    let mut total = [0; 3];
    for (file, sizes) in files.iter().zip(compressed_sizes(folder, files)?) {
        print_row(file, sizes);
        total = [0, 1, 2].map(|i| total[i] + sizes[i]);
    }
    print_row("total", total);
    Ok(total[2])
}

fn print_row(name: &str, [raw, gzip, brotli]: [u64; 3]) {
    println!("  {name:<56} {raw:>9} {gzip:>9} {brotli:>9}");
}

fn compressed_sizes(folder: &str, files: &[String]) -> Result<Vec<[u64; 3]>, String> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<String> = files.iter().map(|file| format!("{folder}/{file}")).collect();
    let args = ["-e", COMPRESS, "--"]
        .into_iter()
        .chain(paths.iter().map(String::as_str));
    let output = output_of("node", &args.collect::<Vec<_>>()).ok_or("node can't compress the files")?;
    output
        .lines()
        .map(|line| parse_sizes(line).ok_or(format!("not three sizes: {line}")))
        .collect()
}

fn parse_sizes(line: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = line.split(' ').map_while(|word| word.parse().ok()).collect();
    numbers.try_into().ok()
}

fn files_of_the_first_view(all: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    reached(vec!["index.html".to_owned()], all)
}

/// Follows references from these files through modules and style sheets.
fn reached(mut open: Vec<String>, all: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    while let Some(file) = open.pop() {
        if file.ends_with(".html") || file.ends_with(".js") || file.ends_with(".css") {
            open.extend(
                references(&file, &read(&file)?, all)
                    .into_iter()
                    .filter(|name| !found.contains(name)),
            );
        }
        found.insert(file);
    }
    Ok(found)
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(format!("{DIST}/{file}")).map_err(|error| format!("{file}: {error}"))
}

/// The files of `all` that a file's text names, in HTML anywhere in quotes, in a module only as static imports,
/// in a style sheet as `@import` or `url()`.
fn references(file: &str, text: &str, all: &BTreeSet<String>) -> BTreeSet<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let text = text.replace('\'', "\"");
    let mut pieces = text.split('"');
    let mut before = pieces.next().unwrap_or_default();
    let mut found = BTreeSet::new();
    while let Some(quoted) = pieces.next() {
        if !file.ends_with(".js") || is_static_import(before) {
            found.extend(resolve(folder, quoted).filter(|name| all.contains(name)));
        }
        before = pieces.next().unwrap_or_default();
    }
    found
}

fn is_static_import(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with("from") || before.ends_with("import")
}

/// `./snippets/a.js` seen from a folder; addresses of other sites give nothing.
fn resolve(folder: &str, reference: &str) -> Option<String> {
    if reference.contains("://") {
        return None;
    }
    let mut parts: Vec<&str> = if reference.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for part in reference.split(['?', '#']).next()?.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

/// Every file of a folder and its subfolders, by its path from there.
pub fn files_below(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files_below(&path)?.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.insert(name);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::references;
    use std::collections::BTreeSet;

    fn check(file: &str, text: &str, expect: &[&str]) {
        let all = [
            "app.js",
            "app.wasm",
            "editor.js",
            "page.css",
            "snippets/a.js",
            "font.woff2",
        ];
        let found = references(file, text, &all.map(str::to_owned).into());
        assert_eq!(
            found,
            expect.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>(),
            "{text}"
        );
    }

    #[test]
    fn html_names_what_it_loads() {
        check(
            "index.html",
            r#"<link href="./page.css?v=1"><script>import init from '/app.js'; </script>"#,
            &["app.js", "page.css"],
        );
        check(
            "index.html",
            r#"<a href="https://example.com/app.js">"nothing.js"</a>"#,
            &[],
        );
    }

    #[test]
    fn modules_count_only_static_imports() {
        check(
            "app.js",
            r#"import { a } from './snippets/a.js'; const later = "app.wasm";"#,
            &["snippets/a.js"],
        );
        check(
            "snippets/a.js",
            r#"import "../app.js"; await import("../editor.js");"#,
            &["app.js"],
        );
    }

    #[test]
    fn style_sheets_count_fonts() {
        check("page.css", r#"@font-face { src: url("font.woff2") }"#, &["font.woff2"]);
    }
}
