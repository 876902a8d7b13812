//! Autoscalers (spec: HPA) against a load that the world gives. Whole runs are in `tests/scenarios`.

use rollscope_engine::api::{Kind, Object};
use rollscope_engine::history::{End, History};
use rollscope_engine::manifest::Severity;
use rollscope_engine::step::Actor;
use rollscope_engine::{Scenario, kubectl, simulate};

/// A workload whose Pods request 100 m and are ready at once, an autoscaler with `spec`, and a load.
fn text(kind: &str, replicas: i64, spec: &str, world: &str) -> String {
    format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\n{world}\n---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\n\
         spec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec:\n      containers: [{{name: web, image: 'web:1', resources: {{requests: {{cpu: 100m}}}}}}]\n---\n\
         apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\nspec:\n  \
         scaleTargetRef: {{apiVersion: apps/v1, kind: {kind}, name: web}}\n  maxReplicas: 10\n  {spec}\n"
    )
}

fn load(points: &str) -> String {
    format!("world: {{load: {{deployment/web: {{cpu: {points}}}}}}}")
}

const HALF: &str =
    "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]";

fn run(text: &str) -> History {
    let reading = Scenario::read(text);
    let errors: Vec<_> = reading
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    simulate(&reading.scenario)
}

/// When the autoscaler set which size: `15: 4, 30: 8`.
fn sizes(history: &History) -> String {
    let told = history
        .steps
        .iter()
        .filter(|step| step.actor == Actor::HorizontalPodAutoscaler && !step.is_report());
    let sizes = told.map(|step| {
        let size = step.writes.iter().find_map(|(change, _)| match change {
            rollscope_engine::cluster::Change {
                after: Some(Object::Deployment(it)),
                ..
            } => Some(it.spec.replicas),
            rollscope_engine::cluster::Change {
                after: Some(Object::StatefulSet(it)),
                ..
            } => Some(it.spec.replicas),
            _ => None,
        });
        format!("{}: {}", step.at.seconds(), size.expect("a size"))
    });
    sizes.collect::<Vec<_>>().join(", ")
}

/// The Events of autoscalers, each with its reason.
fn events(history: &History) -> Vec<String> {
    let mut cursor = rollscope_engine::Cursor::new(std::rc::Rc::new(history.clone()));
    cursor.seek(history.len());
    let told = cursor
        .cluster()
        .events()
        .iter()
        .filter(|event| event.source == Actor::HorizontalPodAutoscaler);
    told.map(|event| format!("{}: {}", event.note.reason(), event))
        .collect()
}

fn check(text: &str, expect: &str) {
    assert_eq!(sizes(&run(text)), expect, "{text}");
}

#[test]
fn without_rules_of_its_own_it_doubles_at_most_and_shrinks_after_five_minutes() {
    check(
        &text("Deployment", 1, HALF, &load("[{at: 0, to: 450m}]")),
        "30: 4, 45: 8, 60: 9",
    );
    check(&text("Deployment", 6, HALF, &load("[{at: 0, to: 100m}]")), "315: 2");
}

#[test]
fn a_ramp_is_followed() {
    let history = run(&text(
        "Deployment",
        2,
        HALF,
        &load("[{at: 0, to: 100m}, {at: 60, over: 120, to: 500m}]"),
    ));
    assert_eq!(sizes(&history), "75: 3, 105: 5, 135: 7, 165: 9");
}

#[test]
fn rules_of_its_own_set_the_speed() {
    let spec = "behavior: {scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 60}]}, scaleDown: \
                {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 2, periodSeconds: 30}]}}\n  ";
    let world = load("[{at: 0, to: 300m}, {at: 300, to: 50m}]");
    check(
        &text("Deployment", 3, &format!("{spec}{HALF}"), &world),
        "30: 4, 90: 5, 150: 6, 300: 4, 330: 2, 360: 1",
    );
}

#[test]
fn bounds_come_first_and_zero_switches_it_off() {
    check(&text("Deployment", 12, HALF, &load("[{at: 0, to: 1}]")), "15: 10");
    check(
        &text(
            "Deployment",
            1,
            &format!("minReplicas: 3\n  {HALF}"),
            &load("[{at: 0, to: 1m}]"),
        ),
        "15: 3",
    );
    check(&text("Deployment", 0, HALF, &load("[{at: 0, to: 1}]")), "");
}

