//! How the applications in Pods behave: as the Pod's annotation says, else as the world says of the image.

use crate::api::{Container, Name, Pod};
use crate::behavior::{self, ANNOTATION, Behavior};
use crate::ordered::Ordered;
use crate::world::World;

/// What annotations say, by their text and the image.
#[derive(Clone, Debug, Default)]
pub struct Applications {
    said: Ordered<Name, Ordered<String, Behavior>>,
}

impl Applications {
    /// Reads the annotation of a Pod, unless the same was read before.
    pub fn learn(&mut self, world: &World, pod: &Pod) {
        let Some(text) = pod.meta.annotations.get(ANNOTATION) else {
            return;
        };
        let images = self.said.or_default(text.clone());
        for container in pod.template.init_containers.iter().chain(&pod.template.containers) {
            if images.get(&*container.image).is_none() {
                let behavior = behavior::as_said(text, &container.image, world.behavior(&container.image).clone());
                images.insert(container.image.to_string(), behavior);
            }
        }
    }

    /// How the application in a container of this Pod behaves.
    pub fn behavior<'a>(&'a self, world: &'a World, pod: &Pod, container: &Container) -> &'a Behavior {
        let text = pod.meta.annotations.get(ANNOTATION);
        let said = text.and_then(|text| self.said.get(&**text)?.get(&*container.image));
        said.unwrap_or_else(|| world.behavior(&container.image))
    }
}
