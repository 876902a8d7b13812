//! Addresses. Nothing depends on them and they are not simulated; where kubectl prints one, one is made up that stays with
//! its object.

use crate::api::{ObjectMeta, Pod, Service};
use crate::value::Value;

/// A Pod's address, once its sandbox has been made.
pub(super) fn of_pod(pod: &Pod) -> Option<String> {
    let [a, b, c, ..] = bytes(&pod.meta);
    pod.has_address().then(|| format!("10.{}.{b}.{}", a | 128, c % 253 + 2))
}

/// A Service's address; `None` as text where it is headless, nothing where it is only another name.
pub(super) fn of_service(service: &Service) -> String {
    let [a, b, ..] = bytes(&service.meta);
    match service.spec.get("clusterIP").and_then(Value::as_str) {
        Some(given) if !given.is_empty() => given.to_owned(),
        _ if service.spec.text("type") == "ExternalName" => String::new(),
        _ => format!("10.96.{a}.{}", b % 253 + 2),
    }
}

/// A node's address.
pub(super) fn of_node(meta: &ObjectMeta) -> String {
    let [a, b, ..] = bytes(meta);
    format!("172.18.{a}.{}", b % 253 + 2)
}

fn bytes(meta: &ObjectMeta) -> [u8; 8] {
    // Nodes that were there from the start have no identity, but each a name.
    let of_name = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    match meta.uid.0 {
        0 => meta.name.bytes().fold(0xcbf2_9ce4_8422_2325, of_name),
        uid => uid,
    }
    .to_le_bytes()
}
