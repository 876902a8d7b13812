//! Interventions as the command lines that people know: kubectl's changing verbs, and `pod VERB NAME` for what is said
//! to happen to a Pod. `Display` of an [`Intervention`] writes what this reads.

use super::{DrainFlags, Intervention, NodeMove, Patch, PodMove};
use crate::api::{Key, Kind, Name, Taint};
use crate::cluster::Propagation;
use std::str::FromStr;

/// Reads one command line. The error says what was expected.
impl FromStr for Intervention {
    type Err = String;
    fn from_str(line: &str) -> Result<Intervention, String> {
        let words = shell_words(line)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut words = Words::new(words.strip_prefix(&["kubectl"]).unwrap_or(&words));
        let verb = words.next("a command")?;
        let intervention = match verb {
            "scale" => Intervention::Scale(words.target()?, words.number("--replicas")?),
            "set" => set_image(&mut words)?,
            "patch" => patch(&mut words)?,
            "rollout" => rollout(&mut words)?,
            "delete" => delete(&mut words)?,
            "cordon" => Intervention::Cordon(words.node()?, true),
            "uncordon" => Intervention::Cordon(words.node()?, false),
            "drain" => drain(&mut words)?,
            "taint" => taint(&mut words)?,
            "node" => node(&mut words)?,
            "pod" => pod(&mut words)?,
            other => return Err(format!("unknown command \"{other}\": {EXPECTED}")),
        };
        words.finish()?;
        Ok(intervention)
    }
}

const EXPECTED: &str = "expected scale, set image, patch, rollout undo|pause|resume|restart, delete, cordon, uncordon, drain, taint, node lost|back|reboot NAME, or pod VERB NAME";

fn set_image(words: &mut Words<'_>) -> Result<Intervention, String> {
    let what = words.next("\"image\"")?;
    if what != "image" {
        return Err(format!("\"set {what}\" is not supported: expected \"set image\""));
    }
    let target = words.target()?;
    let pair = words.next("CONTAINER=IMAGE")?;
    match pair.split_once('=') {
        Some((container, image)) if !container.is_empty() && !image.is_empty() => {
            Ok(Intervention::SetImage(target, container.into(), image.into()))
        }
        _ => Err(format!("\"{pair}\": expected CONTAINER=IMAGE")),
    }
}

fn patch(words: &mut Words<'_>) -> Result<Intervention, String> {
    let target = words.target()?;
    let strategic = match words.option("--type")?.as_deref() {
        None | Some("strategic") => true,
        Some("merge") => false,
        Some(other) => return Err(format!("--type={other}: expected strategic or merge")),
    };
    let text = words
        .option("-p")?
        .map_or_else(|| words.option("--patch"), |text| Ok(Some(text)))?;
    let text = text.ok_or("must specify --patch, with what is to change")?;
    let text = text.into();
    Ok(Intervention::Patch(target, Patch { text, strategic }))
}

/// The words of a line as a shell takes them apart: quotes hold together what they enclose.
fn shell_words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' => {
                let quoted = quoted(&mut letters, letter)?;
                word.get_or_insert_default().push_str(&quoted);
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            _ if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Ok(words)
}

fn quoted(letters: &mut std::str::Chars<'_>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            _ if letter == quote => return Ok(text),
            '\\' if quote == '"' => match letters.next() {
                Some(escaped @ ('"' | '\\')) => text.push(escaped),
                other => text.extend(['\\'].into_iter().chain(other)),
            },
            _ => text.push(letter),
        }
    }
    Err(format!("a quote {quote} is not closed"))
}

fn rollout(words: &mut Words<'_>) -> Result<Intervention, String> {
    let verb = words.next("undo, pause, resume or restart")?;
    let target = words.target()?;
    Ok(match verb {
        "undo" => Intervention::Undo(target, words.optional_number("--to-revision")?.unwrap_or(0)),
        "pause" => Intervention::Pause(target),
        "resume" => Intervention::Resume(target),
        "restart" => Intervention::Restart(target),
        other => {
            return Err(format!(
                "unknown command \"rollout {other}\": expected undo, pause, resume or restart"
            ));
        }
    })
}

