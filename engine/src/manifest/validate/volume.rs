//! Volumes of a Pod.

use super::super::seen::Seen;
use super::pod::local_path;
use super::{Check, is_zero};
use crate::value::Value;

/// The sources in the order in which the server counts them.
const SOURCES: [&str; 29] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
];
const HOST_PATH_TYPES: [&str; 8] = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];
const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

impl Check {
    /// The names that containers may mount: of the volumes that are in order. Reports names that are taken twice.
    pub(super) fn volume_names(&mut self, spec: &Value) -> Seen {
        let mut names = Seen::default();
        let wrong = self.wrong_items("volumes");
        for (index, volume) in spec.list("volumes").iter().enumerate() {
            let segment = format!("volumes[{index}]");
            let Some(name) = volume.get("name").filter(|name| !is_zero(name)) else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            if names.contains(text) {
                self.duplicate(&format!("{segment}.name"), name);
            } else if !wrong.contains(&index) {
                names.is_new(text, index);
            }
        }
        names
    }

    pub(super) fn volume(&mut self, volume: &Value) {
        let mut given = SOURCES.iter().filter(|source| volume.get(source).is_some());
        let first = given.next().copied().unwrap_or_default();
        for extra in given {
            self.forbidden(extra, "may not specify more than 1 volume type");
        }
        let Some(source) = volume.get(first) else { return };
        self.below(first, |check| check.source(first, source));
    }

    fn source(&mut self, kind: &str, source: &Value) {
        let value = |key| source.get(key).cloned().unwrap_or_else(|| Value::from(""));
        self.mode("defaultMode", source);
        match kind {
            "hostPath" => {
                let backsteps = source.text("path").split('/').any(|part| part == "..");
                if backsteps {
                    self.invalid("path", &value("path"), "must not contain '..'");
                }
                if !source.text("path").is_empty() && !HOST_PATH_TYPES.contains(&source.text("type")) {
                    self.unsupported("type", &value("type"), &HOST_PATH_TYPES);
                }
            }
            "secret" if source.text("secretName").is_empty() => self.required("secretName", ""),
            "configMap" if source.text("name").is_empty() => self.required("name", ""),
            "nfs" if !source.text("path").starts_with('/') => {
                self.invalid("path", &value("path"), "must be an absolute path");
            }
            "flocker" if source.text("datasetName").is_empty() == source.text("datasetUUID").is_empty() => {
                if source.text("datasetName").is_empty() {
                    self.required("", "one of datasetName and datasetUUID is required");
                } else {
                    let detail = "datasetName and datasetUUID can not be specified simultaneously";
                    self.invalid("", &Value::from("resource"), detail);
                }
            }
            "emptyDir" => self.size_limit(source),
            "ephemeral" if source.get("volumeClaimTemplate").is_none() => self.required("volumeClaimTemplate", ""),
            "fc" => self.fibre_channel(source),
            "projected" => self.projected(source),
            _ => {}
        }
        for (index, item) in source.list("items").iter().enumerate() {
            // The server leaves out the index for the downward API.
            let segment = if kind == "downwardAPI" {
                String::new()
            } else {
                format!("items[{index}]")
            };
            self.below(&segment, |check| check.item(item));
        }
    }

    fn item(&mut self, item: &Value) {
        let path = item.get("path").cloned().unwrap_or_else(|| Value::from(""));
        let text = path.as_str().unwrap_or_default();
        self.complain("path", &path, local_path(text));
        if text.starts_with("..") && !text.starts_with("../") {
            self.invalid("path", &path, "must not start with '..'");
        }
        self.mode("mode", item);
    }

    fn mode(&mut self, segment: &str, value: &Value) {
        if let Some(mode) = value.get(segment)
            && mode.as_int().is_some_and(|mode| !(0..=0o777).contains(&mode))
        {
            self.invalid(segment, mode, MODE);
        }
    }

    fn size_limit(&mut self, source: &Value) {
        if let Some(limit) = source.get("sizeLimit")
            && super::amount_of(limit).is_some_and(|limit| limit.sign() < 0)
        {
            self.forbidden("sizeLimit", "SizeLimit field must be a valid resource quantity");
        }
    }

    fn fibre_channel(&mut self, source: &Value) {
        let is_given = |key| source.get(key).is_some_and(|list| !is_zero(list));
        match (is_given("targetWWNs"), is_given("wwids")) {
            (false, false) => self.required("targetWWNs", "must specify either targetWWNs or wwids, but not both"),
            (true, true) => {
                let names = source.get("targetWWNs").cloned().unwrap_or_default();
                self.invalid(
                    "targetWWNs",
                    &names,
                    "targetWWNs and wwids can not be specified simultaneously",
                );
            }
            _ => {}
        }
        if is_given("targetWWNs") && source.get("lun").is_none() {
            self.required("lun", "lun is required if targetWWNs is specified");
        }
    }

    fn projected(&mut self, source: &Value) {
        for (index, part) in source.list("sources").iter().enumerate() {
            let parts = part.as_map().map_or(0, crate::ordered::Ordered::len);
            let segment = format!("sources[{index}]");
            self.below(&segment, |check| {
                for key in ["secret", "configMap"] {
                    let Some(inner) = part.get(key) else { continue };
                    if inner.get("name").is_none_or(is_zero) {
                        check.required(&format!("{key}.name"), "");
                    }
                    for (number, item) in inner.list("items").iter().enumerate() {
                        check.below(&format!("{key}.items[{number}]"), |check| check.item(item));
                    }
                }
                if let Some(seconds) = part.at(&["serviceAccountToken", "expirationSeconds"])
                    && seconds.as_int().is_some_and(|seconds| seconds < 600)
                {
                    let segment = "serviceAccountToken.expirationSeconds";
                    check.invalid(segment, seconds, "may not specify a duration less than 10 minutes");
                }
                if parts > 1 {
                    check.forbidden("", "may not specify more than 1 volume type per source");
                }
            });
        }
    }
}
