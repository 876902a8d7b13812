//! Reasons of everybody who is not a workload controller: the user, the scheduler, the kubelet, the volume binder, the
//! garbage collector (spec: POD, PVC, CTL and others).

use crate::api::{Ended, Name};
use crate::environment::ProbeKind;
use crate::time::Duration;
use std::fmt;
use std::rc::Rc;

/// Why the environment acted.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the facts that the sentence of each variant names"
)]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum EnvironmentReason {
    Asked {
        what: Rc<str>,
    },
    Scheduled,
    Unschedulable {
        message: Rc<str>,
    },
    NodeLost {
        silent_for: Duration,
    },
    NodeOfPodLost {
        node: Name,
    },
    NodeTainted,
    AllLost,
    NodeHeard,
    TaintEviction {
        node: Name,
        tolerated: Duration,
    },
    NodeGone {
        node: Name,
    },
    OutOfService {
        node: Name,
    },
    PullStarted,
    PullFailed {
        retry_in: Duration,
    },
    BackOff {
        retry_in: Duration,
    },
    InitRunning {
        name: Name,
        took: Duration,
    },
    Started {
        took: Duration,
    },
    Ready {
        took: Duration,
        probed: bool,
    },
    NeverPulled,
    Recovered,
    StartedUp {
        name: Name,
        after: Duration,
    },
    ProbedReady {
        name: Name,
        after: Duration,
        times: i64,
    },
    ProbedUnready {
        name: Name,
        after: Duration,
        times: i64,
    },
    ProbeKills {
        name: Name,
        probe: ProbeKind,
        after: Duration,
        times: i32,
        stops_in: Duration,
    },
    Ended {
        name: Name,
        ran: Duration,
        how: Box<Ended>,
        is_last: bool,
    },
    CrashLoop {
        name: Name,
        pause: Duration,
        restarts: i64,
    },
    Restarted {
        name: Name,
        waited: Duration,
        next: Duration,
    },
    SidecarStopped {
        name: Name,
    },
    Stopped {
        took: Duration,
        hook: Duration,
        killed: bool,
    },
    Bound,
    BoundNear {
        zone: Rc<str>,
    },
    ClassMissing {
        class: Name,
    },
    NoClass,
    WaitsForConsumer,
    Provisioning {
        takes: Duration,
    },
    NodeSelected {
        node: Name,
    },
    Attached {
        node: Name,
    },
    Detached {
        node: Name,
        forced: bool,
    },
    MultiAttach {
        volume: Name,
        node: Name,
    },
    Reclaimed {
        retain: bool,
    },
    ConfigMissing(Rc<str>),
    OwnerGone {
        owner: Name,
    },
    DependentsGone,
    Orphaned {
        owner: Name,
    },
    ClaimFree,
    Evicted {
        name: Name,
    },
    EvictionRefused {
        why: Rc<str>,
    },
}

use EnvironmentReason as R;

