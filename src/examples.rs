//! The examples: files in `static/examples`, fetched when they are asked for, but for the one that a first visit shows.

/// A demo that plays by itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Its file.
    pub file: &'static str,
    /// What it shows, in a line.
    pub title: &'static str,
    /// What to look at.
    pub about: &'static str,
}

/// What a first visit shows: the second example.
pub const FIRST: &str = include_str!("../static/examples/rolling-update.yaml");
/// Its run, so that it needs no engine: in a file with what only the page needs. `BLESS=1 cargo test --test examples` writes it anew.
pub const FIRST_RUN: &[u8] = include_bytes!("first.run");

/// The tutorials of this field, in the order in which one would teach them.
pub const TUTORIALS: [Example; 8] = [
    Example {
        file: "first-deployment.yaml",
        title: "A first Deployment",
        about: "Three Pods of nginx, from an old tutorial in extensions/v1beta1",
    },
    Example {
        file: "rolling-update.yaml",
        title: "Rolling update, one by one",
        about: "nginx 1.7.9 to 1.13.3: maxSurge 1, maxUnavailable 1, minReadySeconds 5",
    },
    Example {
        file: "stuck-and-undone.yaml",
        title: "A typo in the image",
        about: "nginx:1.91 can't be pulled, the rollout gets stuck and is undone",
    },
    Example {
        file: "scale-in-mid-rollout.yaml",
        title: "Scaled in mid-rollout",
        about: "Ten replicas become fifteen while both revisions run: shared in proportion",
    },
    Example {
        file: "stateful-set.yaml",
        title: "A StatefulSet and its claims",
        about: "Created in order, updated from the highest ordinal down",
    },
    Example {
        file: "canary.yaml",
        title: "A canary by partition",
        about: "Five Pods, partition 4: only the last one gets the new image",
    },
    Example {
        file: "node-agent.yaml",
        title: "An agent on every node",
        about: "A DaemonSet, one node at a time; a broken version stops at the first",
    },
    Example {
        file: "mysql.yaml",
        title: "Replicated MySQL",
        about: "An init container, probes, and three Pods that wait for each other",
    },
];

/// Questions that people lose days to; each run answers one.
pub const QUESTIONS: [Example; 14] = [
    Example {
        file: "surge-arithmetic.yaml",
        title: "Why 5 old Pods and 3 new?",
        about: "6 replicas and a bad image; 15 replicas, and so many Pods at once",
    },
    Example {
        file: "no-room-to-roll.yaml",
        title: "Why does it never roll?",
        about: "One replica on a full cluster, and 25 % that round to nothing",
    },
    Example {
        file: "pause-and-scale.yaml",
        title: "What does pausing resize?",
        about: "Paused in mid-rollout and scaled: both revisions grow",
    },
    Example {
        file: "deadline.yaml",
        title: "What does the progress deadline do?",
        about: "It reports, and nothing else",
    },
    Example {
        file: "who-dies.yaml",
        title: "Which Pod goes, what does undo go back to?",
        about: "Scale-down, undo, undo again; and the same for a StatefulSet",
    },
    Example {
        file: "lost-requests.yaml",
        title: "Why were requests lost?",
        about: "A zero-downtime update: without a probe, with one, and with a preStop hook",
    },
    Example {
        file: "stuck-after-the-fix.yaml",
        title: "The image is fixed; why is it still stuck?",
        about: "A StatefulSet in order, and one in parallel",
    },
    Example {
        file: "on-delete.yaml",
        title: "Why does nothing happen?",
        about: "A StatefulSet with the strategy OnDelete",
    },
    Example {
        file: "claims-left-behind.yaml",
        title: "Where does the data go?",
        about: "Claims stay after scale-down, and come back at scale-up",
    },
    Example {
        file: "dead-node.yaml",
        title: "The node died; why does the Pod not move?",
        about: "A Deployment replaces its Pod, a StatefulSet waits",
    },
    Example {
        file: "agent-and-dead-node.yaml",
        title: "Why does the update stop after nothing?",
        about: "A DaemonSet, held up by one dead node",
    },
    Example {
        file: "drain-hangs.yaml",
        title: "Why does the drain hang?",
        about: "A budget, and Pods that crash",
    },
    Example {
        file: "slow-starter.yaml",
        title: "Why is it restarted for ever?",
        about: "A liveness probe on a slow starter, and the startup probe that ends it",
    },
    Example {
        file: "autoscaler-and-apply.yaml",
        title: "Why does apply shrink it?",
        about: "An autoscaler, and a manifest with replicas",
    },
];

impl Example {
    /// Its address, seen from the page.
    pub fn path(&self) -> String {
        format!("static/examples/{}", self.file)
    }
}
