//! A Pod as a tile.

use crate::scene::blocks::{self, Block, Blocks};
use crate::scene::pod::Tile;
use rollscope_engine::api::Key;
use std::rc::Rc;
use yew::prelude::*;

/// Tiles in a row. Whatever has not changed since the last step is not drawn again.
pub fn row(tiles: &Blocks<Tile>, on_pod: &Callback<Key>) -> Html {
    let chunks = tiles.all.iter().enumerate().map(|(index, tiles)| {
        html! { <Chunk key={index} tiles={tiles.clone()} on_pod={on_pod.clone()} /> }
    });
    html! { <>{ for chunks }</> }
}

/// One tile; a large one has its word written out.
pub fn tile(tile: &Tile, is_large: bool, on_pod: &Callback<Key>) -> Html {
    let text = if is_large && !tile.brief().is_empty() {
        tile.word()
    } else {
        tile.brief()
    };
    let class = classes!(
        "tile",
        tile.form.class(),
        super::hue(tile.hue),
        tile.ringed.then_some("ringed"),
        tile.chosen.then_some("chosen"),
        is_large.then_some("large")
    );
    // What is to be seen has to be part of the name, for those who speak to their computer. Where nothing is, the title is the
    // name: hundreds of tiles have an attribute less to be set.
    let is_said = |text: &str| tile.name().split([' ', ',', ':']).any(|word| word == text);
    let label = match text {
        "" => None,
        text if is_said(text) => Some(tile.name().to_owned()),
        text => Some(format!("{}, {text}", tile.name())),
    };
    let key = tile.who.key();
    let onclick = on_pod.reform(move |_: MouseEvent| key.clone());
    html! {
        <button key={&**tile.who.name()} data-pod={tile.who.name().to_string()} {class} aria-label={label} aria-pressed={tile.chosen.then_some("true")} title={tile.name().to_owned()} {onclick}>
            { text }
        </button>
    }
}

#[derive(Properties)]
struct ChunkProps {
    tiles: Rc<Block<Tile>>,
    on_pod: Callback<Key>,
}

/// The callback is left out: it does the same at every step.
impl PartialEq for ChunkProps {
    fn eq(&self, other: &ChunkProps) -> bool {
        blocks::is_same(&self.tiles, &other.tiles)
    }
}

#[component]
fn Chunk(props: &ChunkProps) -> Html {
    html! { <>{ for props.tiles.items.iter().map(|each| tile(each, false, &props.on_pod)) }</> }
}