fn delete(words: &mut Words<'_>) -> Result<Intervention, String> {
    let target = words.target()?;
    if words.flag("--force") {
        words.optional_number("--grace-period")?;
        return Ok(Intervention::ForceDelete(target));
    }
    let propagation = match words.option("--cascade")?.as_deref() {
        None | Some("background") => Propagation::Background,
        Some("foreground") => Propagation::Foreground,
        Some("orphan") => Propagation::Orphan,
        Some(other) => {
            return Err(format!("--cascade={other}: expected background, foreground or orphan"));
        }
    };
    Ok(Intervention::Delete(target, propagation))
}

fn drain(words: &mut Words<'_>) -> Result<Intervention, String> {
    let node = words.node()?;
    let flags = DrainFlags {
        ignore_daemonsets: words.flag("--ignore-daemonsets"),
        delete_emptydir_data: words.flag("--delete-emptydir-data"),
        force: words.flag("--force"),
    };
    Ok(Intervention::Drain(node, flags))
}

/// `taint nodes node-1 key=value:Effect`, and with a `-` at the end to take it away.
fn taint(words: &mut Words<'_>) -> Result<Intervention, String> {
    let kind = words.next("\"nodes\"")?;
    if !matches!(kind, "node" | "nodes" | "no") {
        return Err(format!("\"taint {kind}\": expected \"taint nodes\""));
    }
    let node = words.node()?;
    let text = words.next("a taint such as key=value:NoSchedule")?;
    let (text, remove) = match text.strip_suffix('-') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let taint = match remove && !text.contains(':') {
        true => Taint::new(text, ""),
        false => text.parse()?,
    };
    Ok(Intervention::Taint(node, taint, remove))
}

fn node(words: &mut Words<'_>) -> Result<Intervention, String> {
    let what = match words.next("what happens to the node")? {
        "lost" => NodeMove::Lost,
        "back" => NodeMove::Back,
        "reboot" => NodeMove::Rebooted,
        other => return Err(format!("\"node {other}\": expected lost, back or reboot")),
    };
    Ok(Intervention::Node(words.node()?, what))
}

fn pod(words: &mut Words<'_>) -> Result<Intervention, String> {
    let verb = words.next("what happens to the Pod")?;
    let name = words.next("the Pod's name")?;
    let namespace = words.namespace.clone();
    let node = words.option("--node")?.map(Name::from);
    let what = match verb {
        "schedule" => PodMove::Scheduled(node.unwrap_or_else(|| "node-1".into())),
        "ready" => PodMove::Ready(node),
        "not-ready" => PodMove::NotReady(node),
        "crash-loop" => PodMove::CrashLoop(words.optional_number("--restarts")?.unwrap_or(1)),
        "image-pull-error" => PodMove::ImagePullError,
        "fail" => PodMove::Fail,
        "succeed" => PodMove::Succeed,
        "evict" => PodMove::Evict,
        "gone" => PodMove::Gone,
        "label" => PodMove::Label(words.labels()?),
        "annotate" => {
            let pair = words.next("KEY=VALUE")?;
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("\"{pair}\": expected KEY=VALUE"))?;
            PodMove::Annotate(key.to_owned(), value.to_owned())
        }
        other => {
            return Err(format!(
                "\"pod {other}\": expected schedule, ready, not-ready, crash-loop, image-pull-error, fail, succeed, evict, gone, label or annotate"
            ));
        }
    };
    Ok(Intervention::Pod(key(Kind::Pod, &namespace, name), what))
}

/// `deployment/web`, as commands name an object.
pub(super) fn target(text: &str) -> Result<Key, String> {
    Words::new(&[text]).target()
}

pub(crate) fn key(kind: Kind, namespace: &str, name: &str) -> Key {
    let namespace = if kind.is_cluster_wide() { "" } else { namespace };
    Key::new(kind, &namespace.into(), &name.into())
}

/// The words of a line; those in quotes stay together.
pub(crate) fn split(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '\'' | '"').then(|| rest[1..].find(first)).flatten();
        let (word, after) = match quoted {
            Some(end) => (&rest[1..=end], &rest[end + 2..]),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The words of a command line: options are picked out by name, the rest is taken in order.
pub(crate) struct Words<'a> {
    plain: Vec<&'a str>,
    options: Vec<(&'a str, Option<&'a str>)>,
    pub(crate) namespace: String,
}

/// Options that stand alone.
const FLAGS: [&str; 11] = [
    "--force",
    "--wait",
    "--ignore-daemonsets",
    "--delete-emptydir-data",
    "-w",
    "--watch",
    "-A",
    "--all-namespaces",
    "--show-labels",
    "--no-headers",
    "--overwrite",
];

