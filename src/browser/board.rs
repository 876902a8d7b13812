//! A board of drawings: blocks with a few paths each, which are set one by one, and only where they have changed. Ten thousand
//! Pods are too many for a page that is held against what it was before.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");

/// Blocks inside of an element that has nothing else in it.
#[derive(Debug)]
pub struct Board {
    field: Element,
    document: Document,
    /// Drawings that hold nothing yet: where blocks have numbers, beneath these.
    models: [Element; 2],
    blocks: Vec<Block>,
    pointer: Option<Pointer>,
}

/// The one element that moves from block to block.
#[derive(Debug)]
struct Pointer {
    element: Element,
    title: Element,
    place: usize,
    values: Vec<String>,
    said: String,
}

#[derive(Debug)]
struct Block {
    /// A drawing, or what has one and a number above it.
    element: Element,
    label: Option<Element>,
    drawing: Element,
    paths: Vec<Path>,
    number: Option<i64>,
}

#[derive(Debug)]
struct Path {
    element: Element,
    class: String,
    way: String,
}

impl Board {
    /// A board in a field; each block's drawing is so many units wide and high.
    pub fn new(field: Element, size: usize) -> Option<Board> {
        let document = field.owner_document()?;
        let drawing = document.create_element_ns(SVG, "svg").ok()?;
        set(&drawing, "viewBox", &format!("0 0 {size} {size}"));
        set(&drawing, "role", "none");
        let numbered = document.create_element("div").ok()?;
        let label = document.create_element("span").ok()?;
        label.set_class_name("from");
        set(&label, "aria-hidden", "true");
        numbered.append_child(&label).ok()?;
        numbered.append_child(&drawing.clone_node_with_deep(true).ok()?).ok()?;
        let models = [drawing, numbered];
        models.iter().for_each(|model| set(model, "class", "block"));
        Some(Board {
            field,
            document,
            models,
            blocks: Vec::new(),
            pointer: None,
        })
    }

    /// Has so many blocks from now on, with numbers above them or without.
    pub fn resize(&mut self, count: usize, numbered: bool) {
        let is_other = self
            .blocks
            .first()
            .is_some_and(|block| block.label.is_some() != numbered);
        let kept = if is_other { 0 } else { count };
        for block in self.blocks.drain(kept.min(self.blocks.len())..) {
            block.element.remove();
        }
        while self.blocks.len() < count {
            let Some(block) = self.block(numbered) else { return };
            self.blocks.push(block);
        }
    }

    fn block(&self, numbered: bool) -> Option<Block> {
        let model = &self.models[usize::from(numbered)];
        let element: Element = model.clone_node_with_deep(true).ok()?.unchecked_into();
        set(&element, "data-block", &self.blocks.len().to_string());
        self.field.append_child(&element).ok()?;
        Some(Block {
            label: element.first_element_child(),
            drawing: element.last_element_child().unwrap_or_else(|| element.clone()),
            paths: Vec::new(),
            number: None,
            element,
        })
    }

    /// Writes a number above a block that has one.
    pub fn number(&mut self, index: usize, number: i64) {
        let block = self.blocks.get_mut(index).filter(|block| block.number != Some(number));
        if let Some((label, known)) = block.and_then(|block| Some((block.label.as_ref()?, &mut block.number))) {
            label.set_text_content(Some(&number.to_string()));
            *known = Some(number);
        }
    }

    /// Draws paths in a block: their classes and ways.
    pub fn draw(&mut self, index: usize, paths: &[(String, String)]) {
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        while block.paths.len() < paths.len() {
            let Ok(element) = self.document.create_element_ns(SVG, "path") else {
                return;
            };
            // A drawing takes what is appended.
            let _ = block.drawing.append_child(&element);
            block.paths.push(Path {
                element,
                class: String::new(),
                way: String::new(),
            });
        }
        // What is not needed now may be at the next step: it stays, as nothing.
        let nothing = (String::new(), String::new());
        let paths = paths.iter().chain(std::iter::repeat(&nothing));
        for (path, (class, way)) in block.paths.iter_mut().zip(paths) {
            update(&path.element, "class", &mut path.class, class);
            update(&path.element, "d", &mut path.way, way);
        }
    }

    /// Puts the one square that has these attributes and says this to the pointer into a block.
    pub fn point(&mut self, index: usize, attributes: &[(&str, String)], said: &str) {
        let Some(block) = self.blocks.get(index) else { return };
        let pointer = self.pointer.take().or_else(|| {
            let element = self.document.create_element_ns(SVG, "rect").ok()?;
            let title = self.document.create_element_ns(SVG, "title").ok()?;
            element.append_child(&title).ok()?;
            let (values, said) = (vec![String::new(); attributes.len()], String::new());
            let place = usize::MAX;
            Some(Pointer {
                element,
                title,
                place,
                values,
                said,
            })
        });
        let Some(mut pointer) = pointer else { return };
        for ((name, value), was) in attributes.iter().zip(&mut pointer.values) {
            update(&pointer.element, name, was, value);
        }
        if pointer.said != said {
            pointer.title.set_text_content(Some(said));
            said.clone_into(&mut pointer.said);
        }
        // What is drawn later lies above; the square is to be found by a pointer.
        if pointer.place != index || !pointer.element.is_connected() || pointer.element.next_element_sibling().is_some()
        {
            // A drawing takes what is appended.
            let _ = block.drawing.append_child(&pointer.element);
            pointer.place = index;
        }
        self.pointer = Some(pointer);
    }
}

fn update(element: &Element, name: &str, was: &mut String, is: &str) {
    if was != is {
        set(element, name, is);
        is.clone_into(was);
    }
}

/// Names that are written in the code are never refused.
fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}
