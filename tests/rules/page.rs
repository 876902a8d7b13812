//! The page of rules as HTML: one file that needs nothing else, and has the page's colours and sizes.

use crate::found::{Found, Instance, Outcome};
use rollscope_engine::reason::catalogue::{Rule, all};
use rollscope_engine::reason::formulas::formula;
use rollscope_engine::reason::upstream::TREE;
use std::fmt::Write;
use std::fs;

/// Beginnings of ids, and what their rules are about; in the order of a rollout's causes.
const GROUPS: [(&str, &str); 11] = [
    ("DEP", "Deployment"),
    ("RS", "ReplicaSet"),
    ("STS", "StatefulSet"),
    ("DS", "DaemonSet"),
    ("HPA", "HorizontalPodAutoscaler"),
    ("PDB", "Budgets and drain"),
    ("SVC", "Service"),
    ("NODE", "Nodes and scheduler"),
    ("POD", "Pods and kubelet"),
    ("PVC", "Volumes"),
    ("CTL", "kubectl"),
];

/// The whole file.
pub fn page(found: &Found) -> String {
    let mut out = head();
    out += "<nav aria-label=\"Rules\">\n";
    for (prefix, name) in GROUPS {
        let _ = write!(out, "<p><a class=\"group\" href=\"#{prefix}\">{name}</a>");
        for rule in of_group(prefix) {
            let short = rule.id.rsplit('-').next().unwrap_or_default();
            let _ = write!(
                out,
                "\n<a href=\"#{0}\" aria-label=\"{0}\" title=\"{1}\">{short}</a>",
                rule.id,
                escaped(rule.sentence)
            );
        }
        out += "</p>\n";
    }
    out += "</nav>\n<main>\n";
    for (prefix, name) in GROUPS {
        let _ = writeln!(out, "<h2 id=\"{prefix}\">{name}</h2>");
        for rule in of_group(prefix) {
            section(&mut out, rule, found.of(rule.id));
        }
    }
    out + "</main>\n</div>\n</body>\n</html>\n"
}

fn of_group(prefix: &'static str) -> impl Iterator<Item = &'static Rule> {
    all().filter(move |rule| rule.id.split('-').next() == Some(prefix))
}

/// How it looks: in the values of the page itself.
pub fn style() -> String {
    let looks = fs::read_to_string("static/css/page.css").expect("the page's looks");
    let start = looks.find(":root {").expect("its values");
    let end = start + looks[start..].find('}').expect("their end") + 1;
    let (values, style) = (&looks[start..end], include_str!("rules.css"));
    format!("/* Made by `cargo xtask rules`. */\n{values}\n{style}")
}

fn head() -> String {
    format!(
        "<!doctype html>
<!-- Made by `cargo xtask rules`. -->
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"description\" content=\"Every rule by which Kubernetes' controllers act, with its formula, an example and its source\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; img-src data:\">
<title>Rules · Rollscope</title>
<link rel=\"icon\" href=\"data:,\">
<link rel=\"stylesheet\" href=\"rules.css\">
</head>
<body>
<header>
<h1>The rules of Rollscope</h1>
<p>What Kubernetes v1.36 does, as the engine follows it: {} rules. Each has what it says, its arithmetic in the names of \
         Kubernetes' fields, a moment of a run in which it applied, and the source. A size is a ReplicaSet's spec.replicas.</p>
</header>
<div class=\"columns\">
",
        all().count()
    )
}

fn section(out: &mut String, rule: &Rule, instance: Option<&Instance>) {
    let _ = write!(
        out,
        "<section id=\"{0}\">\n<h3><a class=\"rule\" href=\"#{0}\">{0}</a> {1}</h3>\n<dl>\n",
        rule.id,
        escaped(rule.sentence)
    );
    let lines: Vec<String> = formula(rule.id).iter().map(|line| escaped(line)).collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "<dt>Formula</dt><dd><pre>{}</pre></dd>", lines.join("\n"));
    }
    if let Some(instance) = instance {
        example(out, instance);
    }
    out.push_str("<dt>Source</dt><dd>");
    for place in rule.places() {
        let file = match place.path {
            Some(path) => format!("<a href=\"{TREE}{path}\">{path}</a>"),
            None => format!("see {}", escaped(place.file)),
        };
        let _ = write!(out, "<p>{file} {}</p>", escaped(place.functions));
    }
    out.push_str("</dd>\n</dl>\n</section>\n");
}

fn example(out: &mut String, instance: &Instance) {
    let _ = write!(out, "<dt>Example</dt><dd><p>{}</p>", escaped(&instance.saw));
    if let Some(formula) = &instance.formula {
        let _ = write!(out, "<pre>{}</pre>", escaped(formula));
    }
    let outcome = match &instance.outcome {
        Outcome::Did(what) => what.clone(),
        Outcome::Waits(who) => format!("{who} waits"),
    };
    let kind = if instance.run.is_in_menu {
        "in the example"
    } else {
        "in a test"
    };
    let _ = writeln!(
        out,
        "<p>→ {}</p><p class=\"from\">step {} at {}, {kind} “{}”</p></dd>",
        escaped(&outcome),
        instance.step,
        instance.at,
        escaped(&instance.run.title)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