impl<'a> Words<'a> {
    pub(crate) fn new(words: &[&'a str]) -> Words<'a> {
        let mut plain = Vec::new();
        let mut options = Vec::new();
        let mut rest = words.iter().copied();
        while let Some(word) = rest.next() {
            if !word.starts_with('-') {
                plain.push(word);
            } else if let Some((name, value)) = attached(word) {
                options.push((name, Some(value)));
            } else if FLAGS.contains(&word) {
                options.push((word, None));
            } else {
                options.push((word, rest.next()));
            }
        }
        plain.reverse();
        let mut words = Words {
            plain,
            options,
            namespace: "default".into(),
        };
        let named = words.take("-n").or_else(|| words.take("--namespace")).flatten();
        words.namespace = named.unwrap_or("default").to_owned();
        words
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Option<&'a str>> {
        let index = self.options.iter().position(|(option, _)| *option == name)?;
        Some(self.options.remove(index).1)
    }

    pub(crate) fn next(&mut self, expected: &str) -> Result<&'a str, String> {
        self.plain
            .pop()
            .ok_or_else(|| format!("the command is too short: expected {expected}"))
    }

    /// The next word, if there is one.
    pub(crate) fn pop(&mut self) -> Option<&'a str> {
        self.plain.pop()
    }

    /// `deployment/web` or `deployment web`.
    pub(crate) fn target(&mut self) -> Result<Key, String> {
        let word = self.next("an object such as deployment/web")?;
        let (kind, name) = match word.split_once('/') {
            Some(pair) => pair,
            None => (word, self.next("the object's name")?),
        };
        let kind = kind_of(kind).ok_or_else(|| format!("the server doesn't have a resource type \"{kind}\""))?;
        Ok(key(kind, &self.namespace, name))
    }

    /// `node-1` or `node/node-1`.
    fn node(&mut self) -> Result<Key, String> {
        let word = self.next("a node's name")?;
        Ok(key(Kind::Node, "", word.trim_start_matches("node/")))
    }

    /// `key=value`, and `key-` for one that goes.
    fn labels(&mut self) -> Result<Vec<(String, Option<String>)>, String> {
        let mut labels = Vec::new();
        while let Some(word) = self.pop() {
            let label = word.split_once('=').map(|(key, value)| (key, Some(value.to_owned())));
            let label = label.or_else(|| Some((word.strip_suffix('-')?, None)));
            let (key, value) = label.ok_or_else(|| format!("\"{word}\": expected KEY=VALUE or KEY-"))?;
            labels.push((key.to_owned(), value));
        }
        Ok(labels)
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.take(name).is_some()
    }

    pub(crate) fn option(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value.to_owned())),
            Some(None) => Err(format!("flag needs an argument: {name}")),
        }
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<i64>, String> {
        let text = self.option(name)?;
        let number = text.map(|text| text.parse().map_err(|_| format!("{name}={text}: expected a number")));
        number.transpose()
    }

    fn number(&mut self, name: &str) -> Result<i64, String> {
        self.optional_number(name)?
            .ok_or_else(|| format!("required flag {name} not set"))
    }

    pub(crate) fn finish(self) -> Result<(), String> {
        match (self.plain.last(), self.options.first()) {
            (Some(word), _) => Err(format!("\"{word}\" is one word too many")),
            (None, Some((option, _))) => Err(format!("unknown flag: {option}")),
            (None, None) => Ok(()),
        }
    }
}

/// `--name=value`, `-n=value` or `-nvalue`.
fn attached(word: &str) -> Option<(&str, &str)> {
    match word.as_bytes() {
        [b'-', letter, _, ..] if letter.is_ascii_alphabetic() => {
            let (name, value) = word.split_at(2);
            Some((name, value.strip_prefix('=').unwrap_or(value)))
        }
        _ => word.split_once('='),
    }
}

