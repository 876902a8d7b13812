//! A sentence for beginners beside the server's words, with the rule that it comes from.

/// What the server's words leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// The rule's id, such as `ADM-43`.
    pub rule: &'static str,
    /// One plain sentence.
    pub sentence: &'static str,
}

/// Part of a message, and the help for it; the first that fits is given.
const HELPS: [(&str, Help); 25] = [
    (
        "unknown field",
        help(
            "ADM-04",
            "A field that is misspelled or stands in the wrong place is refused, not ignored.",
        ),
    ),
    (
        "of type string",
        help(
            "ADM-02",
            "A number, true or false where text is expected must stand in quotes.",
        ),
    ),
    (
        "cannot unmarshal string",
        help("ADM-02", "Text is not turned into a number: take the quotes away."),
    ),
    (
        "cannot unmarshal",
        help(
            "ADM-02",
            "Nothing is converted: the value must be of the type that the field has.",
        ),
    ),
    (
        "`selector` does not match",
        help(
            "ADM-43",
            "The selector finds the Pods by their labels, so the template must carry them.",
        ),
    ),
    (
        "spec.selector: Required",
        help(
            "ADM-42",
            "The selector says by which labels the workload knows its Pods.",
        ),
    ),
    (
        "empty selector",
        help("ADM-44", "An empty selector would select every Pod."),
    ),
    (
        "when `maxSurge` is 0",
        help(
            "ADM-46",
            "With neither surge nor unavailability a rollout could never move.",
        ),
    ),
    (
        "when maxSurge is 0",
        help(
            "ADM-45",
            "With neither surge nor unavailability a rollout could never move.",
        ),
    ),
    (
        "when maxUnavailable is non-zero",
        help("ADM-45", "A DaemonSet needs either surge or unavailability, not both."),
    ),
    (
        "`type` is 'Recreate'",
        help("ADM-47", "Recreate has no rolling-update settings: remove the block."),
    ),
    (
        "greater than minReadySeconds",
        help(
            "ADM-49",
            "A Pod that counts only after the deadline would come too late.",
        ),
    ),
    (
        "no matches for kind",
        help("ADM-05", "This kind does not exist in this apiVersion."),
    ),
    (
        "already set in map",
        help(
            "ADM-03",
            "If a key is written twice, kubectl silently takes the last one.",
        ),
    ),
    (
        "start any token",
        help("ADM-01", "YAML is indented with blanks, never with tabs."),
    ),
    (
        "uantit",
        help(
            "ADM-40",
            "500m is half a CPU; Mi and Gi are powers of 1024, and upper and lower case matter.",
        ),
    ),
    (
        "RFC 1123",
        help("ADM-30", "Names have lower-case letters, digits and dashes."),
    ),
    (
        "a valid label",
        help(
            "ADM-35",
            "Labels are short: letters, digits, dashes, dots and underscores, no blanks.",
        ),
    ),
    (
        "specify a handler type",
        help(
            "ADM-58",
            "A probe needs one kind of check: httpGet, tcpSocket, grpc or exec.",
        ),
    ),
    (
        "].name: Not found",
        help(
            "ADM-56",
            "What is mounted must be among the Pod's volumes or the claim templates.",
        ),
    ),
    (
        "limit of",
        help("ADM-57", "A request may not be larger than the limit."),
    ),
    (
        "restartPolicy: Unsupported",
        help(
            "ADM-50",
            "Controllers only accept Pods that are always restarted; Jobs are for others.",
        ),
    ),
    (
        "is immutable",
        help("ADM-118", "To change it, delete the object and create it again."),
    ),
    (
        "containers: Required",
        help("ADM-52", "A Pod needs at least one container."),
    ),
    ("metadata.name: Required", help("ADM-38", "Every object needs a name.")),
];

/// For tables.
pub const fn help(rule: &'static str, sentence: &'static str) -> Help {
    Help { rule, sentence }
}

/// The help for a message of the server, where a beginner needs some.
pub fn find(message: &str) -> Option<Help> {
    HELPS
        .iter()
        .find(|(part, _)| message.contains(part))
        .map(|(_, help)| *help)
}