#[test]
fn an_apply_with_replicas_takes_back_what_it_chose() {
    let manifest = text("Deployment", 1, HALF, "");
    let indented: String = manifest
        .split("---\n")
        .nth(1)
        .expect("the Deployment")
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let world = format!(
        "{}\ninterventions:\n- at: 100\n  apply: |\n{indented}",
        load("[{at: 0, to: 400m}]")
    );
    let history = run(&text("Deployment", 1, HALF, &world));
    assert_eq!(sizes(&history), "30: 4, 45: 8, 105: 4, 120: 8");
}

#[test]
fn stateful_sets_have_a_size_and_daemon_sets_have_none() {
    let world = "world: {load: {statefulset/web: {cpu: [{at: 0, to: 100m}]}}}";
    check(&text("StatefulSet", 1, HALF, world), "30: 2");

    let daemon_set = text("DaemonSet", 1, HALF, "").replace("  replicas: 1\n", "");
    let found = events(&run(&daemon_set));
    assert!(
        found.iter().all(|event| event.starts_with("FailedGetScale: ")),
        "{found:?}"
    );
    assert!(!found.is_empty());
}

#[test]
fn what_can_not_be_measured_is_said_in_upstreams_words() {
    let without = text("Deployment", 2, HALF, &load("[{at: 0, to: 1}]")).replace("cpu: 100m", "memory: 1Mi");
    let found = events(&run(&without));
    assert!(found[0].starts_with(
        "FailedGetResourceMetric: failed to get cpu utilization: missing request for cpu in container web of Pod web-"
    ));
    assert!(found[1].starts_with(
        "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: \
         failed to get cpu utilization: missing request for cpu"
    ));
    assert_eq!(
        events(&run(&text("Deployment", 2, HALF, "")))[0],
        "FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from \
         resource metrics API"
    );
}

#[test]
fn a_rescale_is_told_with_its_metric() {
    let history = run(&text(
        "Deployment",
        1,
        HALF,
        &load("[{at: 0, to: 100m}, {at: 100, to: 10m}]"),
    ));
    let told = events(&history);
    let rescales: Vec<&String> = told
        .iter()
        .filter(|event| event.starts_with("SuccessfulRescale"))
        .collect();
    assert_eq!(
        rescales,
        [
            "SuccessfulRescale: New size: 2; reason: cpu resource utilization (percentage of request) above target",
            "SuccessfulRescale: New size: 1; reason: All metrics below target",
        ]
    );
}

#[test]
fn kubectl_shows_what_was_measured() {
    let history = run(&text("Deployment", 1, HALF, &load("[{at: 0, to: 100m}]")));
    let mut cursor = rollscope_engine::Cursor::new(std::rc::Rc::new(history));
    cursor.seek(usize::MAX);
    let objects = cursor.cluster().of_kind(Kind::HorizontalPodAutoscaler);
    let rows: Vec<String> = objects.map(|object| kubectl::cells(object).join(" ")).collect();
    assert_eq!(rows, ["Deployment/web cpu: 50%/50% 1 10 2"]);
}

#[test]
fn other_metrics_are_shared_by_the_replicas() {
    let spec = "metrics: [{type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: 30}}}]";
    let world = "world: {load: {deployment/web: {queue: [{at: 0, to: 200}]}}}";
    check(&text("Deployment", 2, spec, world), "15: 4, 30: 7");
}

#[test]
fn version_one_knows_one_metric() {
    let old = text(
        "Deployment",
        2,
        "targetCPUUtilizationPercentage: 50",
        &load("[{at: 0, to: 200m}]"),
    );
    check(&old.replace("autoscaling/v2", "autoscaling/v1"), "30: 4");
}

