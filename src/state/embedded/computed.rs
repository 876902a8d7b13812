//! What a widget shows that has to be computed. Only `later.rs` may name any of this.

use super::{Complaint, Wish, fatal};
use crate::state::run::Origin;
use crate::state::work::Then;
use crate::state::{Effect, Run, State};
use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::moment::Moment;
use rollscope_engine::scenario::Reading;

/// Begins to show a run; the step of the moment is told.
pub fn show(state: &mut State, wish: &Wish) -> Result<(Vec<Effect>, Option<String>), Complaint> {
    let (moment, reading) = read(wish)?;
    let then = Then::Start(moment.text.as_str().into(), Origin::of(&reading));
    let effects = state.compute(&reading.scenario, then);
    Ok((effects, moment.step.map(|step| step.to_string())))
}

/// The run that is wished for. What the manifests or the moment say of the release counts more than the page around.
fn read(wish: &Wish) -> Result<(Moment, Reading), Complaint> {
    let release = wish.release.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let release = release.map(str::parse).transpose().map_err(fatal)?;
    if wish.text.trim().is_empty() {
        return Err(fatal("There are no manifests to show.".to_owned()));
    }
    let moment = if wish.is_link {
        Moment::from_hash(&wish.text).map_err(|error| fatal(format!("The link can't be opened: {error}.")))?
    } else {
        Moment::from_file(&wish.text).map_err(|error| fatal(format!("The file can't be opened: {error}.")))?
    };
    let mut reading = moment.reading();
    if let Some(release) = release.filter(|_| moment.release.is_none() && reading.release.is_none()) {
        reading.scenario.set_release(release, &reading.gates);
    }
    if reading.is_runnable() {
        Ok((moment, reading))
    } else {
        Err(errors(reading.diagnostics))
    }
}

/// Why the manifests are not run.
fn errors(mut found: Vec<Diagnostic>) -> Complaint {
    found.retain(|each| each.severity == Severity::Error);
    let message = match found.len() {
        1 => "The manifests have an error.".to_owned(),
        count => format!("The manifests have {count} errors."),
    };
    Complaint {
        found,
        ..fatal(message)
    }
}

/// Gives a recorded run the scenario that its link tells of.
pub fn complete(run: &mut Run, link: &str) {
    // A link that nobody can read leaves the run as it was recorded.
    if let Ok(moment) = Moment::from_hash(link) {
        run.set_scenario(moment.reading().scenario);
    }
}

/// The end of a link to the moment at the cursor.
pub fn link(run: &Run) -> Option<String> {
    Some(run.moment()?.to_hash())
}
