//! Command lines: what is asked, and what is done. The changing verbs are read where interventions are.

use crate::api::{Key, Kind, LabelSelector, Name, Operator, Requirement, labels};
use crate::scenario::Intervention;
use crate::scenario::command::{Words, key, kind_of, split};
use crate::value::Value;
use std::rc::Rc;

/// A command line that was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// It asks.
    Ask(Query),
    /// It changes something.
    Do(Intervention),
    /// It applies the manifests at hand.
    Apply,
}

/// A question.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// `get`.
    Get(Get),
    /// `describe`: the objects, and in which namespace; `None` is all of them.
    Describe(Vec<Target>, Option<Name>, LabelSelector),
    /// `rollout status`; whether line after line, from the last change on.
    Status(Key, bool),
    /// `rollout history`; 0 is the list.
    History(Key, i64),
}

/// What `get` is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Get {
    /// Which kinds, or single objects.
    pub targets: Vec<Target>,
    /// In which namespace; `None` is all of them.
    pub namespace: Option<Name>,
    /// With which labels.
    pub selector: LabelSelector,
    /// In which form.
    pub output: Output,
    /// Whether every change is to be told.
    pub watch: bool,
    /// Whether labels are a column.
    pub labels: bool,
    /// Whether columns have headers.
    pub headers: bool,
}

/// A kind, or one object of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The kind; `None` stands for Events.
    pub kind: Option<Kind>,
    /// The object; `None` is all of them.
    pub name: Option<Name>,
}

/// The form of what `get` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the option's own words")]
pub enum Output {
    Table,
    Wide,
    Name,
    Yaml,
}

/// What `all` stands for, in kubectl's order.
const ALL: [Kind; 8] = [
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Service,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::HorizontalPodAutoscaler,
];

/// The verbs, those that ask first.
pub(super) const VERBS: [&str; 14] = [
    "get", "describe", "rollout", "scale", "set", "patch", "delete", "apply", "cordon", "uncordon", "drain", "taint",
    "node", "pod",
];

/// Reads a line. The error says what was expected, in kubectl's words where it has some.
pub fn read(line: &str) -> Result<Command, String> {
    let words = split(line);
    let rest = match words.split_first() {
        Some((&("kubectl" | "k"), rest)) => rest,
        _ => &words,
    };
    let Some((&verb, arguments)) = rest.split_first() else {
        return Err(format!("error: a command is missing. {}", known()));
    };
    match (verb, arguments.first()) {
        ("get", _) => Ok(Command::Ask(Query::Get(get(arguments)?))),
        ("describe", _) => describe(arguments).map(Command::Ask),
        ("rollout", Some(&("status" | "history"))) => rollout(arguments).map(Command::Ask),
        ("apply", _) => apply(arguments),
        _ if !VERBS.contains(&verb) => {
            let meant = crate::manifest::nearest(verb, VERBS.into_iter());
            let meant = meant.map_or_else(known, |meant| format!("Did you mean \"{meant}\"?"));
            Err(format!("error: unknown command \"{verb}\" for \"kubectl\". {meant}"))
        }
        // As it was typed: what quotes hold together must stay together.
        _ => match line
            .trim_start()
            .trim_start_matches("kubectl ")
            .trim_start_matches("k ")
            .parse()
        {
            Ok(intervention) => Ok(Command::Do(intervention)),
            Err(error) => Err(format!("error: {error}")),
        },
    }
}

fn known() -> String {
    format!("Understood are: {}.", VERBS.join(", "))
}

fn apply(arguments: &[&str]) -> Result<Command, String> {
    let mut words = Words::new(arguments);
    let file = words.take("-f").or_else(|| words.take("--filename"));
    finish(words)?;
    match file {
        Some(Some(_)) => Ok(Command::Apply),
        _ => Err(
            "error: must specify one of -f and -k; apply -f manifests.yaml applies the manifests of this page"
                .to_owned(),
        ),
    }
}

