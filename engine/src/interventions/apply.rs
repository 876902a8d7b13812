//! `kubectl apply`, by the client or by the server with force: every document in order, each accepted or refused by itself.

use super::{Outcome, admit, resource};
use crate::api::{Applied, Key, Kind, Name, Object};
use crate::cluster::{Cluster, Write};
use crate::manifest::{self, Document, Severity};
use crate::release::Gates;
use crate::value::Value;
use std::rc::Rc;

pub(super) fn apply(cluster: &Cluster, gates: Gates, text: &str, server_side: bool) -> Outcome {
    let read = manifest::read(text);
    let mut outcome = Outcome {
        accepted: true,
        ..Outcome::default()
    };
    for diagnostic in read
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
    {
        outcome.accepted = false;
        outcome.text += &format!("error: {diagnostic}\n");
    }
    for document in read.documents.iter().filter(|document| document.simulated) {
        match apply_document(cluster, gates, document, server_side) {
            Ok((line, write)) => {
                outcome.text += &format!("{line}\n");
                outcome.writes.extend(write);
            }
            Err(text) => {
                outcome.accepted = false;
                outcome.text += &format!("{text}\n");
            }
        }
    }
    outcome
}

fn apply_document(
    cluster: &Cluster,
    gates: Gates,
    document: &Document,
    server_side: bool,
) -> Result<(String, Option<Write>), String> {
    let unusable = || format!("error: {} {} has errors", document.kind, document.name);
    let kind = Kind::from_name(&document.kind).ok_or_else(unusable)?;
    document.object.as_ref().ok_or_else(unusable)?;
    let namespace = if kind.is_cluster_wide() {
        ""
    } else {
        &document.namespace
    };
    let (namespace, name): (Name, Name) = (namespace.into(), document.name.as_str().into());
    match cluster.get(&Key::new(kind, &namespace, &name)) {
        None => create(gates, document),
        Some(stored) => update(gates, document, stored, server_side),
    }
}

fn create(gates: Gates, document: &Document) -> Result<(String, Option<Write>), String> {
    let mut value = document.written.clone();
    let mut object = admit(gates, &mut value, None)?;
    remember(&mut object, document, document.written.clone());
    Ok((
        format!("{}/{} created", resource(&object), document.name),
        Some(Write::Create(object)),
    ))
}

fn update(
    gates: Gates,
    document: &Document,
    stored: &Object,
    server_side: bool,
) -> Result<(String, Option<Write>), String> {
    let before = stored.to_value();
    let (last, written) = (stored.meta().applied.as_deref(), &document.written);
    let mut value = if server_side {
        manifest::server_side_apply(&before, last.map(|last| &last.owned), written)
    } else {
        manifest::client_side_apply(&before, last.map(|last| &*last.manifest), written)
    };
    let mut object = admit(gates, &mut value, Some((stored, &before)))?;
    let alone = match last {
        Some(last) => manifest::owned_alone(written, &last.owned, &before),
        None => written.clone(),
    };
    remember(&mut object, document, alone);
    let line = format!("{}/{}", resource(&object), document.name);
    let same = object.generation_differs(stored) || object.to_value() != before;
    Ok((
        format!("{line} {}", if same { "configured" } else { "unchanged" }),
        Some(Write::Update(object)),
    ))
}

/// `owned`: what the manifest names and nobody else does.
fn remember(object: &mut Object, document: &Document, owned: Value) {
    let manifest = Rc::new(document.written.clone());
    object.meta_mut().applied = Some(Rc::new(Applied { owned, manifest }));
}
