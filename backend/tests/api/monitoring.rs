//! The dashboard and the alert rules of docs/monitoring: every metric and every label that they name is served.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::{metrics::exercised, support::TestApp};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).join(name)).unwrap()
}

/// The labels of every series that is served, by name.
async fn served() -> BTreeMap<String, BTreeSet<String>> {
    let mut served: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in exercised().await.lines().filter(|line| !line.starts_with('#')) {
        let (series, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels = labels.trim_end_matches('}').split("\",").filter_map(|label| label.split_once('='));
        served.entry(name.into()).or_default().extend(labels.map(|(label, _)| label.to_owned()));
    }
    served
}

/// The series in a text and the labels that they are selected by.
fn named(text: &str) -> Vec<(String, Vec<String>)> {
    let starts = text.match_indices("latchkey_").map(|(at, _)| &text[at..]);
    let series = starts.map(|from| {
        let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
        let (name, rest) = from.split_at(end);
        let selector =
            rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(selector, _)| selector);
        // Not a comma within a value, and none of the values has one.
        let labels = selector.split(',').filter_map(|label| label.split(['=', '!']).next());
        (name.to_owned(), labels.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect())
    });
    series.collect()
}

/// The alternatives of every selector in a text by which rates are selected, such as `outcome="busy"` of `{outcome=~"busy|unavailable"}`.
fn alternatives(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("latchkey_") {
        let Some((name, rest)) = text[at..].split_once('{').filter(|(name, _)| !name.contains([' ', '[', ')'])) else {
            continue;
        };
        let (selector, _) = rest.split_once('}').unwrap();
        for label in selector.split(',') {
            let (label, values) = label.split_once('=').unwrap();
            for value in values.trim_start_matches('~').trim_matches('"').split('|') {
                found.push((name.to_owned(), format!("{label}=\"{value}\"")));
            }
        }
    }
    found
}

/// The labels in the `by (…)` of a text, and in its templates.
fn grouped_by(text: &str) -> BTreeSet<String> {
    let by =
        text.split("by (").skip(1).filter_map(|from| from.split_once(')')).flat_map(|(labels, _)| labels.split(','));
    let legends = text.split("{{").skip(1).filter_map(|from| from.split_once("}}")).map(|(label, _)| label);
    let labels = by.chain(legends).map(|label| label.trim().trim_start_matches("$labels.").to_owned());
    labels.collect()
}

async fn assert_served(file: &str, expressions: &[String], templates: &str) {
    assert!(expressions.len() > 10, "{file} is read");
    let served = served().await;
    // Prometheus adds the name of the server.
    let by_prometheus = ["instance", "job"];
    let mut all_labels: BTreeSet<_> = served.values().flatten().cloned().collect();
    all_labels.extend(by_prometheus.map(str::to_owned));
    for expression in expressions {
        for (name, labels) in named(expression) {
            let known = served.get(&name).unwrap_or_else(|| panic!("{file}: {name} is not served: {expression}"));
            let unknown =
                labels.iter().find(|label| !known.contains(*label) && !by_prometheus.contains(&label.as_str()));
            assert_eq!(unknown, None, "{file}: {expression}");
        }
        let unknown: Vec<_> = grouped_by(expression).difference(&all_labels).cloned().collect();
        assert_eq!(unknown, [""; 0], "{file}: {expression}");
    }
    let unknown: Vec<_> = grouped_by(templates).difference(&all_labels).cloned().collect();
    assert_eq!(unknown, [""; 0], "{file}");
}

/// Every value under a key, at any depth.
fn values<'a>(json: &'a Value, key: &str) -> Vec<&'a str> {
    match json {
        Value::Object(object) => object
            .iter()
            .flat_map(|(name, value)| {
                let own = value.as_str().filter(|_| name == key);
                own.into_iter().chain(values(value, key)).collect::<Vec<_>>()
            })
            .collect(),
        Value::Array(array) => array.iter().flat_map(|value| values(value, key)).collect(),
        _ => Vec::new(),
    }
}

#[actix_web::test]
async fn every_metric_of_the_dashboard_is_served() {
    let dashboard: Value = serde_json::from_str(&read("monitoring/grafana-dashboard.json")).unwrap();
    let expressions: Vec<_> = values(&dashboard, "expr").into_iter().map(str::to_owned).collect();
    assert_served("the dashboard", &expressions, &values(&dashboard, "legendFormat").join(" ")).await;
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    for panel in panels {
        assert!(panel["title"].is_string() && panel["targets"].as_array().is_some_and(|targets| !targets.is_empty()));
    }
}

#[actix_web::test]
async fn every_metric_of_the_alert_rules_is_served() {
    let rules = read("monitoring/alerts.yml");
    let expressions: Vec<_> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned).collect();
    assert_eq!(rules.matches("- alert: ").count(), expressions.len(), "each expression is on one line");
    assert_eq!(rules.matches("summary: ").count(), expressions.len());
    assert_served("the alert rules", &expressions, &rules).await;
}

/// The increase of a series that begins with its first event is not seen.
#[actix_web::test]
async fn what_alerts_count_begins_at_zero() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0"]).await;
    app.signed_in().await.verify().await;
    let served = app.metrics().await;
    let alternatives = alternatives(&read("monitoring/alerts.yml"));
    assert!(alternatives.len() > 10, "{alternatives:?}");
    for (name, label) in alternatives {
        let there = |line: &&str| line.starts_with(&format!("{name}{{")) && line.contains(&label);
        assert!(served.lines().any(|line| there(&line)), "{name} {label} is not in\n{served}");
    }
}

#[actix_web::test]
async fn every_metric_is_explained_in_the_documentation_and_no_other_is() {
    let text = exercised().await;
    let served = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let served: BTreeSet<_> = served
        .map(|(name, kind)| match kind {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.to_owned(),
        })
        .collect();
    let table = read("operations.md");
    let rows = table.lines().filter(|line| line.starts_with("| `latchkey_"));
    let explained = rows.flat_map(|row| named(row.split('|').nth(1).unwrap())).map(|(name, _)| name).collect();
    assert_eq!(served, explained);
}
