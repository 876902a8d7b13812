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
    (
        "pdb-two",
        "step 0: the second budget was stored after one of two Pods that are created in one pass and before the other \
         (same state, other Events)",
    ),
];

const TWO_WRITERS: &str = "a claim was written twice in a row, the second time from a copy that was not fresh yet; that was \
                           said in an Event and tried again (same state, one Event more)";

/// Why a recording is known to differ.
pub fn reason(recording: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|(name, _)| *name == recording)
        .map(|(_, reason)| *reason)
}