impl EnvironmentReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::Asked { .. } => "CTL-01",
            R::Scheduled => "POD-05",
            R::Unschedulable { .. } => "NODE-03",
            R::NodeLost { .. } => "NODE-20",
            R::NodeOfPodLost { .. } => "NODE-22",
            R::NodeTainted => "NODE-21",
            R::AllLost => "NODE-29",
            R::NodeHeard => "POD-91",
            R::TaintEviction { .. } => "NODE-25",
            R::NodeGone { .. } => "NODE-26",
            R::OutOfService { .. } => "NODE-27",
            R::PullStarted => "POD-20",
            R::PullFailed { .. } | R::BackOff { .. } => "POD-56",
            R::InitRunning { .. } => "POD-21",
            R::Started { .. } => "POD-20",
            R::Ready { probed: false, .. } => "POD-11",
            R::Ready { .. } | R::ProbedReady { .. } => "POD-32",
            R::NeverPulled => "POD-57",
            R::Recovered => "POD-09",
            R::StartedUp { .. } => "POD-35",
            R::ProbeKills {
                probe: ProbeKind::Startup,
                ..
            } => "POD-35",
            R::ProbeKills { .. } => "POD-36",
            R::ProbedUnready { .. } => "POD-37",
            R::Ended { how, .. } if how.reason == "OOMKilled" => "POD-72",
            R::Ended { .. } => "POD-23",
            R::CrashLoop { .. } => "POD-50",
            R::Restarted {
                waited: Duration::ZERO, ..
            } => "POD-12",
            R::Restarted { .. } => "POD-50",
            R::SidecarStopped { .. } => "POD-62",
            R::Stopped { .. } => "POD-60",
            R::Bound | R::Provisioning { .. } => "PVC-10",
            R::BoundNear { .. } | R::WaitsForConsumer | R::NodeSelected { .. } => "PVC-11",
            R::ClassMissing { .. } | R::NoClass => "PVC-02",
            R::Attached { .. } => "PVC-30",
            R::MultiAttach { .. } => "PVC-31",
            R::Detached { .. } => "PVC-40",
            R::Reclaimed { .. } => "PVC-51",
            R::ConfigMissing(_) => "PVC-41",
            R::OwnerGone { .. } | R::DependentsGone | R::Orphaned { .. } => "DEP-93",
            R::ClaimFree => "STS-62",
            R::Evicted { .. } | R::EvictionRefused { .. } => "PDB-22",
        }
    }
}

impl EnvironmentReason {
    /// Whether it only repeats what was tried before.
    pub(super) fn is_report(&self) -> bool {
        match self {
            R::BackOff { .. } => true,
            R::PullFailed { retry_in } => *retry_in > Duration::seconds(10),
            _ => false,
        }
    }
}

