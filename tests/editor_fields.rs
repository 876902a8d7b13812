//! What the editor knows about fields is made of the engine's field table and of `editor/words.txt`, and kept in
//! `editor/fields.json`, so that a visitor's first download has none of it. `cargo xtask fields` writes it anew.

use rollscope_engine::manifest::{Field, Struct, Type, table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::{env, fs};

const FILE: &str = "editor/fields.json";

/// The documents of our own kind, in the notation of the file: type, struct behind it, values.
const OWN: &str = r#""Scenario":{"apiVersion":{"t":"text"},"gates":{"t":"map"},"interventions":{"t":"list","s":"Timed"},"kind":{"t":"text"},"release":{"t":"text"},"seed":{"t":"integer"},"title":{"t":"text"},"world":{"t":"object","s":"World"}},
"World":{"default":{"t":"object","s":"Behavior"},"images":{"t":"map","s":"Behavior"}},
"Behavior":{"pull":{"t":"text","v":["fails"]},"ready":{"t":"text","v":["never"]},"start":{"t":"number"},"stop":{"t":"number"}},
"Timed":{"apply":{"t":"text"},"at":{"t":"number"},"run":{"t":"text"}}"#;

/// Sentences by struct and field, and values by enum.
struct Words {
    sentences: BTreeMap<String, String>,
    values: BTreeMap<String, Vec<String>>,
}

impl Words {
    fn read() -> Words {
        let text = fs::read_to_string("editor/words.txt").expect("editor/words.txt");
        let mut words = Words {
            sentences: BTreeMap::new(),
            values: BTreeMap::new(),
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_once(" = ") {
                Some((name, values)) if !name.contains('.') => {
                    words
                        .values
                        .insert(name.to_owned(), values.split(' ').map(str::to_owned).collect());
                }
                _ => {
                    let (name, sentence) = line.split_once(' ').expect(line);
                    let known = words.sentences.insert(name.to_owned(), sentence.to_owned());
                    assert_eq!(known, None, "{name} stands twice");
                }
            }
        }
        words
    }

    fn sentence(&self, structure: &str, field: &Field) -> Option<&String> {
        let owner = if field.embedded.is_empty() {
            structure
        } else {
            field.embedded
        };
        let name = |owner: &str| format!("{owner}.{}", field.name);
        self.sentences
            .get(&name(owner))
            .or_else(|| self.sentences.get(&name("*")))
    }

    fn values(&self, kind: &Type) -> Vec<String> {
        match kind.leaf() {
            Type::Bool => vec!["true".to_owned(), "false".to_owned()],
            Type::Enum(index) => {
                let values = table().values(*index);
                let known = self.values.get(table().enum_name(*index)).cloned().unwrap_or_default();
                if values.is_empty() {
                    known
                } else {
                    values.iter().map(|value| (*value).to_owned()).collect()
                }
            }
            _ => Vec::new(),
        }
    }
}

fn type_name(kind: &Type) -> &'static str {
    match kind {
        Type::Text | Type::Label | Type::Subdomain | Type::Enum(_) => "text",
        Type::Int32 | Type::Int64 => "integer",
        Type::Bool => "true or false",
        Type::IntOrString => "number or percentage",
        Type::Quantity => "quantity",
        Type::Any => "anything",
        Type::Struct(_) => "object",
        Type::List(..) => "list",
        Type::Map(..) => "map",
    }
}

fn field(words: &Words, structure: &Struct, field: &Field) -> String {
    let port = field.name.to_ascii_lowercase().ends_with("port");
    let kind = if port && field.kind == Type::IntOrString {
        "number or name"
    } else {
        type_name(&field.kind)
    };
    let mut out = format!("{:?}:{{\"t\":{kind:?}", field.name);
    if let Type::Struct(index) = field.kind.leaf() {
        let _ = write!(out, ",\"s\":{:?}", table().structure(*index).name);
    }
    let values = words.values(&field.kind);
    if !values.is_empty() {
        let _ = write!(out, ",\"v\":{values:?}");
    }
    if let Some(default) = field.default.filter(|text| !text.is_empty() && *text != "{}") {
        let _ = write!(out, ",\"d\":{default:?}");
    }
    if field.required {
        out.push_str(",\"r\":1");
    }
    if let Some(sentence) = words.sentence(structure.name, field) {
        let _ = write!(out, ",\"w\":{sentence:?}");
    }
    out + "}"
}