#[test]
fn loads_that_can_not_be_are_refused_where_they_stand() {
    let found = |world: &str| {
        let reading = Scenario::read(&text("Deployment", 2, HALF, world));
        reading
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("world: {load: {deployment/api: {cpu: [{at: 0, to: 1}]}}}"),
        ["3:16: error: no manifest here is Deployment api"]
    );
    assert_eq!(
        found(&load("[{at: -1, to: 1}]")),
        ["3:44: error: at: expected seconds, from 0 to 86400"]
    );
    assert_eq!(
        found(&load("[{at: 9, to: much}]")),
        ["3:51: error: to: expected an amount such as 2 or 500m, not below zero"]
    );
    assert_eq!(
        found(&load("[{at: 9, over: 9, to: 1}, {at: 10, to: 2}]")),
        ["3:64: error: the changes of a load follow one another in time"]
    );
}

fn queue(target: &str, load: &str) -> (String, String) {
    (
        format!("metrics: [{{type: External, external: {{metric: {{name: queue}}, target: {{{target}}}}}}}]"),
        format!("world: {{load: {{deployment/web: {{queue: {load}}}}}}}"),
    )
}

/// HPA-31: the size at the first look counts as a recommendation.
#[test]
fn a_new_one_shrinks_nothing_for_five_minutes() {
    let (spec, world) = queue("type: AverageValue, averageValue: 30", "[{at: 0, to: 30}]");
    check(&text("Deployment", 6, &spec, &world), "315: 1");
}

/// The target that is given counts, whatever the type says.
#[test]
fn a_target_of_another_type_than_it_says_counts() {
    let spec = "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageValue: 50m}}}]";
    check(&text("Deployment", 1, spec, &load("[{at: 0, to: 100m}]")), "30: 2");
}

/// A load of less than a thousandth for each Pod does not vanish, so the size comes to rest.
#[test]
fn little_load_is_shared_to_the_last_thousandth() {
    let behavior = "behavior: {scaleDown: {stabilizationWindowSeconds: 0}}\n  ";
    let all = text(
        "Deployment",
        1,
        &format!("{behavior}{HALF}"),
        &load("[{at: 0, to: 3m}]"),
    );
    check(&all.replace("cpu: 100m", "cpu: 1m"), "30: 5, 45: 1, 60: 5, 90: 6");
}

#[test]
fn a_container_that_is_not_there_has_no_metric() {
    let spec = "metrics: [{type: ContainerResource, containerResource: {name: cpu, container: other, target: {type: AverageValue, \
                averageValue: 50m}}}]";
    let history = run(&text("Deployment", 3, spec, &load("[{at: 0, to: 1}]")));
    assert_eq!(sizes(&history), "");
    let told = events(&history);
    assert!(
        told[0].contains("container other not present in metrics for pod default/web-"),
        "{told:?}"
    );
    assert!(
        told[1].contains("first error is: failed to get other container metric value: failed to get cpu usage: "),
        "{told:?}"
    );
}

#[test]
fn what_kind_of_metric_failed_is_said_in_upstreams_words() {
    let pods = "metrics: [{type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: 1}}}]";
    let told = events(&run(&text("Deployment", 1, pods, "")));
    assert!(
        told[1].contains("first error is: failed to get pods metric value: "),
        "{told:?}"
    );
    let object = "metrics: [{type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: \
                  web}, target: {type: Value, value: 1}}}]";
    let told = events(&run(&text("Deployment", 1, object, "")));
    assert!(
        told[1].contains("first error is: failed to get object metric value: "),
        "{told:?}"
    );
}

/// HPA-03.
#[test]
fn two_for_the_same_pods_leave_them_alone() {
    let one = text("Deployment", 1, HALF, &load("[{at: 0, to: 400m}]"));
    let second = one
        .rsplit("---\n")
        .next()
        .expect("the autoscaler")
        .replace("metadata: {name: web}", "metadata: {name: web2}");
    let history = run(&format!("{one}---\n{second}"));
    assert_eq!(sizes(&history), "");
    let told = events(&history);
    let expect =
        "AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/web default/web2]";
    assert!(told.iter().any(|event| event == expect), "{told:?}");
}