/// What was seen.
impl fmt::Display for EnvironmentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::Asked { what } => write!(f, "{what}"),
            R::Scheduled => write!(f, "A node has room for the Pod."),
            R::NodeLost { silent_for } => {
                write!(
                    f,
                    "Nobody has heard of the node for {silent_for}; after 50 s it counts as lost."
                )
            }
            R::NodeOfPodLost { node } => write!(f, "{node} is lost: its Pods are not ready, and stay where they are."),
            R::NodeTainted => write!(
                f,
                "From now on Pods that do not tolerate a lost node for ever have to go in time."
            ),
            R::AllLost => write!(f, "No node is heard of any more: nothing is evicted."),
            R::NodeHeard => write!(f, "The node is heard again: its taints go, and what ran on it runs on."),
            R::TaintEviction {
                node,
                tolerated: Duration::ZERO,
            } => {
                write!(f, "The Pod does not tolerate a taint of {node}.")
            }
            R::TaintEviction { node, tolerated } => {
                write!(
                    f,
                    "The Pod tolerates the taints of {node} for {tolerated}, and that time is over."
                )
            }
            R::NodeGone { node } => write!(
                f,
                "{node} has been gone for at least 40 s: nobody will confirm the Pod's end."
            ),
            R::OutOfService { node } => write!(f, "{node} is certified to be out of service."),
            R::Unschedulable { message } => write!(f, "{message}"),
            R::PullStarted => write!(f, "The node has the Pod; its image comes first."),
            R::PullFailed { retry_in } => write!(f, "The image can't be pulled; the next try is in {retry_in}."),
            R::BackOff { retry_in } => write!(f, "Waiting {retry_in} before the next pull."),
            R::InitRunning { name, took } => write!(f, "Init container {name} ended well after {took}."),
            R::Started { took } => write!(f, "Image and start took {took}."),
            R::Ready { probed: false, .. } => write!(f, "No readiness probe: started means ready."),
            R::Ready { took, .. } => write!(f, "The readiness probe succeeded {took} after the start."),
            R::NeverPulled => write!(f, "The image is not on the node, and may not be pulled."),
            R::Recovered => write!(f, "All containers are ready, and its kubelet says so."),
            R::StartedUp { name, after } => {
                write!(
                    f,
                    "The startup probe of {name} succeeded {after} after the start; the other probes begin."
                )
            }
            R::ProbedReady { after, times: 1, .. } => {
                write!(f, "The readiness probe succeeded {after} after the start.")
            }
            R::ProbedReady { after, times, .. } => {
                write!(
                    f,
                    "The readiness probe succeeded {times} times in a row, {after} after the start."
                )
            }
            R::ProbedUnready { name, after, times } => write!(
                f,
                "The readiness probe of {name} failed {times} times in a row, {after} after the start: no more traffic."
            ),
            R::ProbeKills {
                name,
                probe,
                after,
                times,
                stops_in,
            } => write!(
                f,
                "The {} probe of {name} failed {times} times in a row, {after} after the start: it will have stopped in \
                 {stops_in}.",
                probe.name().to_ascii_lowercase()
            ),
            R::Ended {
                name,
                ran,
                how,
                is_last,
            } => {
                let Ended { reason, exit_code, .. } = **how;
                write!(f, "{name} ended after {ran}: {reason}, exit code {exit_code}")?;
                f.write_str(if *is_last { "; it is not started again." } else { "." })
            }
            R::CrashLoop { name, pause, restarts } => write!(
                f,
                "{name} was started again {restarts} times and has ended once more: {pause} of pause, counted from its end."
            ),
            R::Restarted {
                name,
                waited: Duration::ZERO,
                next,
            } if *next > Duration::ZERO => {
                write!(f, "{name} is started again at once; the next time it waits {next}.")
            }
            R::Restarted {
                name,
                waited: Duration::ZERO,
                ..
            } => write!(f, "{name} is started again at once."),
            R::Restarted { name, waited, next } => {
                write!(
                    f,
                    "{name} has waited {waited} since its end; the next time it waits {next}."
                )
            }
            R::SidecarStopped { name } => write!(f, "The app has stopped; now the sidecar {name} has, too."),
            R::Stopped {
                took,
                hook,
                killed: false,
            } if *hook > Duration::ZERO => {
                write!(f, "The preStop hook took {hook}; the containers stopped after {took}.")
            }
            R::Stopped {
                took, killed: false, ..
            } => write!(f, "The containers stopped after {took}."),
            R::Stopped { took, .. } => write!(f, "The grace period of {took} is over: the containers were killed."),
            R::BoundNear { zone } => write!(f, "The volume is made in {zone}, where the Pod will run."),
            R::ClassMissing { class } => write!(f, "There is no StorageClass {class}: nobody makes a volume."),
            R::NoClass => write!(f, "The claim wants no class: somebody has to make a volume for it."),
            R::WaitsForConsumer => write!(f, "The class waits until a Pod that uses the claim has a node."),
            R::Provisioning { takes } => write!(f, "A volume takes {takes} to be made."),
            R::NodeSelected { node } => write!(
                f,
                "{node} fits the Pod: the volumes of its claims are made there first."
            ),
            R::Attached { node } => write!(
                f,
                "The volume is attached to {node}; no other node can use it meanwhile."
            ),
            R::Detached { node, forced: false } => write!(f, "No Pod on {node} uses the volume any more."),
            R::Detached { node, .. } => {
                write!(f, "{node} has been silent for six minutes: the volume is torn from it.")
            }
            R::MultiAttach { volume, node } => write!(f, "{volume} is still attached to {node}."),
            R::Reclaimed { retain: true } => {
                write!(f, "The claim is gone; its volume is kept, and no other claim gets it.")
            }
            R::Reclaimed { .. } => write!(f, "The claim is gone, and its volume with it."),
            R::ConfigMissing(message) => write!(f, "{message}"),
            R::Bound => write!(f, "The storage class makes a volume for the claim."),
            R::OwnerGone { owner } => write!(f, "Its owner {owner} is gone."),
            R::DependentsGone => write!(f, "Nothing that it owned is left."),
            R::Orphaned { owner } => write!(f, "Its owner {owner} goes and leaves it behind."),
            R::Evicted { name } => write!(f, "The node is being drained, and the budgets let {name} go."),
            R::EvictionRefused { why } => write!(f, "{why} kubectl drain asks again in 5 s."),
            R::ClaimFree => write!(f, "No Pod uses the claim any more."),
        }
    }
}