/// Kinds by name, plural or short name, with or without their group.
pub(crate) fn kind_of(word: &str) -> Option<Kind> {
    const SHORT: [(&str, Kind); 16] = [
        ("cm", Kind::ConfigMap),
        ("pv", Kind::PersistentVolume),
        ("sc", Kind::StorageClass),
        ("deploy", Kind::Deployment),
        ("rs", Kind::ReplicaSet),
        ("sts", Kind::StatefulSet),
        ("ds", Kind::DaemonSet),
        ("no", Kind::Node),
        ("po", Kind::Pod),
        ("svc", Kind::Service),
        ("pvc", Kind::PersistentVolumeClaim),
        ("rc", Kind::ReplicationController),
        ("pdb", Kind::PodDisruptionBudget),
        ("hpa", Kind::HorizontalPodAutoscaler),
        ("quota", Kind::ResourceQuota),
        ("controllerrevision", Kind::ControllerRevision),
    ];
    let word = word.split('.').next().unwrap_or(word).to_ascii_lowercase();
    let named = Kind::ALL
        .into_iter()
        .find(|kind| word == kind.plural() || word == kind.name().to_ascii_lowercase());
    named.or_else(|| SHORT.iter().find(|(short, _)| *short == word).map(|(_, kind)| *kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a line and writes it back; equal if `expect` is empty.
    fn check(line: &str, expect: &str) {
        let written = match line.parse::<Intervention>() {
            Ok(intervention) => intervention.to_string(),
            Err(error) => error,
        };
        assert_eq!(written, if expect.is_empty() { line } else { expect }, "{line}");
    }

    #[test]
    fn what_is_written_is_read() {
        check("kubectl scale deployment/web --replicas=5", "");
        check("kubectl set image statefulset/db *=pg:2", "");
        check("kubectl rollout undo deployment/web --to-revision=2", "");
        check("kubectl rollout undo deployment/web", "");
        check("kubectl rollout pause deployment/web", "");
        check("kubectl delete pod/db-2 --grace-period=0 --force", "");
        check("kubectl delete deployment/web --cascade=orphan", "");
        check("kubectl patch statefulset/db -p '{\"spec\":{\"replicas\":2}}'", "");
        check("kubectl patch statefulset/db --type=merge -p 'it'\\''s: x'", "");
        check("pod ready db-2", "");
        check("pod ready db-2 -n prod --node=node-1", "");
        check("pod label db-2 tier=a b- 'c=a word'", "");
        check("pod annotate db-2 -n prod 'why=it'\\''s so'", "");
        check("kubectl scale deployment/web -n prod --replicas=5", "");
        check("kubectl patch deployment/web -n prod -p '{}'", "");
        check("kubectl set image deployment/web 'web=no such image'", "");
        check("kubectl drain node-1 --ignore-daemonsets --force", "");
        check("kubectl uncordon node-1", "");
        check("pod crash-loop db-2 --restarts=3", "");
        check("kubectl taint nodes node-1 a.b/c=d:NoExecute", "");
        check("kubectl taint nodes node-1 a.b/c:NoExecute-", "");
        check("kubectl taint nodes node-1 a.b/c-", "");
        check("node lost node-1", "");
        check("node reboot node-1", "");
    }

    #[test]
    fn short_forms_are_understood() {
        check(
            "scale deploy web --replicas 5",
            "kubectl scale deployment/web --replicas=5",
        );
        check(
            "kubectl rollout restart sts db",
            "kubectl rollout restart statefulset/db",
        );
        check(
            "kubectl -n prod rollout undo deploy/web",
            "kubectl rollout undo deployment/web -n prod",
        );
        check("kubectl delete deployments.apps/web", "kubectl delete deployment/web");
        check(
            r#"kubectl patch sts db --patch "{\"a\": 1}""#,
            "kubectl patch statefulset/db -p '{\"a\": 1}'",
        );
    }

    #[test]
    fn mistakes_are_named() {
        check("", "the command is too short: expected a command");
        check("kubectl scale deployment/web", "required flag --replicas not set");
        check(
            "kubectl scale deployment/web --replicas=x",
            "--replicas=x: expected a number",
        );
        check(
            "kubectl scale widget/web --replicas=1",
            "the server doesn't have a resource type \"widget\"",
        );
        check(
            "kubectl set image deployment/web nginx",
            "\"nginx\": expected CONTAINER=IMAGE",
        );
        check(
            "kubectl rollout undo deployment/web now",
            "\"now\" is one word too many",
        );
        check("kubectl rollout undo deployment/web --fast", "unknown flag: --fast");
        check(
            "kubectl taint nodes node-1 a=b:Never",
            "invalid taint effect: Never, unsupported taint effect",
        );
        check("kubectl patch sts db -p '{", "a quote ' is not closed");
        check("kubectl patch sts db", "must specify --patch, with what is to change");
        check(
            "kubectl patch sts db --type=json -p x",
            "--type=json: expected strategic or merge",
        );
        check("node explode node-1", "\"node explode\": expected lost, back or reboot");
    }
}
