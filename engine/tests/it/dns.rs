//! What names resolve to, at moments of a run (spec: SVC-30 to SVC-34).

use rollscope_engine::dns::{Answer, lookup, name_of};
use rollscope_engine::{Cursor, Scenario, simulate};
use std::rc::Rc;

/// A StatefulSet of three behind a headless Service, an ordinary Service, and a delete at 30 s.
fn at(second: u64, more: &str) -> Cursor {
    run(&text(more), second)
}

fn text(more: &str) -> String {
    format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- {{at: 30, run: kubectl delete pod/db-1}}\n---\napiVersion: v1\n\
         kind: Service\nmetadata: {{name: db}}\nspec:\n  clusterIP: None\n{more}  selector: {{app: db}}\n  ports: [{{name: sql, port: 5432}}]\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  selector: {{app: db}}\n  ports: [{{name: http, port: 80}}, {{port: 81, name: admin}}]\n---\n\
         apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  serviceName: db\n  replicas: 3\n  selector: {{matchLabels: {{app: \
         db}}}}\n  template:\n    metadata: {{labels: {{app: db}}}}\n    spec: {{containers: [{{name: db, image: 'db:1'}}]}}\n"
    )
}

fn run(text: &str, second: u64) -> Cursor {
    let history = Rc::new(simulate(&Scenario::read(text).scenario));
    let position = history.position_at(rollscope_engine::time::Time(second * 1000 + 500));
    let mut cursor = Cursor::new(history);
    cursor.seek(position);
    cursor
}

fn check(cursor: &Cursor, name: &str, expect: &[&str]) {
    let pods = Answer::Pods(expect.iter().map(|pod| (*pod).into()).collect());
    let expect = if expect.is_empty() { Answer::NotFound } else { pods };
    assert_eq!(lookup(cursor.cluster(), "default", name), expect, "{name}");
}

#[test]
fn a_headless_name_is_its_ready_pods() {
    check(&at(1, ""), "db", &[]);
    check(&at(3, ""), "db", &["db-0"]);
    let cursor = at(20, "");
    for name in [
        "db",
        "db.default",
        "db.default.svc",
        "db.default.svc.cluster.local",
        "db.default.svc.cluster.local.",
    ] {
        check(&cursor, name, &["db-0", "db-1", "db-2"]);
    }
    check(&at(31, ""), "db", &["db-0", "db-2"]);
}

#[test]
fn a_pod_of_a_stateful_set_has_a_name_while_it_is_ready() {
    for name in ["db-1.db", "db-1.db.default.svc.cluster.local"] {
        check(&at(20, ""), name, &["db-1"]);
        check(&at(31, ""), name, &[]);
    }
    let cursor = at(31, "");
    let pod = |name: &str| {
        cursor
            .cluster()
            .pod(&"default".into(), &name.into())
            .expect(name)
            .clone()
    };
    assert_eq!(
        name_of(cursor.cluster(), &pod("db-0")),
        Some(("db-0.db.default.svc.cluster.local".to_owned(), true))
    );
    assert_eq!(
        name_of(cursor.cluster(), &pod("db-1")).map(|(_, resolves)| resolves),
        Some(false)
    );
}

#[test]
fn not_ready_addresses_can_be_published() {
    check(&at(31, "  publishNotReadyAddresses: true\n"), "db-1.db", &["db-1"]);
}

#[test]
fn services_and_named_ports() {
    let cursor = at(20, "");
    let ask = |name| lookup(cursor.cluster(), "default", name);
    assert_eq!(ask("web"), Answer::Service("web".into()));
    assert_eq!(
        ask("_http._tcp.web"),
        Answer::Ports(vec!["80 web.default.svc.cluster.local".to_owned()])
    );
    let sql = ["db-0", "db-1", "db-2"].map(|pod| format!("5432 {pod}.db.default.svc.cluster.local"));
    assert_eq!(
        ask("_sql._tcp.db.default.svc.cluster.local"),
        Answer::Ports(sql.to_vec())
    );
    for name in [
        "_http._udp.web",
        "nobody",
        "db-0.web",
        "db.other",
        "",
        ".....",
        "web.defaultsvc.cluster.local",
    ] {
        assert_eq!(ask(name), Answer::NotFound, "{name}");
    }
}

/// SVC-31: a client of a headless Service goes to the Pods themselves, so it needs their port.
#[test]
fn a_headless_port_is_the_pods_own() {
    let cursor = run(&text("").replace("port: 5432", "port: 5432, targetPort: 15432"), 20);
    let found = lookup(cursor.cluster(), "default", "_sql._tcp.db");
    let pods = ["db-0", "db-1", "db-2"].map(|pod| format!("15432 {pod}.db.default.svc.cluster.local"));
    assert_eq!(found, Answer::Ports(pods.to_vec()));
}
