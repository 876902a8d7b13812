//! Pauses before the next try: of a crashed container's restart (spec: POD-50 to POD-53) and of a failed pull (POD-56).
//! Upstream: `client-go/util/flowcontrol/backoff.go › Next, IsInBackOffSince`, `kuberuntime_manager.go › doBackOff`.

use crate::api::Memory;
use crate::time::{Duration, Time};

/// The first pause, and the longest.
const FIRST: Duration = Duration(10_000);
const LONGEST: Duration = Duration(300_000);
/// A container that ran for longer than this begins anew.
const FORGOTTEN: Duration = Duration(600_000);

/// The pause after so many failed pulls: 10 s, doubled each time up to 300 s.
pub(super) fn of_pull(failed: u32) -> Duration {
    let doubled = failed.saturating_sub(1).min(5);
    Duration(FIRST.0 << doubled).min(LONGEST)
}

/// Whether the pause that was noted last no longer counts for an instance that ended then.
fn is_forgotten(memory: &Memory, ended: Time) -> bool {
    memory.pause == Duration::ZERO || ended.since(memory.decided) > FORGOTTEN
}

/// How long a container that ended then must wait before it is started again.
pub(super) fn of_restart(memory: &Memory, ended: Time) -> Duration {
    if is_forgotten(memory, ended) {
        Duration::ZERO
    } else {
        memory.pause
    }
}

/// Notes a restart at `now` of an instance that ended then: the next pause is twice as long.
pub(super) fn note(memory: &mut Memory, ended: Time, now: Time) {
    memory.pause = if is_forgotten(memory, ended) {
        FIRST
    } else {
        Duration(memory.pause.0 * 2).min(LONGEST)
    };
    memory.decided = now;
}

/// Whether a container that a probe ends now may be started again at once. What counts is how its last instance but one
/// ended: this one is not dead yet when that is decided (POD-52).
pub(super) fn is_granted(memory: &Memory, now: Time) -> bool {
    memory
        .last
        .is_none_or(|dead| now.since(dead.at) >= of_restart(memory, dead.at))
}
