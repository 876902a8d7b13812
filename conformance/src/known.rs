//! Recordings in which the real control plane did what no rule determines, each with the reason. A known difference that
//! no longer shows fails, so that the list never outlives its reasons.

/// Name and reason of each.
const KNOWN: &[(&str, &str)] = &[
    (
        "rand-deploy-000113",
        "step 26: a write of the Deployment controller met one of the ReplicaSet controller; the pass was cut off and \
         made again, so that the new ReplicaSet grew in two steps instead of one (same state, other Events)",
    ),
    ("mu-rand-sts-007036", TWO_WRITERS),
    ("rand-sts-000114", TWO_WRITERS),
    ("deploy-two-apps", LATE_BUDGET),
    ("pdb-min-2-of-3-alt", LATE_BUDGET),
    ("pdb-two", LATE_BUDGET),
    ("rand-deploy-000023", LATE_BUDGET),
    (
        "rand-deploy-000080",
        "step 28: the removal of a Pod is two changes, and the budget was looked at between them, when the Pod had no \
         controller any more (same state, one Event more)",
    ),
];

const TWO_WRITERS: &str = "two writers of one object met, and the later one said so in an Event before it tried again \
                           (same state, one Event more)";
const LATE_BUDGET: &str = "the budgets that were applied with their Deployment were first looked at after the Pods \
                           existed; in the other recordings of this they were looked at before (same state, other Events)";

/// Why a recording is known to differ.
pub fn reason(recording: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|(name, _)| *name == recording)
        .map(|(_, reason)| *reason)
}
