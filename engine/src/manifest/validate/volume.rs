//! Volumes of a Pod.

use super::super::seen::Seen;
use super::environment::FILE_FIELDS;
use super::pod::local_path;
use super::{Check, is_zero, names, text_of};
use crate::value::Value;

/// The sources in the order in which the server counts them.
const SOURCES: [&str; 30] = [
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
    "image",
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
            // Spelt as the server spells them.
            let segment = match *extra {
                "cephfs" => "cephFS",
                "downwardAPI" => "downwarAPI",
                other => other,
            };
            self.forbidden(segment, "may not specify more than 1 volume type");
        }
        let Some(source) = volume.get(first) else { return };
        if first == "gcePersistentDisk" && source.text("pdName").is_empty() {
            self.required("persistentDisk.pdName", "");
        }
        self.below(first, |check| check.source(first, source));
    }

    fn source(&mut self, kind: &str, source: &Value) {
        let value = |key| text_of(source, key);
        let is_empty = |key| source.text(key).is_empty();
        self.mode("defaultMode", source);
        match kind {
            "hostPath" => {
                let backsteps = source.text("path").split('/').any(|part| part == "..");
                if backsteps {
                    self.invalid("path", &value("path"), "must not contain '..'");
                }
                if !is_empty("path") && !HOST_PATH_TYPES.contains(&source.text("type")) {
                    self.unsupported("type", &value("type"), &HOST_PATH_TYPES);
                }
            }
            "gcePersistentDisk" | "awsElasticBlockStore" => {
                if let Some(part) = source.get("partition")
                    && !part.as_int().is_some_and(|part| (0..=255).contains(&part))
                {
                    self.invalid("partition", part, "must be between 1 and 255, inclusive");
                }
            }
            "gitRepo" => self.text_form("directory", source, local_path),
            "secret" if is_empty("secretName") => self.required("secretName", ""),
            "configMap" if is_empty("name") => self.required("name", ""),
            "nfs" if !source.text("path").starts_with('/') => {
                self.invalid("path", &value("path"), "must be an absolute path");
            }
            "flocker" if is_empty("datasetName") == is_empty("datasetUUID") => {
                if is_empty("datasetName") {
                    self.required("", "one of datasetName and datasetUUID is required");
                } else {
                    let detail = "datasetName and datasetUUID can not be specified simultaneously";
                    self.invalid("", &Value::from("resource"), detail);
                }
            }
            "emptyDir" => self.size_limit(source),
            "ephemeral" if source.get("volumeClaimTemplate").is_none() => self.required("volumeClaimTemplate", ""),
            "ephemeral" => self.template_metadata(source.at(&["volumeClaimTemplate", "metadata"])),
            "fc" => self.fibre_channel(source),
            "iscsi" => self.iscsi(source),
            "azureDisk" => self.azure_disk(source),
            "csi" => self.driver(source),
            "projected" => self.projected(source),
            _ => {}
        }
        for key in ["secretRef", "nodePublishSecretRef"] {
            let named = source.get(key).is_none_or(|secret| !secret.text("name").is_empty());
            if matches!(kind, "cinder" | "storageos" | "csi") && !named {
                self.required(&format!("{key}.name"), "");
            }
        }
        for (index, item) in source.list("items").iter().enumerate() {
            if kind == "downwardAPI" {
                self.file_of_pod(item);
            } else {
                self.below(&format!("items[{index}]"), |check| check.item(item));
            }
        }
    }

    /// A file of the downward API; the server leaves out its index.
    fn file_of_pod(&mut self, file: &Value) {
        if file.text("path").is_empty() {
            self.required("path", "");
        }
        self.item(file);
        match (file.get("fieldRef"), file.get("resourceFieldRef")) {
            (None, None) => self.required("", "one of fieldRef and resourceFieldRef is required"),
            (Some(_), Some(_)) => {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                self.invalid("", &Value::from("resource"), detail);
            }
            _ => self.of_pod(file, &FILE_FIELDS, true),
        }
    }

    fn item(&mut self, item: &Value) {
        let path = text_of(item, "path");
        let text = path.as_str().unwrap_or_default();
        self.complain("path", &path, local_path(text));
        if text.starts_with("..") && !text.starts_with("../") {
            self.invalid("path", &path, "must not start with '..'");
        }
        self.mode("mode", item);
    }

    /// The claim of an ephemeral volume is named after its Pod.
    fn template_metadata(&mut self, metadata: Option<&Value>) {
        let Some(metadata) = metadata else { return };
        self.below("volumeClaimTemplate.metadata", |check| {
            check.labels("labels", metadata.get("labels"));
            check.annotations("annotations", metadata.get("annotations"));
            for (key, _) in metadata.as_map().into_iter().flatten() {
                if !matches!(key.as_str(), "labels" | "annotations") {
                    check.forbidden(key, "cannot be set");
                }
            }
        });
    }

    fn lun(&mut self, source: &Value) {
        if let Some(lun) = source.get("lun")
            && !lun.as_int().is_some_and(|lun| (0..=255).contains(&lun))
        {
            self.invalid("lun", lun, "must be between 0 and 255, inclusive");
        }
    }

    fn iscsi(&mut self, source: &Value) {
        let name = source.text("iqn");
        if !name.is_empty() && !["iqn", "eui", "naa"].iter().any(|start| name.starts_with(start)) {
            let detail = "must be valid format starting with iqn, eui, or naa";
            self.invalid("iqn", &text_of(source, "iqn"), detail);
        }
        self.lun(source);
        let is_set = |key| source.get(key).and_then(Value::as_bool) == Some(true);
        if (is_set("chapAuthDiscovery") || is_set("chapAuthSession")) && source.get("secretRef").is_none() {
            self.required("secretRef", "");
        }
    }

    fn azure_disk(&mut self, source: &Value) {
        let (start, form) = if source.text("kind") == "Managed" {
            (
                "/subscriptions/",
                "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
            )
        } else {
            (
                "https://",
                "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd",
            )
        };
        if !source.text("diskURI").starts_with(start) {
            self.unsupported("diskURI", &text_of(source, "diskURI"), &[form]);
        }
    }

    fn driver(&mut self, source: &Value) {
        let name = text_of(source, "driver");
        let text = source.text("driver");
        if text.len() > 63 {
            self.report("driver", "FieldValueTooLong", "Too long: may not be more than 63 bytes");
        }
        self.complain("driver", &name, names::subdomain(&text.to_ascii_lowercase()));
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
        } else if is_given("targetWWNs") {
            self.lun(source);
        }
    }

    fn projected(&mut self, source: &Value) {
        let mut paths = Seen::default();
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
                check.below("downwardAPI", |check| {
                    let files = part.get("downwardAPI").map_or(&[][..], |files| files.list("items"));
                    files.iter().for_each(|file| check.file_of_pod(file));
                });
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
            // Here the server names the volume.
            let token = part.get("serviceAccountToken");
            if token.is_some_and(|token| token.text("path").is_empty()) {
                self.required("path", "");
            } else if let Some(token) = token {
                self.text_form("path", token, local_path);
            }
            for key in ["secret", "configMap", "downwardAPI"] {
                let Some(inner) = part.get(key) else { continue };
                for path in inner.list("items").iter().map(|item| item.text("path")) {
                    if !path.is_empty() && !paths.is_new(path, index) {
                        let name = if key == "downwardAPI" { path } else { inner.text("name") };
                        self.invalid("", &Value::from(name), "conflicting duplicate paths");
                    }
                }
            }
        }
    }
}
