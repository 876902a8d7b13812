//! The examples: files in `static/examples`, fetched when they are asked for, but for the one that a first visit shows.

use rollscope_engine::engine::Rehearsal;

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

/// What a first visit shows: the second example and its run. `BLESS=1 cargo test --test examples` writes that anew.
pub const FIRST: Rehearsal = Rehearsal {
    text: include_str!("../static/examples/rolling-update.yaml"),
    run: include_bytes!("first.run"),
};

/// All of them, in the order in which one would teach them.
pub const ALL: [Example; 8] = [
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

impl Example {
    /// Its address, seen from the page.
    pub fn path(&self) -> String {
        format!("static/examples/{}", self.file)
    }
}
