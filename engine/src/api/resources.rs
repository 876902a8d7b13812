//! What Pods request and nodes offer: amounts by resource, and the class that requests and limits put a Pod into
//! (spec: NODE-02, POD-70).

use super::template::PodTemplate;
use crate::ordered::Ordered;
use crate::value::Value;

/// Amounts by resource, in thousandths: `cpu`, `memory`, `ephemeral-storage` and what devices are called.
pub type Resources = Ordered<String, i64>;

/// Reads a list of resources.
pub fn resources(value: Option<&Value>) -> Resources {
    let mut all = Resources::new();
    for (name, value) in value.and_then(Value::as_map).into_iter().flatten() {
        all.extend(amount(value).map(|milli| (name.clone(), milli)));
    }
    all
}

/// Thousandths of an amount as manifests write it.
pub fn amount(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => milli(text),
        Value::Int(number) => Some(number.saturating_mul(1000)),
        // Not by way of a text: the tables behind printing fractions would cost every visitor.
        Value::Float(number) => Some((number * 1000.0).ceil() as i64),
        _ => None,
    }
}

/// Thousandths as an amount.
pub(crate) fn amount_text(milli: i64) -> String {
    match milli % 1000 {
        0 => (milli / 1000).to_string(),
        _ => format!("{milli}m"),
    }
}

/// Writes a list of resources.
pub fn resource_value(amounts: &Resources) -> Value {
    let members = amounts
        .iter()
        .map(|(name, amount)| (name.clone(), amount_text(*amount).into()));
    Value::Map(members.collect())
}

/// Thousandths of an amount such as `500m`, `0.5`, `2Gi` or `1e3`, rounded up. What the server refuses is nothing here.
fn milli(text: &str) -> Option<i64> {
    const DECIMAL: [&str; 7] = ["m", "", "k", "M", "G", "T", "P"];
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let (number, suffix) = match text.find(|letter: char| letter.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let power = |base: i64, exponent: usize| base.checked_pow(u32::try_from(exponent).ok()?);
    let exponent = suffix
        .strip_prefix(['e', 'E'])
        .and_then(|digits| digits.parse::<i32>().ok());
    let (suffix, power_of_ten) = match exponent {
        Some(exponent) => ("", exponent.clamp(-12, 12)),
        None => (suffix, 0),
    };
    let unit = match (suffix, DECIMAL.iter().position(|name| *name == suffix)) {
        ("n" | "u", _) => 1,
        (_, Some(index)) => power(1000, index)?,
        _ => power(1024, BINARY.iter().position(|name| *name == suffix)? + 1)?.saturating_mul(1000),
    };
    let (is_negative, whole) = match whole.strip_prefix('-') {
        Some(whole) => (true, whole),
        None => (false, whole.strip_prefix('+').unwrap_or(whole)),
    };
    let digits = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true if text.is_empty() => Some(0),
        true => text.parse::<i128>().ok(),
        false => None,
    };
    // Nobody sees more of a fraction than this, but that there is more.
    let (shown, rest) = fraction.split_at_checked(fraction.len().min(9))?;
    let rest = i128::from(rest.bytes().any(|digit| digit != b'0'));
    let scale = i128::from(power(10, shown.len())?);
    let divisor = scale
        * match suffix {
            "n" => 1_000_000,
            "u" => 1_000,
            _ => 10_i128.pow(power_of_ten.min(0).unsigned_abs()),
        };
    let unit = i128::from(unit) * 10_i128.pow(power_of_ten.max(0).unsigned_abs());
    let amount = (digits(whole)?.checked_mul(scale)?.checked_add(digits(shown)?)?).checked_mul(unit)?;
    let size = match is_negative {
        true => -(amount / divisor),
        false => amount.checked_add(rest + divisor - 1)? / divisor,
    };
    Some(i64::try_from(size).unwrap_or(if is_negative { i64::MIN } else { i64::MAX }))
}

/// Adds amounts.
pub fn add(total: &mut Resources, more: &Resources) {
    for (name, amount) in more {
        let sum = total.or_default(name.clone());
        *sum = sum.saturating_add(*amount);
    }
}

