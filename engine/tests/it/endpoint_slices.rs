//! A Service's slices: who is listed, on which ports, and how many slices that takes.

use crate::runs::{command, end, run, workload};
use rollscope_engine::api::{EndpointSlice, Kind, Object};
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

const SERVICE: &str = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, \
                       targetPort: http}]}\n";

fn slices(history: &History) -> Vec<Rc<EndpointSlice>> {
    let end = end(history);
    let slices = end.of_kind(Kind::EndpointSlice).filter_map(|object| match object {
        Object::EndpointSlice(slice) => Some(slice.clone()),
        _ => None,
    });
    slices.collect()
}

/// Compares every slice as `port: ready Pods of all`, the port being `none` where there's none.
fn check(history: &History, expect: &[&str]) {
    let shown = |slice: &Rc<EndpointSlice>| {
        let port = slice.ports.items().first().and_then(|port| port.int("port"));
        let port = port.map_or("none".to_owned(), |port| port.to_string());
        let ready = slice.endpoints.iter().filter(|endpoint| endpoint.ready).count();
        format!("{port}: {ready} of {}", slice.endpoints.len())
    };
    let mut shown: Vec<String> = slices(history).iter().map(shown).collect();
    shown.sort();
    assert_eq!(shown, expect);
}

fn listening(port: u16) -> String {
    let port = format!("image: a, ports: [{{name: http, containerPort: {port}}}]");
    workload("Deployment", "  replicas: 4\n").replace("image: a", &port)
}

#[test]
fn a_named_port_is_looked_up_in_each_pod() {
    check(&run(&(listening(8080) + SERVICE), vec![]), &["8080: 4 of 4"]);
    // A version that never runs leaves both side by side.
    let next = listening(9090).replace("image: a", "image: nowhere");
    let world = "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {images: {nowhere: {pull: fails}}}\n";
    let text = listening(8080) + SERVICE + world;
    let update = (30, Intervention::Apply(next.into()));
    check(&run(&text, vec![update.clone()]), &["8080: 3 of 3", "9090: 0 of 2"]);
    // Once nobody listens on the old port any more, its slice goes.
    let back = (100, Intervention::Apply(listening(7070).into()));
    check(&run(&text, vec![update, back]), &["7070: 4 of 4"]);
}

#[test]
fn a_pod_without_the_named_port_is_listed_without_it() {
    check(
        &run(&(workload("Deployment", "  replicas: 2\n") + SERVICE), vec![]),
        &["none: 2 of 2"],
    );
    let scaled = command("kubectl scale deployment/web --replicas=0");
    check(
        &run(&(listening(8080) + SERVICE), vec![(30, scaled)]),
        &["none: 0 of 0"],
    );
}

#[test]
fn other_ports_of_the_service_are_other_ports_of_its_slice() {
    let before = run(&(listening(8080) + SERVICE), vec![]);
    let moved = SERVICE.replace("targetPort: http", "targetPort: 9000");
    let moved = moved.trim_start_matches("---\n").to_owned();
    let after = run(
        &(listening(8080) + SERVICE),
        vec![(30, Intervention::Apply(moved.into()))],
    );
    check(&after, &["9000: 4 of 4"]);
    assert_eq!(
        slices(&before)[0].meta.name,
        slices(&after)[0].meta.name,
        "the slice is used again"
    );
}

#[test]
fn a_slice_holds_a_hundred() {
    let sized = |size: u32| listening(8080).replace("replicas: 4", &format!("replicas: {size}")) + SERVICE;
    let scale = |second, size| {
        (
            second,
            command(&format!("kubectl scale deployment/web --replicas={size}")),
        )
    };
    check(&run(&sized(100), vec![]), &["8080: 100 of 100"]);
    check(&run(&sized(101), vec![]), &["8080: 1 of 1", "8080: 100 of 100"]);
    // What comes later fills what has room.
    check(
        &run(&sized(101), vec![scale(100, 150)]),
        &["8080: 100 of 100", "8080: 50 of 50"],
    );
}

#[test]
fn a_pod_whose_node_is_not_there_is_looked_for_again() {
    let node = |name: &str| format!("---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n");
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: b, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}\n";
    let listed = |service: &str, later: &[(u64, Intervention)]| {
        let mut scenario = Scenario::read(&(pods.to_owned() + &node("here") + service)).scenario;
        scenario.world.automatic = false;
        let moves = [(5, "pod ready a --node here"), (6, "pod ready b --node there")];
        let moves = moves.map(|(second, text)| (second, command(text)));
        let timed = moves.into_iter().chain(later.iter().cloned());
        scenario.interventions.extend(timed.map(|(second, what)| Timed {
            at: Time(second * 1000),
            what,
        }));
        simulate(&scenario)
    };
    check(&listed(SERVICE, &[]), &["none: 1 of 1"]);
    let publishing = SERVICE.replace("spec: {", "spec: {publishNotReadyAddresses: true, ");
    check(&listed(&publishing, &[]), &["none: 2 of 2"]);
    // The node comes a little later: the next try finds it.
    let comes = |second| {
        (
            second,
            Intervention::Apply(node("there").trim_start_matches("---\n").into()),
        )
    };
    check(&listed(SERVICE, &[comes(10)]), &["none: 2 of 2"]);
}
