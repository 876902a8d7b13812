//! Where upstream's files are. The catalogue names them as briefly as people do; links need the whole path.
//!
//! Only the page of rules is made from this, so none of it is part of a download.

use super::Rule;

/// Kubernetes' source at the release that the rules describe.
pub const TREE: &str = "https://github.com/kubernetes/kubernetes/blob/v1.36.2/";

/// One of a rule's sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's whole path. `None` where it is not certain.
    pub path: Option<&'static str>,
    /// The file as the catalogue names it.
    pub file: &'static str,
    /// The functions in it; may be empty.
    pub functions: &'static str,
}

impl Rule {
    /// Its sources, one by one.
    pub fn places(&self) -> Vec<Place> {
        // By single letters: what searches for words would be downloaded for this alone.
        self.source.split(';').map(Place::of).collect()
    }
}

impl Place {
    fn of(text: &'static str) -> Place {
        let (file, functions) = text.split_once(':').unwrap_or((text, ""));
        let file = file.trim();
        Place {
            path: FILES.iter().find(|path| is_named(path, file)).copied(),
            file,
            functions: functions.trim(),
        }
    }
}

/// Whether a short path can mean this file.
fn is_named(path: &str, short: &str) -> bool {
    path.strip_suffix(short)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Every file that a rule names. Where a short path could mean two of them, it means the first.
const FILES: &[&str] = &[
    "cmd/kube-controller-manager/app/apps.go",
    "pkg/api/v1/pod/util.go",
    "pkg/apis/apps/v1beta1/defaults.go",
    "pkg/apis/extensions/v1beta1/defaults.go",
    "pkg/controller/controller_ref_manager.go",
    "pkg/controller/controller_utils.go",
    "pkg/controller/daemon/daemon_controller.go",
    "pkg/controller/daemon/update.go",
    "pkg/controller/deployment/recreate.go",
    "pkg/controller/deployment/rollback.go",
    "pkg/controller/deployment/rolling.go",
    "pkg/controller/deployment/sync.go",
    "pkg/controller/deployment/util/deployment_util.go",
    "pkg/controller/disruption/disruption.go",
    "pkg/controller/garbagecollector/garbagecollector.go",
    "pkg/controller/history/controller_history.go",
    "pkg/controller/nodelifecycle/config/v1alpha1/defaults.go",
    "pkg/controller/nodelifecycle/node_lifecycle_controller.go",
    "pkg/controller/podautoscaler/horizontal.go",
    "pkg/controller/podautoscaler/metrics/utilization.go",
    "pkg/controller/podautoscaler/replica_calculator.go",
    "pkg/controller/podgc/gc_controller.go",
    "pkg/controller/replicaset/replica_set.go",
    "pkg/controller/replicaset/replica_set_utils.go",
    "pkg/controller/statefulset/stateful_pod_control.go",
    "pkg/controller/statefulset/stateful_set.go",
    "pkg/controller/statefulset/stateful_set_control.go",
    "pkg/controller/statefulset/stateful_set_utils.go",
    "pkg/controller/tainteviction/taint_eviction.go",
    "pkg/controller/util/node/controller_utils.go",
    "pkg/controller/volume/attachdetach/attach_detach_controller.go",
    "pkg/controller/volume/attachdetach/reconciler/reconciler.go",
    "pkg/controller/volume/persistentvolume/pv_controller.go",
    "pkg/kubelet/container/helpers.go",
    "pkg/kubelet/images/image_manager.go",
    "pkg/kubelet/kubelet.go",
    "pkg/kubelet/kubelet_pods.go",
    "pkg/kubelet/kuberuntime/kuberuntime_container.go",
    "pkg/kubelet/kuberuntime/kuberuntime_manager.go",
    "pkg/kubelet/kuberuntime/kuberuntime_termination_order.go",
    "pkg/kubelet/prober/prober_manager.go",
    "pkg/kubelet/prober/worker.go",
    "pkg/kubelet/qos/policy.go",
    "pkg/kubelet/status/generate.go",
    "pkg/kubelet/status/status_manager.go",
    "pkg/kubelet/volumemanager/volume_manager.go",
    "pkg/registry/core/pod/strategy.go",
    "pkg/scheduler/framework/plugins/volumebinding/volume_binding.go",
    "pkg/scheduler/framework/types.go",
    "pkg/scheduler/schedule_one.go",
    "pkg/volume/util/storageclass.go",
    "plugin/pkg/admission/storage/storageclass/setdefault/admission.go",
    "staging/src/k8s.io/cli-runtime/pkg/printers/name.go",
    "staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go",
    "staging/src/k8s.io/endpointslice/reconciler.go",
    "staging/src/k8s.io/endpointslice/utils.go",
    "staging/src/k8s.io/kubectl/pkg/drain/drain.go",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::catalogue::all;

    #[test]
    fn every_source_is_a_file_and_every_file_a_source() {
        let places: Vec<Place> = all().flat_map(Rule::places).collect();
        for place in &places {
            assert!(place.path.is_some(), "where is {}?", place.file);
        }
        for file in FILES {
            assert!(
                places.iter().any(|place| place.path == Some(file)),
                "{file} is no source"
            );
        }
    }

    #[test]
    fn paths_are_of_go_files_and_functions_are_names() {
        for file in FILES {
            let top = file.split('/').next();
            assert!(matches!(top, Some("pkg" | "plugin" | "cmd" | "staging")), "{file}");
            let is_path = file
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter));
            assert!(is_path && file.ends_with(".go"), "{file}");
        }
        for place in all().flat_map(Rule::places) {
            let is_name = |name: &str| !name.contains(' ') && name.starts_with(|first: char| first.is_alphabetic());
            let names = place.functions.split(", ").filter(|name| !name.is_empty());
            names.for_each(|name| assert!(is_name(name), "{}: {name}", place.file));
        }
    }

    #[test]
    fn a_short_path_means_a_file_not_a_part_of_its_name() {
        assert_eq!(Place::of("update.go: f").path, Some("pkg/controller/daemon/update.go"));
        assert_eq!(Place::of("te.go").path, None);
        let whole = Place::of("controller/util/node/controller_utils.go: MarkPodsNotReady");
        assert_eq!(whole.path, Some("pkg/controller/util/node/controller_utils.go"));
        assert_eq!(whole.functions, "MarkPodsNotReady");
    }
}