/// Takes amounts away again.
pub fn subtract(total: &mut Resources, less: &Resources) {
    for (name, amount) in less {
        let rest = total.or_default(name.clone());
        *rest = rest.saturating_sub(*amount);
    }
}

/// What has to be there at the same time: the greater of both.
fn greatest(one: &mut Resources, other: &Resources) {
    for (name, amount) in other {
        let most = one.or_default(name.clone());
        *most = (*most).max(*amount);
    }
}

/// What a Pod of this spec requests: its containers together, or an init container with the sidecars before it if that is
/// more; what the Pod says for itself comes before that.
/// Upstream: `component-helpers/resource/helpers.go › PodRequests`.
pub fn requests(spec: &Value) -> Resources {
    let of = |container: &Value| resources(container.at(&["resources", "requests"]));
    let (mut total, mut most, mut sidecars) = (Resources::new(), Resources::new(), Resources::new());
    for container in spec.list("initContainers") {
        let own = of(container);
        if container.text("restartPolicy") == "Always" {
            add(&mut sidecars, &own);
            greatest(&mut most, &sidecars);
        } else {
            let mut step = sidecars.clone();
            add(&mut step, &own);
            greatest(&mut most, &step);
        }
    }
    spec.list("containers")
        .iter()
        .for_each(|container| add(&mut total, &of(container)));
    add(&mut total, &sidecars);
    greatest(&mut total, &most);
    for (name, amount) in resources(spec.at(&["resources", "requests"])) {
        total.insert(name, amount);
    }
    add(&mut total, &resources(spec.get("overhead")));
    total
}

impl PodTemplate {
    /// `Guaranteed`, `Burstable` or `BestEffort` (POD-70). Upstream: `pkg/apis/core/v1/helper/qos/qos.go › ComputePodQOS`.
    pub fn qos_class(&self) -> &'static str {
        let null = Value::Null;
        let spec = self.value.get("spec").unwrap_or(&null);
        let (mut requests, mut limits) = (Resources::new(), Resources::new());
        let mut all_limited = true;
        let own = spec.get("resources").is_some();
        let lists = [spec.list("initContainers"), spec.list("containers")];
        let holders: Vec<&Value> = if own {
            vec![spec]
        } else {
            lists.into_iter().flatten().collect()
        };
        for holder in holders {
            let counted = |part: &str| {
                let mut amounts = resources(holder.at(&["resources", part]));
                amounts.retain(|name, amount| matches!(name.as_str(), "cpu" | "memory") && *amount > 0);
                amounts
            };
            let limited = counted("limits");
            all_limited &= limited.len() == 2;
            add(&mut requests, &counted("requests"));
            add(&mut limits, &limited);
        }
        match () {
            () if requests.is_empty() && limits.is_empty() => "BestEffort",
            () if all_limited && requests == limits => "Guaranteed",
            () => "Burstable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::milli;

    #[test]
    fn amounts_in_thousandths() {
        for (text, expect) in [
            ("500m", Some(500)),
            ("0.5", Some(500)),
            ("2", Some(2_000)),
            ("1.5Gi", Some(1_610_612_736_000)),
            ("128Mi", Some(134_217_728_000)),
            ("1k", Some(1_000_000)),
            ("1500u", Some(2)),
            (".25", Some(250)),
            ("1.5Ei", Some(i64::MAX)),
            ("9223372036854775807n", Some(9_223_372_036_855)),
            ("0.0000000001", Some(1)),
            ("-0.5", Some(-500)),
            ("-2", Some(-2_000)),
            ("-", Some(0)),
            ("1.-5", None),
            ("1e3", Some(1_000_000)),
            ("2E-3", Some(2)),
            ("1e-30", Some(1)),
            ("-3e2", Some(-300_000)),
            ("1e99", Some(1_000_000_000_000_000)),
            ("9E", None),
            ("lots", None),
        ] {
            assert_eq!(milli(text), expect, "{text}");
        }
    }
}
