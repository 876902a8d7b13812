//! What a recorded change weighs: what is stored for each, counted from the history itself, and what is the same is stored once.
//! Checkpoints are not among it, nor what the allocator adds.

use rollscope_engine::api::{ContainerStatus, Key, KeyParts, Object, ObjectMeta, Pod, PodStatus, StatefulSet};
use rollscope_engine::cluster::{Change, Waiting};
use rollscope_engine::event::Event;
use rollscope_engine::reason::{Blocked, Reason};
use rollscope_engine::step::Step;
use rollscope_engine::{History, Scenario, simulate};
use std::collections::BTreeSet;
use std::mem::size_of;

/// The two counters of a shared value.
const COUNTERS: usize = 2 * size_of::<usize>();

/// What has been weighed so far; what is shared weighs once.
#[derive(Default)]
struct Scales {
    seen: BTreeSet<*const u8>,
    bytes: usize,
}

impl Scales {
    /// Adds a shared value; tells whether it is new.
    fn add<T>(&mut self, value: &T) -> bool {
        let is_new = self.seen.insert(std::ptr::from_ref(value).cast());
        self.bytes += usize::from(is_new) * (size_of::<T>() + COUNTERS);
        is_new
    }

    fn key(&mut self, key: &Key) {
        let parts: &KeyParts = key;
        self.add(parts);
    }

    fn object(&mut self, object: &Object) {
        match object {
            Object::Pod(pod) => self.pod(pod),
            Object::StatefulSet(set) if self.add::<StatefulSet>(set) => {
                self.add(&*set.meta);
                self.add(&*set.spec);
            }
            // The other kinds change a few times in a run.
            _ => {}
        }
    }

    fn pod(&mut self, pod: &Pod) {
        if !self.add(pod) {
            return;
        }
        if self.add::<ObjectMeta>(&pod.meta) {
            self.bytes += pod.meta.name.len() + COUNTERS;
            if self.add(&*pod.meta.labels) {
                let texts = pod.meta.labels.iter().map(|(key, text)| key.len() + text.len());
                self.bytes += texts.sum::<usize>() + pod.meta.labels.len() * 2 * size_of::<String>();
            }
        }
        if self.add::<PodStatus>(&pod.status) {
            let containers = pod.status.containers.len() + pod.status.init_containers.len();
            self.bytes += containers * size_of::<ContainerStatus>();
        }
    }

    fn change(&mut self, Change { key, before, after }: &Change) {
        self.key(key);
        before.iter().chain(after).for_each(|object| self.object(object));
    }

    fn waiting(&mut self, waiting: &Waiting) {
        self.key(&waiting.waiter.1);
        if let Some(after) = waiting.after.as_ref().filter(|after| !after.is_empty())
            && self.add(&after[0])
        {
            self.bytes += (after.len() - 1) * size_of::<Blocked>();
        }
    }
}

/// The bytes of each recorded change.
fn weight(history: &History) -> usize {
    let mut scales = Scales::default();
    for step in &history.steps {
        scales.bytes += size_of::<Step>() + step.writes.len() * size_of::<(Change, std::rc::Rc<Reason>)>();
        scales.key(&step.subject);
        step.writes.iter().for_each(|(_, reason)| {
            scales.add::<Reason>(reason);
        });
        step.changes().for_each(|change| scales.change(change));
    }
    scales.bytes += history.waits.capacity() * size_of::<Waiting>();
    history.waits.iter().for_each(|waiting| scales.waiting(waiting));
    scales.bytes += size_of_val(history.events());
    history.events().iter().for_each(|event| scales.key(&event.object));
    scales.bytes / history.changes()
}

fn run(kind: &str, spec: &str, commands: &str) -> History {
    let text = format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions: [{commands}]\n---\napiVersion: apps/v1\nkind: {kind}\n\
         metadata: {{name: web}}\nspec:\n  replicas: 200\n{spec}  selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: 'nginx:1.7.9'}}]}}\n"
    );
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    simulate(&reading.scenario)
}

#[test]
fn a_change_of_a_deployment_weighs_little() {
    let update = "{at: 600, run: kubectl set image deployment/web web=nginx:1.9.1}";
    let weight = weight(&run("Deployment", "", update));
    assert!(weight <= 110, "{weight} bytes for each change");
}

#[test]
fn a_change_of_a_stateful_set_weighs_little() {
    let commands = "{at: 2000, run: kubectl set image statefulset/web web=nginx:1.9.1}";
    for policy in ["OrderedReady", "Parallel"] {
        let spec = format!("  serviceName: web\n  podManagementPolicy: {policy}\n");
        let weight = weight(&run("StatefulSet", &spec, commands));
        assert!(weight <= 230, "{policy}: {weight} bytes for each change");
    }
}

#[test]
fn pods_that_are_made_and_reported_alike_share_what_they_have_in_common() {
    let history = run("Deployment", "", "");
    let mut distinct = [const { BTreeSet::new() }; 4];
    for change in history.steps.iter().flat_map(|step| step.changes()) {
        if let Change {
            after: Some(Object::Pod(pod)),
            ..
        } = change
        {
            distinct[0].insert(std::ptr::from_ref::<ObjectMeta>(&pod.meta).cast::<u8>());
            distinct[1].insert(std::ptr::from_ref(&*pod.meta.labels).cast());
            distinct[2].insert(std::ptr::from_ref(&*pod.meta.owner_references).cast());
            distinct[3].insert(std::ptr::from_ref::<PodStatus>(&pod.status).cast());
        }
    }
    let [metas, labels, owners, statuses] = distinct.map(|set| set.len());
    assert_eq!((metas, labels, owners), (200, 1, 1), "of 200 Pods");
    assert!(statuses < 30, "{statuses} statuses of 200 Pods");
}

/// On the page pointers have half that length.
#[cfg(target_pointer_width = "64")]
#[test]
fn what_there_is_thousands_of_is_small() {
    assert_eq!(size_of::<Step>(), 64);
    assert_eq!(size_of::<Change>(), 40);
    assert_eq!(size_of::<Event>(), 48);
    assert_eq!(size_of::<Pod>(), 56);
    assert_eq!(size_of::<Key>(), 8);
    assert!(size_of::<Reason>() <= 40);
    assert!(size_of::<PodStatus>() <= 80);
    assert!(size_of::<ContainerStatus>() <= 72);
}
