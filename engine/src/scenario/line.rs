//! An [`Intervention`] as the command line that does it: what `command.rs` reads.

use super::{Intervention, NodeMove, PodMove};
use crate::api::Key;
use crate::cluster::Propagation;
use std::fmt;

/// The command line that does it.
impl fmt::Display for Intervention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Intervention::Apply(_) => write!(f, "kubectl apply -f manifests.yaml"),
            Intervention::ServerSideApply(_) => {
                write!(f, "kubectl apply --server-side --force-conflicts -f manifests.yaml")
            }
            Intervention::Scale(key, replicas) => write!(f, "kubectl scale {} --replicas={replicas}", Target(key)),
            Intervention::SetImage(key, container, image) => {
                write!(f, "kubectl set image {} ", Target(key))?;
                word(f, &format!("{container}={image}"))
            }
            Intervention::Patch(key, patch) => {
                let kind = if patch.strategic { "" } else { " --type=merge" };
                write!(f, "kubectl patch {}{kind} -p {}", Target(key), quoted(&patch.text))
            }
            Intervention::Pause(key) => write!(f, "kubectl rollout pause {}", Target(key)),
            Intervention::Resume(key) => write!(f, "kubectl rollout resume {}", Target(key)),
            Intervention::Undo(key, 0) => write!(f, "kubectl rollout undo {}", Target(key)),
            Intervention::Undo(key, revision) => {
                write!(f, "kubectl rollout undo {} --to-revision={revision}", Target(key))
            }
            Intervention::Restart(key) => write!(f, "kubectl rollout restart {}", Target(key)),
            Intervention::Delete(key, propagation) => {
                write!(f, "kubectl delete {}{}", Target(key), cascade(*propagation))
            }
            Intervention::ForceDelete(key) => write!(f, "kubectl delete {} --grace-period=0 --force", Target(key)),
            Intervention::Cordon(key, true) => write!(f, "kubectl cordon {}", key.name),
            Intervention::Cordon(key, false) => write!(f, "kubectl uncordon {}", key.name),
            Intervention::Drain(key, flags) => {
                write!(f, "kubectl drain {}", key.name)?;
                let options = [
                    (flags.ignore_daemonsets, "ignore-daemonsets"),
                    (flags.delete_emptydir_data, "delete-emptydir-data"),
                    (flags.force, "force"),
                ];
                let mut set = options.iter().filter(|(set, _)| *set);
                set.try_for_each(|(_, option)| write!(f, " --{option}"))
            }
            Intervention::Taint(key, taint, false) => write!(f, "kubectl taint nodes {} {taint}", key.name),
            Intervention::Taint(key, taint, true) if taint.effect.is_empty() => {
                write!(f, "kubectl taint nodes {} {}-", key.name, taint.key)
            }
            Intervention::Taint(key, taint, true) => write!(f, "kubectl taint nodes {} {taint}-", key.name),
            Intervention::Node(key, what) => write!(f, "node {} {}", what.verb(), key.name),
            Intervention::Pod(key, what) => pod(f, key, what),
        }
    }
}

fn pod(f: &mut fmt::Formatter<'_>, key: &Key, what: &PodMove) -> fmt::Result {
    write!(f, "pod {} {}", what.verb(), key.name)?;
    namespace(f, key)?;
    match what {
        PodMove::CrashLoop(restarts) => write!(f, " --restarts={restarts}"),
        PodMove::Scheduled(node) | PodMove::Ready(Some(node)) | PodMove::NotReady(Some(node)) => {
            write!(f, " --node={node}")
        }
        PodMove::Label(labels) => labels.iter().try_for_each(|(key, value)| {
            f.write_str(" ")?;
            let value = value.as_ref();
            word(
                f,
                &value.map_or_else(|| format!("{key}-"), |value| format!("{key}={value}")),
            )
        }),
        PodMove::Annotate(key, value) => {
            f.write_str(" ")?;
            word(f, &format!("{key}={value}"))
        }
        _ => Ok(()),
    }
}

/// `deployment/web`, with its namespace if that is another than the default.
struct Target<'a>(&'a Key);

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target(key) = self;
        write!(f, "{}/{}", key.kind.name().to_ascii_lowercase(), key.name)?;
        namespace(f, key)
    }
}

fn namespace(f: &mut fmt::Formatter<'_>, key: &Key) -> fmt::Result {
    match &*key.namespace {
        "" | "default" => Ok(()),
        other => write!(f, " -n {other}"),
    }
}

/// A word that somebody has chosen, in quotes if a shell would take it apart.
fn word(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if text.contains(|letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"' | '\\')) {
        f.write_str(&quoted(text))
    } else {
        f.write_str(text)
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn cascade(propagation: Propagation) -> &'static str {
    match propagation {
        Propagation::Background => "",
        Propagation::Foreground => " --cascade=foreground",
        Propagation::Orphan => " --cascade=orphan",
    }
}

impl NodeMove {
    /// The word that says it on a command line.
    pub fn verb(self) -> &'static str {
        match self {
            NodeMove::Lost => "lost",
            NodeMove::Back => "back",
            NodeMove::Rebooted => "reboot",
        }
    }
}

impl PodMove {
    /// The word that says it on a command line.
    pub fn verb(&self) -> &'static str {
        match self {
            PodMove::Scheduled(_) => "schedule",
            PodMove::Ready(_) => "ready",
            PodMove::NotReady(_) => "not-ready",
            PodMove::CrashLoop(_) => "crash-loop",
            PodMove::ImagePullError => "image-pull-error",
            PodMove::Fail => "fail",
            PodMove::Succeed => "succeed",
            PodMove::Evict => "evict",
            PodMove::Gone => "gone",
            PodMove::Label(_) => "label",
            PodMove::Annotate(..) => "annotate",
        }
    }
}
