//! Label selectors.

use super::meta::{Labels, Name, label_value, labels};
use crate::ordered::Ordered;
use crate::value::Value;
use std::fmt;

/// Which labels an object must carry. All parts must hold.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LabelSelector {
    /// Labels that must be there with this very text.
    pub match_labels: Labels,
    /// Further requirements.
    pub match_expressions: Vec<Requirement>,
}

/// One requirement on one label.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Requirement {
    /// The label.
    pub key: String,
    /// What must hold.
    pub operator: Operator,
    /// Texts for `In` and `NotIn`.
    pub values: Vec<String>,
}

/// A requirement's operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Operator {
    const NAMES: [(&'static str, Operator); 4] = [
        ("In", Operator::In),
        ("NotIn", Operator::NotIn),
        ("Exists", Operator::Exists),
        ("DoesNotExist", Operator::DoesNotExist),
    ];

    fn name(self) -> &'static str {
        Operator::NAMES
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("", |(name, _)| name)
    }
}

impl LabelSelector {
    /// Whether nothing is required. For workloads this selects nothing, not everything (DEP-03).
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether `labels` satisfy the selector; an empty selector matches all.
    pub fn matches(&self, labels: &Ordered<Name, Name>) -> bool {
        self.match_labels
            .iter()
            .all(|(key, text)| labels.get(&**key) == Some(text))
            && self
                .match_expressions
                .iter()
                .all(|requirement| requirement.holds(labels))
    }

    /// Reads `{matchLabels, matchExpressions}`.
    pub fn from_value(value: Option<&Value>) -> LabelSelector {
        let expressions = value
            .and_then(|value| value.get("matchExpressions"))
            .map_or(&[][..], Value::items);
        LabelSelector {
            match_labels: labels(value.and_then(|value| value.get("matchLabels"))),
            match_expressions: expressions.iter().filter_map(Requirement::from_value).collect(),
        }
    }

    /// As Go prints it, which some of upstream's messages do.
    pub fn as_go(&self) -> String {
        let labels = self.match_labels.iter().map(|(key, text)| format!("{key}: {text},"));
        let expressions = self.match_expressions.iter().map(|requirement| {
            let values = requirement.values.join(" ");
            format!("{{{} {} [{values}]}},", requirement.key, requirement.operator.name())
        });
        format!(
            "&LabelSelector{{MatchLabels:map[string]string{{{}}},MatchExpressions:[]LabelSelectorRequirement{{{}}},}}",
            labels.collect::<String>(),
            expressions.collect::<String>()
        )
    }

    /// Writes `{matchLabels, matchExpressions}`.
    pub fn to_value(&self) -> Value {
        let expressions = self.match_expressions.iter().map(Requirement::to_value);
        Value::from([
            ("matchLabels", label_value(&self.match_labels)),
            ("matchExpressions", Value::unless_empty(expressions)),
        ])
    }
}

/// As the API writes selectors in a query: `app=web,tier in (a,b)`.
impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self
            .match_labels
            .iter()
            .map(|(key, text)| (&**key, format!("{key}={text}")));
        let expressions = self
            .match_expressions
            .iter()
            .map(|Requirement { key, operator, values }| {
                let mut values = values.clone();
                values.sort_unstable();
                let values = values.join(",");
                let text = match operator {
                    Operator::In => format!("{key} in ({values})"),
                    Operator::NotIn => format!("{key} notin ({values})"),
                    Operator::Exists => key.clone(),
                    Operator::DoesNotExist => format!("!{key}"),
                };
                (key.as_str(), text)
            });
        let mut all: Vec<(&str, String)> = labels.chain(expressions).collect();
        all.sort_by(|one, other| one.0.cmp(other.0));
        let texts: Vec<String> = all.into_iter().map(|(_, text)| text).collect();
        write!(f, "{}", texts.join(","))
    }
}

impl Requirement {
    fn holds(&self, labels: &Ordered<Name, Name>) -> bool {
        let label = labels.get(self.key.as_str());
        let is_listed = |text: &Name| self.values.iter().any(|value| **value == **text);
        match self.operator {
            Operator::In => label.is_some_and(is_listed),
            Operator::NotIn => !label.is_some_and(is_listed),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
        }
    }

    fn from_value(value: &Value) -> Option<Requirement> {
        let operator = value.get("operator")?.as_str()?;
        let values = value.list("values");
        Some(Requirement {
            key: value.get("key")?.as_str()?.to_owned(),
            operator: Operator::NAMES.iter().find(|(name, _)| *name == operator)?.1,
            values: values
                .iter()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect(),
        })
    }

    fn to_value(&self) -> Value {
        let values = self.values.iter().map(|text| text.as_str().into());
        Value::from([
            ("key", self.key.as_str().into()),
            ("operator", self.operator.name().into()),
            ("values", Value::unless_empty(values)),
        ])
    }
}