fn get(arguments: &[&str]) -> Result<Get, String> {
    let mut words = Words::new(arguments);
    let watch = flag(&mut words, &["-w", "--watch"]);
    let labels = flag(&mut words, &["--show-labels"]);
    let headers = !flag(&mut words, &["--no-headers"]);
    let output = match words.take("-o").or_else(|| words.take("--output")) {
        None => Output::Table,
        Some(Some("wide")) => Output::Wide,
        Some(Some("name")) => Output::Name,
        Some(Some("yaml")) => Output::Yaml,
        Some(other) => {
            let other = other.unwrap_or_default();
            return Err(format!(
                "error: unable to match a printer suitable for the output format \"{other}\", allowed formats are: \
                 name,wide,yaml"
            ));
        }
    };
    let (namespace, selector) = (namespace(&mut words), selector(&mut words)?);
    let targets = targets(&mut words)?;
    finish(words)?;
    if targets.is_empty() {
        return Err("error: Required resource not specified: get pods, get deploy,rs, get deployment/web".to_owned());
    }
    if watch && targets.iter().any(|target| target.kind != targets[0].kind) {
        return Err("error: you may only specify a single resource type".to_owned());
    }
    Ok(Get {
        targets,
        namespace,
        selector,
        output,
        watch,
        labels,
        headers,
    })
}

fn describe(arguments: &[&str]) -> Result<Query, String> {
    let mut words = Words::new(arguments);
    let (namespace, selector) = (namespace(&mut words), selector(&mut words)?);
    let targets = targets(&mut words)?;
    finish(words)?;
    if targets.is_empty() {
        return Err("error: You must specify the type of resource to describe: describe deployment/web".to_owned());
    }
    Ok(Query::Describe(targets, namespace, selector))
}

fn rollout(arguments: &[&str]) -> Result<Query, String> {
    let (verb, arguments) = arguments.split_first().unwrap_or((&"", &[]));
    let mut words = Words::new(arguments);
    let asks_once = words.take("--watch").is_some_and(|value| value == Some("false"));
    let revision = words
        .optional_number("--revision")
        .map_err(|error| format!("error: {error}"))?;
    words.take("--timeout");
    let mut targets = targets(&mut words)?;
    let namespace = words.namespace.clone();
    finish(words)?;
    let target = targets.pop().filter(|_| targets.is_empty());
    let Some(Target {
        kind: Some(kind),
        name: Some(name),
    }) = target
    else {
        return Err(format!(
            "error: required resource not specified: rollout {verb} deployment/web"
        ));
    };
    let key = key(kind, &namespace, &name);
    Ok(match *verb {
        "status" => Query::Status(key, !asks_once),
        _ => Query::History(key, revision.unwrap_or(0)),
    })
}

fn flag(words: &mut Words<'_>, names: &[&str]) -> bool {
    let given = names.iter().filter_map(|name| words.take(name));
    given.last().is_some_and(|value| value != Some("false"))
}

fn namespace(words: &mut Words<'_>) -> Option<Name> {
    let all = flag(words, &["-A", "--all-namespaces"]);
    (!all).then(|| words.namespace.as_str().into())
}

fn finish(words: Words<'_>) -> Result<(), String> {
    words.finish().map_err(|error| format!("error: {error}"))
}

