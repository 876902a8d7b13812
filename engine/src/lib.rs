//! What Kubernetes' controllers do, as a pure function.
//!
//! ```text
//! simulate(&Scenario) -> History
//! ```
//!
//! A [`Scenario`] is everything that decides a run: release and gates, manifests, timed interventions, the world around
//! the controllers, a seed. A [`History`] is everything that happened, step by step, each with its reasons. Nothing else
//! is state. Same scenario, same history, to the byte.
//!
//! ```
//! use rollscope_engine::{Cursor, Scenario, simulate};
//! use std::rc::Rc;
//!
//! let reading = Scenario::read("
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 6
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: web, image: nginx:1.25}]}
//! ---
//! apiVersion: rollscope.dev/v1
//! kind: Scenario
//! world:
//!   images:
//!     nginx:1.91: {pull: fails}
//! interventions:
//! - at: 30
//!   run: kubectl set image deployment/web web=nginx:1.91
//! ");
//! assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
//!
//! let mut cursor = Cursor::new(Rc::new(simulate(&reading.scenario)));
//! cursor.seek(usize::MAX);
//! let waits: Vec<_> = cursor.cluster().waiting().values().flat_map(|waits| waits.iter()).collect();
//! assert_eq!(waits[0].reason.rule().id, "DEP-31");
//! assert_eq!(
//!     waits[0].reason.formula().as_deref(),
//!     Some("5 old + 3 new = 8 = 6 + ceil(1.5): no room to create"),
//! );
//! ```
//!
//! # Where to look
//!
//! | room | what happens there |
//! |---|---|
//! | [`manifest`] | text to objects, as the API server reads them, with a position for every finding |
//! | [`api`] | the objects: our subset, upstream's names |
//! | [`dns`] | what names resolve to, at a moment |
//! | [`traffic`] | what becomes of connections to a Service, from a history |
//! | [`scenario`], [`world`], [`behavior`], [`release`] | what decides a run |
//! | [`simulation`] | the loop: who is due, who is woken by what |
//! | [`moment`] | a moment of a run as a link or a file |
//! | [`record`] | a run that was written down, for who has no engine yet |
//! | [`controllers`] | pure `reconcile(view, key) -> Decision`; files named as upstream names them |
//! | `environment` | scheduler, kubelet, volume binder |
//! | `interventions` | what comes from outside: kubectl's verbs, and what is said to happen to a Pod |
//! | [`index`] | what controllers read instead of scanning the cluster |
//! | [`cluster`] | what is stored; the only mutator, reversible |
//! | [`reason`] | why: rules with their facts, and the sentences made of them |
//! | [`step`], [`history`] | what viewers see, and time travel |
//! | [`invariants`] | promises that hold of every run |

pub mod api;
pub mod behavior;
pub mod cluster;
pub mod controllers;
pub mod dns;
mod environment;
pub mod event;
pub mod history;
pub mod index;
mod interventions;
pub mod invariants;
pub mod kubectl;
pub mod manifest;
pub mod moment;
mod names;
pub mod order;
pub mod ordered;
pub mod rare;
pub mod reason;
pub mod record;
pub mod release;
pub mod scenario;
pub mod shared;
pub mod shelf;
pub mod simulation;
pub mod step;
pub mod time;
pub mod traffic;
pub mod value;
pub mod world;

pub use environment::{ProbeKind, Standing, standing};
pub use history::{Cursor, History};
pub use scenario::Scenario;
pub use simulation::{Simulation, simulate};