/// All structs that the kinds lead to, by name.
fn structs() -> BTreeMap<&'static str, &'static Struct> {
    let mut found = BTreeMap::new();
    let mut left: Vec<&Struct> = table()
        .kinds()
        .filter_map(|(version, kind)| table().kind(version, kind))
        .collect();
    while let Some(structure) = left.pop() {
        if found.insert(structure.name, structure).is_none() {
            left.extend(structure.fields.iter().filter_map(|field| match field.kind.leaf() {
                Type::Struct(index) => Some(table().structure(*index)),
                _ => None,
            }));
        }
    }
    found
}

fn made(words: &Words) -> String {
    let mut out = "{\"kinds\":{\n".to_owned();
    let kinds = table().kinds().map(|(version, kind)| {
        let name = table().kind(version, kind).expect("a kind has a struct").name;
        format!("\"{version} {kind}\":{name:?}")
    });
    out += &kinds
        .chain(["\"rollscope.dev/v1 Scenario\":\"Scenario\"".to_owned()])
        .collect::<Vec<_>>()
        .join(",\n");
    out += "\n},\"structs\":{\n";
    let structs = structs().into_iter().map(|(name, structure)| {
        let fields = structure
            .fields
            .iter()
            .map(|it| field(words, structure, it))
            .collect::<Vec<_>>();
        format!("{name:?}:{{{}}}", fields.join(","))
    });
    let mut own = OWN.to_owned();
    for (name, sentence) in &words.sentences {
        let (structure, field) = name.split_once('.').expect("a field");
        let head = format!("\"{structure}\":{{");
        if let Some(start) = own.find(&head) {
            let place = start + own[start..].find(&format!("\"{field}\":{{\"t\"")).expect(name);
            let at = place + own[place..].find('}').expect("an end");
            own.insert_str(at, &format!(",\"w\":{sentence:?}"));
        }
    }
    out += &structs.chain([own]).collect::<Vec<_>>().join(",\n");
    out + "\n}}\n"
}

#[test]
fn the_editor_knows_the_fields_of_the_engine() {
    let words = Words::read();
    let made = made(&words);
    if env::var_os("BLESS").is_some() {
        fs::write(FILE, &made).expect(FILE);
    }
    let kept = fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == made, "{FILE} is out of date: cargo xtask fields");
}

#[test]
fn every_sentence_is_about_a_field() {
    let words = Words::read();
    let structs = structs();
    let names = structs
        .values()
        .flat_map(|structure| structure.fields.iter().map(move |field| (structure.name, field)));
    let known: BTreeSet<String> = names
        .flat_map(|(owner, field)| [owner, field.embedded, "*"].map(|owner| format!("{owner}.{}", field.name)))
        .collect();
    for (name, sentence) in &words.sentences {
        let own = ["Scenario.", "World.", "Behavior.", "Timed."]
            .iter()
            .any(|own| name.starts_with(own));
        assert!(own || known.contains(name), "{name} is no field");
        assert!(sentence.ends_with('.') && sentence.len() < 140, "{name}: {sentence}");
    }
}

/// What the engine acts on has a sentence; what it only accepts may do without.
#[test]
fn what_is_simulated_is_explained() {
    let words = Words::read();
    let acted_on = [
        "DeploymentSpec",
        "DeploymentStrategy",
        "RollingUpdateDeployment",
        "ReplicaSetSpec",
        "StatefulSetSpec",
        "StatefulSetUpdateStrategy",
        "RollingUpdateStatefulSetStrategy",
        "StatefulSetOrdinals",
        "DaemonSetSpec",
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "DaemonSetUpdateStrategy",
        "RollingUpdateDaemonSet",
        "ReplicationControllerSpec",
        "LabelSelector",
        "PodTemplateSpec",
        "ServicePort",
        "PodDisruptionBudgetSpec",
        "HorizontalPodAutoscalerSpec",
        "HorizontalPodAutoscalerBehavior",
        "HPAScalingRules",
        "Probe",
        "MetricTarget",
        "LabelSelectorRequirement",
    ];
    let structs = structs();
    for name in acted_on {
        let structure = structs.get(name).expect(name);
        for field in &structure.fields {
            assert!(
                words.sentence(name, field).is_some(),
                "{name}.{} has no sentence",
                field.name
            );
        }
    }
}