/// `pods`, `deploy,rs`, `all`, `pod web-0 web-1`, `pod/web-0 svc/web`.
fn targets(words: &mut Words<'_>) -> Result<Vec<Target>, String> {
    let Some(first) = words.pop() else {
        return Ok(Vec::new());
    };
    let rest: Vec<&str> = std::iter::from_fn(|| words.pop()).collect();
    if first.contains('/') {
        let single = |word: &&str| match word.split_once('/') {
            Some((kind, name)) if !name.is_empty() && !name.contains('/') => Ok(Target {
                kind: what(kind)?,
                name: Some(name.into()),
            }),
            _ => Err(
                "error: there is no need to specify a resource type as a separate argument when passing arguments in \
                      resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
                      resource/<resource_name>')"
                    .to_owned(),
            ),
        };
        return std::iter::once(&first).chain(&rest).map(single).collect();
    }
    let mut kinds = Vec::new();
    for word in first.split(',').filter(|word| !word.is_empty()) {
        let new = match word {
            "all" => ALL.map(Some).to_vec(),
            word => vec![what(word)?],
        };
        new.into_iter().for_each(|kind| {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        });
    }
    let of_kind = |kind: Option<Kind>| {
        let named = rest.iter().map(move |name| Target {
            kind,
            name: Some((*name).into()),
        });
        let all = rest.is_empty().then_some(Target { kind, name: None });
        named.chain(all)
    };
    Ok(kinds.into_iter().flat_map(of_kind).collect())
}

fn what(word: &str) -> Result<Option<Kind>, String> {
    match word.split('.').next() {
        Some("ev" | "event" | "events") => Ok(None),
        _ => match kind_of(word) {
            Some(kind) => Ok(Some(kind)),
            None => Err(format!("error: the server doesn't have a resource type \"{word}\"")),
        },
    }
}

fn selector(words: &mut Words<'_>) -> Result<LabelSelector, String> {
    let text = match words.take("-l").or_else(|| words.take("--selector")) {
        None => return Ok(LabelSelector::default()),
        Some(text) => text.unwrap_or_default(),
    };
    read_selector(text).ok_or_else(|| format!("error: unable to parse requirement: {text}"))
}

/// `app=web,tier!=db,env in (a,b),!old`.
fn read_selector(text: &str) -> Option<LabelSelector> {
    let mut depth = 0_i32;
    let parts = text.split(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    let (mut equal, mut others) = (Vec::new(), Vec::new());
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let set = part.strip_suffix(')').and_then(|part| part.split_once('('));
        if let Some((head, values)) = set {
            let (key, operator) = head.trim().split_once(char::is_whitespace)?;
            let operator = match operator.trim() {
                "in" => Operator::In,
                "notin" => Operator::NotIn,
                _ => return None,
            };
            others.push(requirement(key, operator, values.split(',').map(str::trim)));
        } else if let Some((key, value)) = part.split_once("!=") {
            others.push(requirement(key, Operator::NotIn, std::iter::once(value)));
        } else if let Some((key, value)) = part.split_once('=') {
            equal.push((key, Value::from(value.trim_start_matches('='))));
        } else if let Some(key) = part.strip_prefix('!') {
            others.push(requirement(key, Operator::DoesNotExist, std::iter::empty()));
        } else {
            others.push(requirement(part, Operator::Exists, std::iter::empty()));
        }
    }
    let map = Value::Map(
        equal
            .into_iter()
            .map(|(key, value)| (key.trim().to_owned(), value))
            .collect(),
    );
    Some(LabelSelector {
        match_labels: Rc::clone(&labels(Some(&map))),
        match_expressions: others,
    })
}

