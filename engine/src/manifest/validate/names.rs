//! The forms that names, labels and keys must have, and the server's words when they do not.

/// At most this many characters in a DNS label, a label value, the name part of a key.
const LABEL: usize = 63;
/// At most this many characters in a DNS subdomain.
const SUBDOMAIN: usize = 253;

const LABEL_FORM: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_FORM: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const KEY_FORM: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_FORM: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PERCENT_FORM: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or \
'93%', regex used for validation is '[0-9]+%')";
const CONFIG_KEY_FORM: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. \
'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const HEADER_FORM: &str = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex \
used for validation is '[-A-Za-z0-9]+')";

/// The server's complaints about a text, none if it is fine.
pub type Complaints = Vec<String>;

/// A DNS label: names of containers, volumes, StatefulSets, Services.
pub fn label(text: &str) -> Complaints {
    let mut out = too_long(text, LABEL);
    if !is_dns_label(text) {
        let only_dots = text.contains('.') && text.split('.').all(is_dns_label);
        out.push(if only_dots { "must not contain dots" } else { LABEL_FORM }.to_owned());
    }
    out
}

/// A DNS subdomain: most names.
pub fn subdomain(text: &str) -> Complaints {
    let mut out = too_long(text, SUBDOMAIN);
    if !text.split('.').all(is_dns_label) {
        out.push(SUBDOMAIN_FORM.to_owned());
    }
    out
}

/// The key of a label, annotation or selector: `[prefix/]name`.
pub fn key(text: &str) -> Complaints {
    let mut out = Vec::new();
    let name = match text.split('/').collect::<Vec<_>>()[..] {
        [name] => name,
        [prefix, name] => {
            if prefix.is_empty() {
                out.push("prefix part must be non-empty".to_owned());
            } else {
                out.extend(
                    subdomain(prefix)
                        .into_iter()
                        .map(|complaint| format!("prefix part {complaint}")),
                );
            }
            name
        }
        _ => {
            let form = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {KEY_FORM} {form}")];
        }
    };
    if name.is_empty() {
        out.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL {
        out.push(format!("name part must be no more than {LABEL} bytes"));
    }
    if !is_key_name(name) {
        out.push(format!("name part {KEY_FORM}"));
    }
    out
}

/// The value of a label.
pub fn value(text: &str) -> Complaints {
    let mut out = Vec::new();
    if text.len() > LABEL {
        out.push(format!("must be no more than {LABEL} bytes"));
    }
    if !text.is_empty() && !is_key_name(text) {
        out.push(VALUE_FORM.to_owned());
    }
    out
}

/// The name of a port.
pub fn port(text: &str) -> Complaints {
    let mut out = too_long(text, 15);
    let mut complain = |broken: bool, words: &str| {
        if broken {
            out.push(words.to_owned());
        }
    };
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    complain(
        !text.bytes().all(allowed),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    complain(
        !text.bytes().any(|byte| byte.is_ascii_lowercase()),
        "must contain at least one letter (a-z)",
    );
    complain(text.contains("--"), "must not contain consecutive hyphens");
    complain(
        text.starts_with('-') || text.ends_with('-'),
        "must not begin or end with a hyphen",
    );
    out
}

/// The name of an environment variable.
pub fn variable(text: &str) -> Complaints {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') {
        return Vec::new();
    }
    let form = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    vec![form.to_owned()]
}

/// A key of a ConfigMap or Secret.
pub fn config_key(text: &str) -> Complaints {
    let mut out = too_long(text, SUBDOMAIN);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !text.bytes().all(allowed) {
        out.push(CONFIG_KEY_FORM.to_owned());
    }
    match text {
        "." => out.push("must not be '.'".to_owned()),
        ".." => out.push("must not be '..'".to_owned()),
        _ if text.starts_with("..") => out.push("must not start with '..'".to_owned()),
        _ => {}
    }
    out
}

/// The name of an HTTP header.
pub fn header(text: &str) -> Complaints {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.is_empty() && text.bytes().all(allowed) {
        return Vec::new();
    }
    vec![HEADER_FORM.to_owned()]
}

/// A percentage.
pub fn percent(text: &str) -> Complaints {
    let digits = text.strip_suffix('%').unwrap_or_default();
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits {
        Vec::new()
    } else {
        vec![PERCENT_FORM.to_owned()]
    }
}

/// A port number.
pub fn port_number(number: i64) -> Complaints {
    if (1..=65535).contains(&number) {
        return Vec::new();
    }
    vec!["must be between 1 and 65535, inclusive".to_owned()]
}

/// An IP address.
pub fn address(text: &str) -> Complaints {
    if text.parse::<core::net::IpAddr>().is_ok() {
        return Vec::new();
    }
    vec!["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)".to_owned()]
}

/// A range of IP addresses.
pub fn network(text: &str) -> Complaints {
    let range = text.trim().split_once('/');
    let fits = range.is_some_and(|(address, length)| {
        let bits = address
            .parse::<core::net::IpAddr>()
            .map(|address| if address.is_ipv4() { 32 } else { 128 });
        bits.is_ok_and(|bits| length.parse::<u8>().is_ok_and(|length| length <= bits))
    });
    if fits {
        return Vec::new();
    }
    vec!["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)".to_owned()]
}

fn too_long(text: &str, most: usize) -> Complaints {
    if text.len() > most {
        vec![format!("must be no more than {most} characters")]
    } else {
        Vec::new()
    }
}

fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_key_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(complaints: &Complaints, expect: &[&str]) {
        assert_eq!(complaints.len(), expect.len(), "{complaints:?}");
        for (complaint, start) in complaints.iter().zip(expect) {
            assert!(complaint.starts_with(start), "{complaint} does not start with {start}");
        }
    }

    #[test]
    fn dns_names() {
        check(&label("a-1"), &[]);
        check(&label("a.b"), &["must not contain dots"]);
        check(&label("A"), &["a lowercase RFC 1123 label"]);
        check(&label(&"a".repeat(64)), &["must be no more than 63 characters"]);
        check(&subdomain("a.b-c.d"), &[]);
        check(&subdomain("a..b"), &["a lowercase RFC 1123 subdomain"]);
    }

    #[test]
    fn keys_and_values() {
        check(&key("app.kubernetes.io/name"), &[]);
        check(&key("-x"), &["name part must consist"]);
        check(&key("Example.com/x"), &["prefix part a lowercase"]);
        check(&key("a/b/c"), &["a valid label key"]);
        check(&key("/b"), &["prefix part must be non-empty"]);
        check(&key("a/"), &["name part must be non-empty", "name part must consist"]);
        check(&value(""), &[]);
        check(&value("a b"), &["a valid label must be"]);
    }

    #[test]
    fn ports() {
        check(&port("http-2"), &[]);
        check(&port("8080"), &["must contain at least one letter"]);
        check(
            &port("-A--"),
            &[
                "must contain only",
                "must contain at least",
                "must not contain",
                "must not begin",
            ],
        );
        check(&port_number(0), &["must be between"]);
        check(&percent("12.5%"), &["a valid percent"]);
        check(&percent("25%"), &[]);
    }
}
