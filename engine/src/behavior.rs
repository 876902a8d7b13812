//! How applications behave, which Kubernetes does not decide: how long they take, when they answer their probes, when they
//! end. Written per image, in the world of a scenario or in an annotation of the Pods ([`ANNOTATION`]).

use crate::manifest::{self, Data, Entry, Node, Span};
use crate::time::Duration;
use std::rc::Rc;

/// The annotation of a Pod, or of a Pod template, that says how its images behave: YAML, image by image.
pub const ANNOTATION: &str = "rollscope.dev/behavior";

/// How an application behaves, by image. Times count from the start of its container unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// Whether the image can be pulled at all.
    pub pullable: bool,
    /// How long the pull takes, or takes to fail.
    pub pull: Duration,
    /// Until it answers its probes; for an init container, until it ends.
    pub start: Duration,
    /// Whether it ever answers its readiness probe.
    pub becomes_ready: bool,
    /// Until it answers its readiness probe, if that is later than `start`.
    pub ready: Duration,
    /// Whether it ever answers its liveness probe.
    pub becomes_live: bool,
    /// Until it answers its liveness probe, if that is later than `start`.
    pub live: Duration,
    /// When it stops answering any probe.
    pub fails: Option<Duration>,
    /// Whether a probe that is not answered hangs until its timeout, rather than being refused at once.
    pub hangs: bool,
    /// When it ends by itself.
    pub exits: Option<Exit>,
    /// From SIGTERM until it has ended; the grace period cuts it short.
    pub stop: Duration,
    /// Whether it ends at all upon SIGTERM.
    pub heeds_sigterm: bool,
    /// The Service without whose endpoint it is not ready; in the Pod's own namespace.
    pub needs: Option<Rc<str>>,
}

/// An application ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// How long after its start.
    pub after: Duration,
    /// With what exit code.
    pub code: i64,
    /// Whether it is the kernel that ends it, for its memory.
    pub oom: bool,
    /// How many of its instances do so; the next goes on.
    pub times: i64,
}

impl Default for Behavior {
    fn default() -> Behavior {
        Behavior {
            pullable: true,
            pull: Duration(2_000),
            start: Duration(1_000),
            becomes_ready: true,
            ready: Duration::ZERO,
            becomes_live: true,
            live: Duration::ZERO,
            fails: None,
            hangs: false,
            exits: None,
            stop: Duration(2_000),
            heeds_sigterm: true,
            needs: None,
        }
    }
}

/// How an image behaves as an annotation says, and otherwise like this; what can't be read there says nothing.
pub(crate) fn as_said(annotation: &str, image: &str, otherwise: Behavior) -> Behavior {
    let (settings, _) = manifest::parse(annotation);
    match settings.get(image) {
        Some(settings) => otherwise.with(settings, &mut |_, _| {}),
        None => otherwise,
    }
}

const EXPECTED: &str = "pull, start, ready, live, fails, hangs, exits, oom, code, times, stop, needs";

impl Behavior {
    /// This behaviour, changed by what a map of settings says. What can't be read is reported with its place.
    pub fn with(mut self, settings: &Node, report: &mut dyn FnMut(Span, String)) -> Behavior {
        for entry in settings.entries() {
            self.set(entry, report);
        }
        self
    }

    fn set(&mut self, entry: &Entry, report: &mut dyn FnMut(Span, String)) {
        let key = entry.key.as_str();
        match (key, entry.value.as_str()) {
            ("pull", Some("fails")) => self.pullable = false,
            ("ready", Some("never")) => self.becomes_ready = false,
            ("live", Some("never")) => self.becomes_live = false,
            ("stop", Some("never")) => self.heeds_sigterm = false,
            ("needs", Some(service)) => self.needs = Some(service.into()),
            ("needs", None) => report(entry.value.span, "needs: expected the name of a Service".into()),
            ("hangs", _) => match entry.value.data {
                Data::Bool(hangs) => self.hangs = hangs,
                _ => report(entry.value.span, "hangs: expected true or false".into()),
            },
            ("code" | "times", _) => match entry.value.data {
                Data::Int(number @ 0..=255) if key == "code" => self.exit().code = number,
                Data::Int(number @ 1..) if key == "times" => self.exit().times = number,
                _ if key == "code" => report(entry.value.span, "code: expected an exit code, from 0 to 255".into()),
                _ => report(entry.value.span, "times: expected a whole number from 1".into()),
            },
            ("pull" | "start" | "ready" | "live" | "fails" | "exits" | "oom" | "stop", _) => {
                if let Some(time) = duration(entry, report) {
                    self.set_time(key, time);
                }
            }
            _ => {
                let message = format!("unknown field \"{key}\": expected one of {EXPECTED}");
                report(entry.key_span, message);
            }
        }
    }

    fn set_time(&mut self, key: &str, time: Duration) {
        match key {
            "pull" => (self.pullable, self.pull) = (true, time),
            "start" => self.start = time,
            "ready" => (self.becomes_ready, self.ready) = (true, time),
            "live" => (self.becomes_live, self.live) = (true, time),
            "fails" => self.fails = Some(time),
            "stop" => (self.heeds_sigterm, self.stop) = (true, time),
            _ => {
                let exit = self.exit();
                exit.after = time;
                if key == "oom" {
                    (exit.oom, exit.code) = (true, 137);
                }
            }
        }
    }

    fn exit(&mut self) -> &mut Exit {
        self.exits.get_or_insert(Exit {
            after: Duration::ZERO,
            code: 1,
            oom: false,
            times: i64::MAX,
        })
    }
}

/// Seconds, at most a day.
pub(crate) fn duration(entry: &Entry, report: &mut dyn FnMut(Span, String)) -> Option<Duration> {
    const DAY: f64 = 86_400.0;
    #[expect(clippy::cast_precision_loss, reason = "a day has few seconds")]
    let seconds = match entry.value.data {
        Data::Int(seconds) => seconds as f64,
        Data::Float(seconds) => seconds,
        _ => f64::NAN,
    };
    if !(0.0..=DAY).contains(&seconds) {
        let message = format!("{}: expected seconds, from 0 to 86400", entry.key);
        report(entry.value.span, message);
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a day"
    )]
    Some(Duration((seconds * 1000.0).round() as u64))
}