fn requirement<'a>(key: &str, operator: Operator, values: impl Iterator<Item = &'a str>) -> Requirement {
    Requirement {
        key: key.trim().to_owned(),
        operator,
        values: values.map(|value| value.trim().to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line; kinds and names of what it asks for, or the error.
    fn check(line: &str, expect: &str) {
        let told = match read(line) {
            Ok(Command::Ask(Query::Get(get))) => {
                let targets: Vec<String> = get.targets.iter().map(told).collect();
                let mut words = vec![targets.join(" ")];
                words.extend(get.watch.then(|| "watched".to_owned()));
                words.extend((get.output != Output::Table).then(|| format!("{:?}", get.output)));
                words.extend((!get.selector.is_empty()).then(|| format!("[{}]", get.selector)));
                words.extend(get.namespace.is_none().then(|| "everywhere".to_owned()));
                words.join(" ")
            }
            Ok(Command::Ask(Query::Describe(targets, ..))) => targets.iter().map(told).collect::<Vec<_>>().join(" "),
            Ok(Command::Ask(Query::Status(key, watch))) => format!("status {key} {watch}"),
            Ok(Command::Ask(Query::History(key, revision))) => format!("history {key} {revision}"),
            Ok(Command::Do(what)) => what.to_string(),
            Ok(Command::Apply) => "apply".to_owned(),
            Err(error) => error,
        };
        assert_eq!(told, expect, "{line}");
    }

    fn told(target: &Target) -> String {
        let kind = target.kind.map_or("Event", Kind::name);
        target
            .name
            .as_ref()
            .map_or(kind.to_owned(), |name| format!("{kind}/{name}"))
    }

    #[test]
    fn what_is_asked() {
        check("get pods", "Pod");
        check("kubectl get po -w", "Pod watched");
        check(
            "k get deploy,rs,sts,pods,pvc",
            "Deployment ReplicaSet StatefulSet Pod PersistentVolumeClaim",
        );
        check("get pod web-0 web-1", "Pod/web-0 Pod/web-1");
        check("get pod/web-0 svc/web", "Pod/web-0 Service/web");
        check("get ev -A", "Event everywhere");
        check("get po -owide -lapp=web,tier!=db", "Pod Wide [app=web,tier notin (db)]");
        check("get po -o=yaml -l 'env in (a, b),!old'", "Pod Yaml [env in (a,b),!old]");
        check(
            "get all",
            "Pod ReplicationController Service DaemonSet Deployment ReplicaSet StatefulSet HorizontalPodAutoscaler",
        );
        check("describe deploy web", "Deployment/web");
        check("rollout status deploy/web", "status Deployment/web true");
        check(
            "rollout status deployment web --watch=false",
            "status Deployment/web false",
        );
        check("rollout history sts/db --revision=2", "history StatefulSet/db 2");
    }

    #[test]
    fn what_is_done() {
        check(
            "scale deploy web --replicas 5",
            "kubectl scale deployment/web --replicas=5",
        );
        check(
            "k drain node-1 --ignore-daemonsets",
            "kubectl drain node-1 --ignore-daemonsets",
        );
        check("node lost node-1", "node lost node-1");
        check("apply -f manifests.yaml", "apply");
    }

    #[test]
    fn what_is_wrong() {
        check(
            "get",
            "error: Required resource not specified: get pods, get deploy,rs, get deployment/web",
        );
        check("get jobs", "error: the server doesn't have a resource type \"jobs\"");
        check("get po,rs -w", "error: you may only specify a single resource type");
        check(
            "gte pods",
            "error: unknown command \"gte\" for \"kubectl\". Did you mean \"get\"?",
        );
        check("get pods --fast", "error: unknown flag: --fast");
        check("scale deployment/web", "error: required flag --replicas not set");
        check(
            "rollout status",
            "error: required resource not specified: rollout status deployment/web",
        );
        check(
            "rollout history deploy/web --revision=x",
            "error: --revision=x: expected a number",
        );
        assert!(read("logs web-0").is_err_and(|error| error.contains("Understood are: get, describe")));
        assert!(read("").is_err() && read("kubectl").is_err());
    }

    #[test]
    fn any_text_is_read_or_refused() {
        for line in [
            "'",
            "\"",
            "get '",
            "get ''",
            "get /",
            "get pod/",
            "get ,",
            "get po -l",
            "get po -l (",
            "get po -l a)b(",
            "-",
            "--",
            "get -",
            "get é/ü",
            "-é",
            "get po -é",
            "get po -n",
            "rollout",
            "rollout status -",
            "describe ''",
            "set image",
            "apply -f",
        ] {
            drop(read(line));
        }
    }
}
