//! YAML text to spanned trees: what the parser's events mean to the server's YAML library.
//!
//! YAML 1.1 scalars, anchors, merge keys and JSON are read; hostile input (alias bombs, endless nesting) ends in a
//! diagnostic at once.

use super::diagnostic::{Diagnostic, Position, Severity, Span};
use super::scalar;
use super::seen::Seen;
use super::tree::{Data, Entry, Node};
use super::validate::MOST;
use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

/// Deepest nesting; the walks over a tree recurse.
const DEPTH: usize = 100;
/// Most nodes that anchors may hold and aliases may add.
const ALIASED: usize = 100_000;

const TOO_DEEP: &str = "exceeded max depth";
const TAB: &str = "found character that cannot start any token (a tab; indent with blanks)";

/// Reads the YAML documents in `text`, which stands at `base` in the whole. Stops at the first syntax error.
pub fn parse(text: &str, base: Position, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let options =
        granit_parser::options! { emit_comments: false, flow_nesting_limit: DEPTH, block_nesting_limit: DEPTH };
    let mut builder = Builder {
        text,
        base,
        diagnostics,
        stack: Vec::new(),
        anchors: Vec::new(),
        aliased: 0,
        documents: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let outcome = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => Err(builder.syntax_error(&error)),
        };
        if let Err(Stop { span, text }) = outcome {
            let message = format!("error converting YAML to JSON: yaml: line {}: {text}", span.start.line);
            builder.report(span, message);
            break;
        }
    }
    builder.documents
}

struct Builder<'a> {
    text: &'a str,
    base: Position,
    diagnostics: &'a mut Vec<Diagnostic>,
    stack: Vec<Frame>,
    /// By id, which the parser counts upwards.
    anchors: Vec<(usize, Anchor)>,
    aliased: usize,
    documents: Vec<Node>,
}

struct Anchor {
    node: Node,
    size: usize,
    height: usize,
}

/// A collection that is being read.
struct Frame {
    start: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        is_block: bool,
        entries: Vec<Entry>,
        key: Option<Key>,
        merged: Vec<Node>,
    },
}

struct Key {
    text: String,
    span: Span,
    merge: bool,
}

/// Why reading stops here.
struct Stop {
    span: Span,
    text: String,
}

type Outcome = Result<(), Stop>;

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: granit_parser::Span) -> Outcome {
        let span = self.span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(_, anchor, _) => self.push(span, anchor, Content::List(Vec::new())),
            Event::MappingStart(style, anchor, _) => {
                let is_block = style == StructureStyle::Block;
                let content = Content::Map {
                    is_block,
                    entries: Vec::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.push(span, anchor, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.pop(span),
            Event::Alias(id) => self.alias(id, span),
            Event::DocumentStart(..) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) -> Outcome {
        let plain = matches!(style, ScalarStyle::Plain);
        let is_text = match tag {
            None => !plain,
            Some(tag) => !plain || matches!(tag.core_suffix(), None | Some("str")),
        };
        let data = if is_text {
            Data::String(text.to_owned())
        } else {
            scalar::resolve(text)
        };
        let merge = plain && text == "<<";
        self.add(Node { span, data }, anchor, merge)
    }

    fn push(&mut self, start: Span, anchor: usize, content: Content) -> Outcome {
        if self.stack.len() >= DEPTH {
            return Err(stop(start, TOO_DEEP));
        }
        self.stack.push(Frame { start, anchor, content });
        Ok(())
    }

    fn pop(&mut self, end: Span) -> Outcome {
        let Some(Frame { start, anchor, content }) = self.stack.pop() else {
            return Ok(());
        };
        let (data, last) = match content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Data::List(items), last)
            }
            Content::Map { entries, merged, .. } => {
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end));
                (Data::Map(self.finish_map(entries, &merged)), last)
            }
        };
        // A flow collection ends with its bracket; a block one where its last member ends.
        let end = if end.end > end.start {
            end.end
        } else {
            last.unwrap_or(start.end).max(start.end)
        };
        self.add(
            Node {
                span: Span {
                    start: start.start,
                    end,
                },
                data,
            },
            anchor,
            false,
        )
    }

    fn alias(&mut self, id: usize, span: Span) -> Outcome {
        let Some(Anchor { node, size, height }) = self.anchor(id) else {
            return Err(stop(span, "anchor value contains itself"));
        };
        let (size, height) = (*size, *height);
        let aliased = self.aliased + size;
        if aliased > ALIASED {
            return Err(stop(span, "document contains excessive aliasing"));
        }
        if self.stack.len() + height > DEPTH {
            return Err(stop(span, TOO_DEEP));
        }
        let node = Node {
            span,
            data: node.data.clone(),
        };
        self.aliased = aliased;
        self.add(node, 0, false)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node, anchor: usize, merge: bool) -> Outcome {
        if anchor != 0 {
            let (size, height) = measure(&node);
            self.aliased += size;
            if self.aliased > ALIASED {
                return Err(stop(node.span, "document contains excessive aliasing"));
            }
            self.anchors.push((
                anchor,
                Anchor {
                    node: node.clone(),
                    size,
                    height,
                },
            ));
        }
        let Some(frame) = self.stack.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match &mut frame.content {
            Content::List(items) => items.push(node),
            Content::Map {
                is_block,
                entries,
                key,
                merged,
            } => match key.take() {
                None => {
                    if *is_block && is_indented_by_tab(self.text, (node.span.start.offset - self.base.offset) as usize)
                    {
                        return Err(stop(node.span, TAB));
                    }
                    let text = key_text(&node)?;
                    *key = Some(Key {
                        text,
                        span: node.span,
                        merge,
                    });
                }
                Some(Key { merge: true, .. }) => merge_sources(node, merged)?,
                Some(Key { text, span, .. }) => entries.push(Entry {
                    key: text,
                    key_span: span,
                    value: node,
                }),
            },
        }
        Ok(())
    }

    /// Reports keys that are set twice (the last one stays) and adds what merge keys bring.
    fn finish_map(&mut self, mut entries: Vec<Entry>, merged: &[Node]) -> Vec<Entry> {
        let mut last = Seen::default();
        let mut stays = vec![true; entries.len()];
        let mut again = Vec::new();
        for (index, Entry { key, key_span, value }) in entries.iter().enumerate() {
            if let Some(before) = last.replace(key, index) {
                stays[before] = false;
                again.push((*key_span, already_set(key, first_line(value, *key_span))));
            }
        }
        for (span, message) in again {
            self.report(span, message);
        }
        let mut stays = stays.into_iter();
        entries.retain(|_| stays.next().unwrap_or(true));
        if !merged.is_empty() {
            for entry in merged.iter().flat_map(Node::entries) {
                if last.is_new(&entry.key, 0) {
                    entries.push(entry.clone());
                }
            }
        }
        entries
    }

    fn anchor(&self, id: usize) -> Option<&Anchor> {
        let index = self.anchors.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.anchors[index].1)
    }

    fn syntax_error(&self, cause: &ScanError) -> Stop {
        let position = self.position(cause.marker());
        let mut end = position;
        let rest = self.text.get((position.offset - self.base.offset) as usize..);
        if let Some(char) = rest.and_then(|rest| rest.chars().next()) {
            end.column += 1;
            end.offset += char.len_utf8() as u32;
        }
        Stop {
            span: Span { start: position, end },
            text: plain_words(cause),
        }
    }

    fn report(&mut self, span: Span, message: String) {
        if self.diagnostics.len() >= MOST {
            return;
        }
        let found = Diagnostic::new(Severity::Error, span, String::new(), message);
        self.diagnostics.push(found);
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        Span {
            start: self.position(&span.start),
            end: self.position(&span.end),
        }
    }

    fn position(&self, marker: &Marker) -> Position {
        let column = marker.col() as u32 + if marker.line() <= 1 { self.base.column } else { 1 };
        Position {
            line: self.base.line + (marker.line() as u32).saturating_sub(1),
            column,
            offset: self.base.offset + marker.byte_offset().unwrap_or_default() as u32,
        }
    }
}

