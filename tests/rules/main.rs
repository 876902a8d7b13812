//! The page of rules, `static/rules.html` with `rules.css`: what each rule says, its formula, an example that has been run, and where upstream
//! has it. `cargo xtask rules` writes it anew.

mod found;
mod page;

use found::Found;
use rollscope_engine::reason::catalogue::all;
use std::{env, fs};

const FILE: &str = "static/rules.html";
const STYLE: &str = "static/rules.css";

/// Rules that no run of ours shows, each with its reason.
const UNSEEN: &[(&str, &str)] = &[];

#[test]
fn the_page_of_rules_is_up_to_date() {
    let found = Found::in_all_runs();
    let unseen: Vec<&str> = all().map(|rule| rule.id).filter(|id| found.of(id).is_none()).collect();
    let known: Vec<&str> = UNSEEN.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        unseen, known,
        "rules without an example: add one to engine/tests/scenarios, or list them here"
    );
    for (file, made) in [(FILE, page::page(&found)), (STYLE, page::style())] {
        if env::var_os("BLESS").is_some() {
            fs::write(file, &made).expect(file);
        }
        let kept = fs::read_to_string(file).unwrap_or_default();
        assert!(kept == made, "{file} is out of date: cargo xtask rules");
    }
}

#[test]
fn the_page_of_rules_has_an_anchor_for_every_rule_and_nothing_that_runs() {
    let page = fs::read_to_string(FILE).expect(FILE);
    for rule in all() {
        assert_eq!(page.matches(&format!("id=\"{}\"", rule.id)).count(), 1, "{}", rule.id);
    }
    for banned in ["<script", "javascript:", " onclick", "@import", "src=\"http"] {
        assert!(!page.contains(banned), "{banned}");
    }
}