/// No more Pods than are simulated, however many may be or must be.
#[test]
fn no_more_pods_than_are_simulated() {
    // Paused before its first Pod: it only asks for them.
    let other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {paused: true, replicas: 1980, selector: \
                 {matchLabels: {app: other}}, template: {metadata: {labels: {app: other}}, spec: {containers: [{name: a, image: b}]}}}\n";
    let many = |text: String| text.replace("maxReplicas: 10", "maxReplicas: 2147483647") + other;
    let (spec, world) = queue("type: AverageValue, averageValue: 1", "[{at: 0, to: 9P}]");
    let fast = "behavior: {scaleUp: {policies: [{type: Percent, value: 2147483647, periodSeconds: 1800}]}}\n  ";
    check(&many(text("Deployment", 1, &format!("{fast}{spec}"), &world)), "15: 20");
    check(&many(text("StatefulSet", 1, "minReplicas: 2147483647", "")), "15: 20");
}

/// Percents are cut to whole numbers, so that some sizes ask for each other for ever: the run ends all the same.
#[test]
fn what_goes_round_for_ever_comes_to_an_end() {
    let spec = HALF.replace("averageUtilization: 50", "averageUtilization: 3");
    let all = text("Deployment", 2, &spec, &load("[{at: 0, to: 200m}]")).replace("cpu: 100m", "cpu: 1000m");
    let history = run(&all);
    assert_eq!(history.end, End::Rest);
    assert!(
        sizes(&history).contains("645: 5, 660: 7, 960: 5, 975: 7"),
        "{}",
        sizes(&history)
    );

    let spec = "minReplicas: 5\n  ";
    let one = text("Deployment", 4, &format!("{spec}{HALF}"), "");
    let second = one
        .rsplit("---\n")
        .next()
        .expect("the autoscaler")
        .replace("metadata: {name: web}", "metadata: {name: web2}");
    let second = second.replace(spec, "").replace("maxReplicas: 10", "maxReplicas: 3");
    let history = run(&format!("{one}---\n{second}"));
    assert_eq!(history.end, End::Rest);
    assert!(
        sizes(&history).starts_with("15: 5, 15: 3, 30: 5, 30: 3"),
        "{}",
        sizes(&history)
    );
}

/// The first version, applied again, is what it was; applied with another percentage it is another.
#[test]
fn version_one_can_be_applied_again() {
    let again = |percent: &str| {
        let one = format!(
            "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: \
             Deployment, name: web}}\n  maxReplicas: 10\n  targetCPUUtilizationPercentage: {percent}\n"
        );
        let indented: String = one.lines().map(|line| format!("    {line}\n")).collect();
        let world = format!(
            "{}\ninterventions:\n- at: 100\n  apply: |\n{indented}",
            load("[{at: 0, to: 200m}]")
        );
        let text = text("Deployment", 2, "targetCPUUtilizationPercentage: 50", &world);
        let history = run(&text.replace("autoscaling/v2", "autoscaling/v1"));
        (history.answers[1].text.clone(), sizes(&history))
    };
    assert_eq!(
        again("50"),
        (
            "horizontalpodautoscaler.autoscaling/web unchanged\n".to_owned(),
            "30: 4".to_owned()
        )
    );
    assert_eq!(
        again("25"),
        (
            "horizontalpodautoscaler.autoscaling/web configured\n".to_owned(),
            "30: 4, 105: 8".to_owned()
        )
    );
}

/// HPA-30: applying it again, with other bounds, makes it forget nothing.
#[test]
fn an_autoscaler_that_is_changed_remembers_its_recommendations() {
    let changed = text("Deployment", 8, HALF, "").replace("maxReplicas: 10", "maxReplicas: 9");
    let autoscaler = changed.split("---\n").nth(2).expect("the autoscaler");
    let indented: String = autoscaler.lines().map(|line| format!("    {line}\n")).collect();
    let load = load("[{at: 0, to: 400m}, {at: 100, to: 100m}]");
    let sizes = |world: &str| sizes(&run(&text("Deployment", 8, HALF, world)));
    assert_eq!(sizes(&load), "390: 2");
    assert_eq!(
        sizes(&format!("{load}\ninterventions:\n- at: 200\n  apply: |\n{indented}")),
        "390: 2"
    );
}
