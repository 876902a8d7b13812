//! The step in words: what was seen, by which rule something was done, and why others wait.

use super::canvas::{Canvas, Layer};
use super::measure::{Face, T0, T1, T3, fit, width, wrap};
use super::tiles::count;
use crate::scene::why::{RuleLine, Told, Wait, Why};

/// The column of what a line is about.
const LABELS: i64 = 62;
/// Who wait, at most.
const WAITS: usize = 2;

/// A line: how far below the one before it is, and what it says.
enum Line {
    Plain(i64, &'static str, String),
    /// With a word in its own column before it.
    Labelled(i64, &'static str, &'static str, String),
    /// A rule's id before the sentence.
    Rule(i64, &'static str, &'static str, String),
    /// Numbers, and whether they go on from the line before.
    Formula(String, bool),
    Hairline,
}

/// What is said, broken into lines.
pub struct Words {
    lines: Vec<Line>,
    width: i64,
}

impl Words {
    /// Of a step, in this width.
    pub fn of(why: &Why, width: i64) -> Words {
        let mut words = Words {
            lines: Vec::new(),
            width,
        };
        match &why.step {
            Some(told) => words.told(told),
            None => words
                .lines
                .push(Line::Plain(16, "s", "Before the first step".to_owned())),
        }
        let waits = why.waits.iter().filter(|wait| !wait.is_past);
        for (index, wait) in waits.take(WAITS).enumerate() {
            if index == 0 {
                words.lines.push(Line::Hairline);
            }
            words.wait(wait, index > 0);
        }
        words
    }

    fn room(&self) -> i64 {
        self.width - LABELS
    }

    fn told(&mut self, told: &Told) {
        self.lines.push(Line::Plain(12, "m t0 f", told.actor.to_owned()));
        for (index, line) in wrap(&told.title, Face::Bold, T3, self.width, 2).into_iter().enumerate() {
            self.lines
                .push(Line::Plain(if index == 0 { 22 } else { 21 }, "t3 b i", line));
        }
        self.labelled(8, "Saw", "i", &told.saw, 2);
        if let Some(rule) = &told.rule {
            self.rule(8, "Rule", rule, rule.sentence);
        }
        if let Some((text, refused)) = &told.answer {
            let first = text.trim().lines().next().unwrap_or_default();
            self.labelled(8, "Answer", if *refused { "m t0 bad" } else { "m t0 s" }, first, 2);
        }
    }

    fn labelled(&mut self, gap: i64, label: &'static str, class: &'static str, text: &str, most: usize) {
        let (face, size) = if class.starts_with('m') {
            (Face::Mono, T0)
        } else {
            (Face::Plain, T1)
        };
        for (index, line) in wrap(text, face, size, self.room(), most).into_iter().enumerate() {
            let (gap, label) = if index == 0 { (gap, label) } else { (0, "") };
            self.lines.push(Line::Labelled(17 + gap, label, class, line));
        }
    }

    /// The rule's id, a sentence, the numbers.
    fn rule(&mut self, gap: i64, label: &'static str, rule: &RuleLine, sentence: &str) {
        // The first line is shorter by the id.
        let room = self.room() - badge(rule.id) - 8;
        let mut lines = wrap(sentence, Face::Plain, T1, room, 99).into_iter();
        self.lines
            .push(Line::Rule(17 + gap, label, rule.id, lines.next().unwrap_or_default()));
        let rest = lines.collect::<Vec<_>>().join(" ");
        self.labelled(0, "", "i", &rest, 2);
        if let Some(formula) = &rule.formula {
            let lines = wrap(formula, Face::Mono, T1, self.room() - 20, 2);
            let lines = lines.into_iter().enumerate();
            self.lines
                .extend(lines.map(|(index, line)| Line::Formula(line, index > 0)));
        }
    }

    fn wait(&mut self, wait: &Wait, follows: bool) {
        let who = wait.who.split_once(' ').unwrap_or_default();
        let name = fit(&format!("{} {} waits", who.0, who.1), Face::Bold, T1, self.width / 2);
        let until = fit(
            &wait.until,
            Face::Plain,
            T1,
            self.width - width(&name, Face::Bold, T1) - 24,
        );
        self.lines.push(Line::Plain(if follows { 32 } else { 20 }, "b i", name));
        self.lines.push(Line::Plain(0, "f e", until));
        if let Some((rule, saw)) = wait.because.first() {
            self.rule(3, "Why", rule, saw);
        }
        if let Some(command) = &wait.command {
            self.labelled(7, "Helps", "m t0 i", command, 2);
        }
    }

    /// How high all of it is.
    pub fn height(&self) -> i64 {
        self.lines.iter().map(Line::height).sum::<i64>() + 4
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas, [x, y]: [i64; 2]) {
        let mut bottom = y;
        for line in &self.lines {
            bottom += line.height();
            match line {
                Line::Plain(_, class, text) => {
                    let x = if class.ends_with('e') { x + self.width } else { x };
                    canvas.text(x, bottom, class, text);
                }
                Line::Labelled(_, label, class, text) => {
                    canvas.text(x, bottom, "f", label);
                    canvas.text(x + LABELS, bottom, class, text);
                }
                Line::Rule(_, label, id, text) => {
                    canvas.text(x, bottom, "f", label);
                    let long = badge(id);
                    let left = x + LABELS;
                    canvas.put(
                        Layer::Fill,
                        format!(
                            "<rect class=\"sl\" x=\"{left}.5\" y=\"{}.5\" width=\"{long}\" height=\"16\" rx=\"5\"/>",
                            bottom - 13
                        ),
                    );
                    canvas.text(left + long / 2, bottom, "m t0 b c s", id);
                    canvas.text(left + long + 8, bottom, "i", text);
                }
                Line::Formula(text, goes_on) => {
                    let (top, high) = if *goes_on { (bottom - 26, 34) } else { (bottom - 19, 27) };
                    canvas.rect(Layer::Ground, "bg", [x + LABELS, top, self.room(), high], 7);
                    canvas.text(x + LABELS + 10, bottom - 1, "m i", text);
                }
                Line::Hairline => canvas.rect(Layer::Ground, "ln", [x, bottom - 6, self.width, 1], 0),
            }
        }
    }
}

/// The width of a rule's id with its frame.
fn badge(id: &str) -> i64 {
    count(id.len()) * 7 + 12
}

impl Line {
    fn height(&self) -> i64 {
        match self {
            Line::Plain(height, ..) | Line::Labelled(height, ..) | Line::Rule(height, ..) => *height,
            Line::Formula(_, false) => 26,
            Line::Formula(_, true) => 18,
            Line::Hairline => 20,
        }
    }
}

/// What has to be told of a moment to somebody who does not see it.
pub fn in_a_sentence(why: &Why) -> String {
    let mut sentences = Vec::new();
    if let Some(told) = &why.step {
        sentences.push(format!("{}: {}.", told.actor, told.title));
        sentences.push(told.saw.clone());
        if let Some(rule) = &told.rule {
            sentences.push(format!("{}: {}", rule.id, rule.sentence));
            sentences.extend(rule.formula.clone());
        }
    }
    for wait in why.waits.iter().filter(|wait| !wait.is_past).take(WAITS) {
        let because = wait.because.first().map(|(_, saw)| saw.as_str()).unwrap_or_default();
        sentences.push(format!("{} waits: {because}", wait.who));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}