/// The text of a key, as the server turns keys into JSON names.
fn key_text(node: &Node) -> Result<String, Stop> {
    match &node.data {
        Data::String(text) => Ok(text.clone()),
        Data::Bool(value) => Ok(value.to_string()),
        Data::Int(number) => Ok(number.to_string()),
        Data::Float(number) => Ok(scalar::json_number(*number)),
        Data::Null | Data::List(_) | Data::Map(_) => Err(stop(node.span, "unsupported map key")),
    }
}

/// `<<: *one` and `<<: [*one, *two]`; earlier ones win.
fn merge_sources(node: Node, merged: &mut Vec<Node>) -> Outcome {
    match node.data {
        Data::Map(_) => merged.push(node),
        Data::List(items) if items.iter().all(|item| matches!(item.data, Data::Map(_))) => {
            merged.extend(items);
        }
        _ => {
            return Err(stop(
                node.span,
                "map merge requires map or sequence of maps as the value",
            ));
        }
    }
    Ok(())
}

fn measure(node: &Node) -> (usize, usize) {
    let children = |(size, height): (usize, usize), child: &Node| {
        let (more, deeper) = measure(child);
        (size + more, height.max(deeper + 1))
    };
    let own = (1, 0);
    match &node.data {
        Data::List(items) => items.iter().fold((1, 1), children),
        Data::Map(entries) => entries.iter().map(|entry| &entry.value).fold((1, 1), children),
        _ => own,
    }
}

fn stop(span: Span, text: &str) -> Stop {
    Stop {
        span,
        text: text.to_owned(),
    }
}

/// Whether a tab stands in front of the first thing in its line. The parser lets it pass where it means nothing; the
/// server's does not.
fn is_indented_by_tab(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.contains('\t') && line.trim().is_empty()
}

/// The line that the server names for a key: where its value starts.
fn first_line(value: &Node, key: Span) -> u32 {
    if value.data == Data::Null {
        key.start.line
    } else {
        value.span.start.line
    }
}

fn already_set(key: &str, line: u32) -> String {
    format!("strict decoding error: yaml: unmarshal errors: line {line}: key {key:?} already set in map")
}

/// The parser's words for a mistake, in the server's YAML library's where those are well known.
fn plain_words(cause: &ScanError) -> String {
    let text = cause.kind().to_string();
    if text.contains("tab") {
        return TAB.to_owned();
    }
    if text.contains("recursion limit") {
        return TOO_DEEP.to_owned();
    }
    match text.rsplit_once("while ") {
        Some((_, rest)) => rest.split_once(", ").map_or(rest, |(_, what)| what).to_owned(),
        None => text,
    }
}
