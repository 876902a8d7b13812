//! What kubectl prints when it is asked: table rows, whole objects, `rollout status`, `rollout history`. Changing verbs are
//! interventions and answer for themselves.

mod history;
mod object;
mod status;
mod table;
mod template;
mod yaml;

pub use history::rollout_history;
pub use object::object;
pub use status::rollout_status;
pub use table::{cells, columns};
pub use yaml::yaml;

use crate::api::{Key, Object};
use crate::cluster::Cluster;

/// The object, or kubectl's complaint that there is none.
fn find<'a>(cluster: &'a Cluster, key: &Key) -> Result<&'a Object, String> {
    cluster.get(key).ok_or_else(|| {
        let name = &key.name;
        format!(
            "Error from server (NotFound): {} \"{name}\" not found",
            key.kind.resource()
        )
    })
}
