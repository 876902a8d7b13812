//! Single rules that no recording shows, or shows only once: each by the smallest run in which it matters.

use crate::runs::{command, end, run, workload};
use rollscope_engine::api::Kind;
use rollscope_engine::cluster::Change;

const BUDGET: &str = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 1, \
                      selector: {matchLabels: {app: web}}}\n";

#[test]
fn a_budget_is_looked_at_between_the_two_changes_of_a_removal() {
    // The old ReplicaSet is cleaned up while its Pod still takes its time to end; nothing else wakes the budget then.
    let text = workload("Deployment", "  replicas: 1\n  revisionHistoryLimit: 0\n") + BUDGET;
    let history = run(&text, vec![(20, command("kubectl set image deployment/web app=b"))]);
    let removes = |change: &Change| {
        let Change::Object { key, after: None, .. } = change else {
            return false;
        };
        key.kind == Kind::Pod
    };
    let removal = history.steps.iter().find(|step| step.changes().any(removes));
    let end = end(&history);
    let failed = end
        .events()
        .iter()
        .filter(|event| event.note.reason() == "CalculateExpectedPodCountFailed");
    assert_eq!(failed.map(|event| event.at).last(), removal.map(|step| step.at));
}
