//! The schema and the types that are published are those of the structs here: `BLESS=1 cargo test -p rollscope-package` writes
//! them, and any other run of the tests compares.

mod typescript;

use crate::finding::Finding;
use crate::history::Document;
use crate::moment::Printed;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

const OPENING: &str =
    "// The data of a run. Written by `BLESS=1 cargo test -p rollscope-package`, from the engine's own definitions.\n";

/// A Kubernetes object as `kubectl get -o json` shows it.
#[derive(JsonSchema)]
#[schemars(rename = "KubernetesObject", rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is wanted")]
pub(crate) struct Shown {
    /// Group and version of the API.
    api_version: String,
    /// Its kind.
    kind: String,
    /// Its name, labels and so on.
    metadata: Metadata,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// What every Kubernetes object has.
#[derive(JsonSchema)]
#[schemars(rename = "ObjectMeta")]
#[expect(dead_code, reason = "only its schema is wanted")]
struct Metadata {
    /// Its name.
    name: String,
    /// Its namespace, if it is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is wanted")]
struct Everything(Document, Vec<Finding>, Printed, Shown);

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

fn published() -> String {
    format!("{:#}\n", schema::<Document>().as_value())
}

fn types() -> String {
    let schema = schema::<Everything>();
    format!("{OPENING}{}", typescript::interfaces(schema.as_value()))
}

fn check(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, made).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "{file} is not of today: BLESS=1 cargo test -p rollscope-package"
    );
}

#[test]
fn the_published_schema_is_that_of_the_structs() {
    check("docs/history.schema.json", &published());
}

#[test]
fn the_published_types_are_those_of_the_structs() {
    check("package/js/data.d.ts", &types());
}
