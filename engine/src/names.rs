//! Names that are generated for new objects: five letters behind the name of their owner.

use crate::api::{Kind, Name};
use crate::cluster::Cluster;
use crate::controllers::View;
use crate::index::Index;
use std::collections::BTreeSet;

/// Gives the objects that one decision creates their names. Each is unlike those of all other objects of the kind.
pub struct Names<'a> {
    cluster: &'a Cluster,
    index: &'a Index,
    kind: Kind,
    namespace: &'a Name,
    given: BTreeSet<Name>,
}

impl<'a> Names<'a> {
    /// For new objects of a kind in a namespace.
    pub fn new(view: &View<'a>, kind: Kind, namespace: &'a Name) -> Names<'a> {
        Names {
            cluster: view.cluster,
            index: view.index,
            kind,
            namespace,
            given: BTreeSet::new(),
        }
    }

    /// The next name: `base` with five letters. Where that name is taken other letters are tried, as the API server does since 1.31
    /// (eight times, which so few names never use up).
    /// Upstream: `registry/generic/registry/store.go › Create`, the gate RetryGenerateName.
    pub fn next(&mut self, base: &str) -> Name {
        let ahead = self.given.len() as u64;
        let mut attempts = (0..).map(|attempt| letters(self.cluster.chance(ahead, attempt)));
        loop {
            let name: Name = [base, &attempts.next().unwrap_or_default()].concat().into();
            let is_there =
                || self.index.may_be_taken(&name) && self.cluster.named(self.kind, self.namespace, &name).is_some();
            if !self.given.contains(&name) && !is_there() {
                self.given.insert(name.clone());
                return name;
            }
        }
    }
}

/// Five letters. Upstream: `apimachinery/pkg/util/rand › String`.
fn letters(mut random: u64) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |_| {
        let letter = LETTERS[usize::try_from(random % 27).unwrap_or(0)];
        random /= 27;
        char::from(letter)
    };
    (0..5).map(letter).collect()
}
