//! A whole picture: the head, the stage, the step in words, the run as a strip, and the verdict.

use super::canvas::{Canvas, Layer, SCOPE, escape, tenths};
use super::measure::{Face, T1, fit, wrap};
use super::stage::Room;
use super::strip::Drawing;
use super::tiles::count;
use super::why::{Words, in_a_sentence};
use super::{Options, palette};
use crate::scene::making;
use crate::scene::stage::Stage;
use crate::scene::strip::Strip;
use crate::scene::verdict::{Outcome, Verdict};
use crate::scene::why::Why;
use rollscope_engine::time::Time;
use rollscope_engine::traffic::Traffic;
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

/// The margin on either side.
const SIDE: i64 = 24;
/// The height of the head.
const HEAD: i64 = 46;
/// The height of the foot.
const FOOT: i64 = 40;
/// From one line of the foot to the next.
const LINE: i64 = 18;
/// The width of the mark with the project's name.
const MARK: i64 = 100;

/// A moment, as the page would show it.
#[derive(Debug)]
pub struct Moment {
    /// Steps before it.
    pub position: usize,
    time: Time,
    stage: Stage,
    why: Why,
}

/// All that a picture of these moments needs.
pub struct Sheet<'a> {
    history: &'a Rc<History>,
    options: &'a Options,
    /// The moments, in their order.
    pub moments: Vec<Moment>,
    /// The run as a strip.
    pub strip: Strip,
    verdict: Verdict,
    room: Room,
    /// The height of what is said of a step.
    words: i64,
}

impl<'a> Sheet<'a> {
    /// Of these positions, which ascend.
    pub fn of(history: &'a Rc<History>, positions: &[usize], options: &'a Options) -> Sheet<'a> {
        let overview = making::overview(history);
        let mut cursor = Cursor::new(history.clone());
        let moments: Vec<Moment> = positions
            .iter()
            .map(|&position| moment(&mut cursor, position, &overview.traffic))
            .collect();
        let inner = options.width() - 2 * SIDE;
        let (stages, words): (Vec<Stage>, Vec<i64>) = moments
            .iter()
            .map(|moment| (moment.stage.clone(), Words::of(&moment.why, inner).height()))
            .unzip();
        Sheet {
            room: Room::of(&stages, SIDE, inner),
            words: words.into_iter().max().unwrap_or(0),
            verdict: overview.verdict,
            history,
            options,
            moments,
            strip: Strip::clone(&overview.strip),
        }
    }

    /// The first moment, standing still.
    pub fn still(&self) -> String {
        let mut canvas = Canvas::default();
        self.ground(&mut canvas);
        let Some(moment) = self.moments.first() else {
            return String::new();
        };
        self.moment(&mut canvas, moment);
        canvas.pieces.sort_by_key(|piece| piece.layer);
        let body: String = canvas.pieces.iter().map(|piece| piece.markup.as_str()).collect();
        let time = self.time(&mut canvas, moment.position, ["", ""]);
        self.wrap(&canvas, "", &(body + &time), moment)
    }

    fn inner(&self) -> i64 {
        self.options.width() - 2 * SIDE
    }

    fn stage_height(&self) -> i64 {
        self.room.height() + 48
    }

    /// Where words begin.
    fn words_top(&self) -> i64 {
        HEAD + self.stage_height() + 16
    }

    fn strip_top(&self) -> i64 {
        self.words_top() + self.words + 34
    }

    /// The strip, where it belongs.
    pub fn drawing(&self) -> Drawing<'_> {
        Drawing::of(&self.strip, SIDE, self.inner())
    }

    fn height(&self) -> i64 {
        self.strip_top() + self.drawing().height() + self.foot_height()
    }

    /// All that is the same at every moment.
    pub fn ground(&self, canvas: &mut Canvas) {
        let (wide, high) = (self.options.width(), self.height());
        let card = format!(
            "<rect class=\"pn sl\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"10\"/>",
            wide - 1,
            high - 1
        );
        canvas.put(Layer::Ground, card);
        let stage = self.stage_height();
        canvas.rect(Layer::Ground, "bg", [1, HEAD, wide - 2, stage], 0);
        for y in [HEAD, HEAD + stage, self.strip_top() - 18] {
            canvas.rect(Layer::Ground, "ln", [1, y, wide - 2, 1], 0);
        }
        let room = self.inner() - 220;
        let title = self.options.title.as_deref().unwrap_or("A rollout, step by step");
        canvas.text(SIDE, 29, "t2 b i", &fit(title, Face::Bold, 140, room));
        self.drawing().draw(canvas, self.strip_top());
        self.foot(canvas, high - 16);
    }

    fn foot(&self, canvas: &mut Canvas, y: i64) {
        let (class, sign) = match self.verdict.outcome {
            Outcome::Nothing => ("s", ""),
            Outcome::Completes => ("ok b", "✓"),
            Outcome::Waits | Outcome::CutOff => ("w b t0", "❙❙"),
            Outcome::Stalls => ("bad b", "!"),
        };
        let release = format!("Kubernetes {}", self.history.scenario.release);
        let lines = self.verdict_lines();
        let last = if self.is_narrow() { y - 24 } else { y };
        for (index, line) in lines.iter().enumerate() {
            let y = last - LINE * (count(lines.len()) - 1 - count(index));
            canvas.text(SIDE, y, class, if index == 0 { sign } else { "" });
            canvas.text(SIDE + 16, y, "s", line);
        }
        let right = SIDE + self.inner();
        canvas.text(right - MARK, y, "t0 f e", &release);
        canvas.text(right, y, "b s e", "Rollscope");
        let (x, y) = (right - MARK + 14, y - 10);
        let square = |class: &str, left: i64, top: i64| {
            format!(
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"5\" height=\"5\" rx=\"1.2\"/>",
                x + left,
                y + top
            )
        };
        let squares = square("c0", 0, 0) + &square("c1", 7, 0) + &square("c0", 0, 7);
        let last = format!(
            "<rect class=\"o1\" x=\"{}.5\" y=\"{}.5\" width=\"4\" height=\"4\" rx=\".8\" stroke-dasharray=\"1.5 1\"/>",
            x + 7,
            y + 7
        );
        canvas.put(Layer::Fill, squares + &last);
    }

    /// Whether the verdict has the width for itself.
    fn is_narrow(&self) -> bool {
        self.inner() < 600
    }

    fn verdict_lines(&self) -> Vec<String> {
        let beside = if self.is_narrow() { 16 } else { MARK + 136 };
        wrap(&self.verdict.text, Face::Plain, T1, self.inner() - beside, 2)
    }

    fn foot_height(&self) -> i64 {
        let below = if self.is_narrow() { 24 } else { 0 };
        FOOT + below + LINE * (count(self.verdict_lines().len()) - 1).max(0)
    }

    /// What belongs to a moment, but the cursor.
    pub fn moment(&self, canvas: &mut Canvas, moment: &Moment) {
        let right = SIDE + self.inner();
        let step = format!("step {} of {}", moment.position, self.history.len());
        canvas.text(right, 29, "m b t2 i e", &moment.time.to_string());
        canvas.text(right - 76, 29, "f e", &step);
        self.room.draw(canvas, &moment.stage, HEAD + 26);
        let words = Words::of(&moment.why, self.inner());
        words.draw(canvas, [SIDE, self.words_top()]);
    }

    /// The cursor in the strip at a position, and the veil over what is ahead. The classes are for those that move.
    pub fn time(&self, canvas: &mut Canvas, position: usize, classes: [&str; 2]) -> String {
        let drawing = self.drawing();
        let top = self.strip_top();
        let id = canvas.define("t", || {
            let [x, y, wide, high] = [drawing.origin(), top, drawing.length() + 1, drawing.height()];
            format!(
                "<clipPath id=\"{SCOPE}-t\"><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"/></clipPath>"
            )
        });
        let at = tenths(drawing.offset(self.strip.scale.place(position)));
        let group = |class: &str, what: String| {
            let class = if class.is_empty() {
                String::new()
            } else {
                format!(" class=\"{class}\"")
            };
            format!("<g{class} transform=\"translate({at})\">{what}</g>")
        };
        let veil = group(classes[0], drawing.veil(top));
        format!(
            "<g clip-path=\"url(#{id})\">{veil}</g>{}",
            group(classes[1], drawing.cursor(top))
        )
    }

    /// A whole file of what has been drawn; it is told as `moment` is.
    pub fn wrap(&self, canvas: &Canvas, more_style: &str, body: &str, moment: &Moment) -> String {
        let (wide, high) = (self.options.width(), self.height());
        let title = self.options.title.clone().unwrap_or_else(|| self.called());
        let scope = SCOPE.to_string();
        let style = palette::style(self.options.theme, &scope);
        let defs: String = canvas.defs.values().map(String::as_str).collect();
        let scheme = match self.options.theme {
            super::Theme::Auto => "light dark",
            super::Theme::Light => "light",
            super::Theme::Dark => "dark",
        };
        let file = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{scope}\" role=\"img\" aria-labelledby=\"{scope}-n\" aria-describedby=\"{scope}-d\" \
             width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" fill=\"none\" \
             font-family=\"system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif\" font-size=\"12.5\" \
             style=\"color-scheme:{scheme};font-variant-numeric:tabular-nums\">\n\
             <title id=\"{scope}-n\">{}</title>\n<desc id=\"{scope}-d\">{}</desc>\n\
             <style>{style}{more_style}</style>\n<defs>{defs}</defs>\n{body}\n</svg>\n",
            escape(&title),
            escape(&self.description(moment)),
        );
        let name = format!("r{:08x}", hash(&file));
        file.replace(SCOPE, &name)
    }

    /// The names of the workloads.
    fn called(&self) -> String {
        let sections = self.strip.sections.iter().take(3);
        let names: Vec<String> = sections
            .map(|section| section.key.to_string().replace('/', " "))
            .collect();
        match names.is_empty() {
            true => "A rollout".to_owned(),
            false => format!("Rollout of {}", names.join(", ")),
        }
    }

    fn description(&self, moment: &Moment) -> String {
        let counted = moment.stage.workloads.iter().take(3).map(|workload| {
            use crate::scene::stage::Body;
            let counted = match &workload.body {
                Body::Deployment(scene) => format!("{}; {}", scene.asked, scene.counted),
                Body::Slots(scene) => format!("{}; {}", scene.asked, scene.counted),
                Body::ReplicaSet(set) => format!("{} desired", set.size),
                Body::Pods(pods) => format!("{} Pods", pods.len()),
            };
            format!("{}: {counted}.", workload.key.to_string().replace('/', " "))
        });
        let mut sentences = vec![format!(
            "Step {} of {}, at {}.",
            moment.position,
            self.history.len(),
            moment.time
        )];
        sentences.extend(counted);
        sentences.push(in_a_sentence(&moment.why));
        if !self.verdict.text.is_empty() {
            sentences.push(format!("The run {}.", self.verdict.text));
        }
        sentences.join(" ")
    }
}

fn moment(cursor: &mut Cursor, position: usize, traffic: &[Traffic]) -> Moment {
    cursor.seek(position);
    let time = cursor.time();
    Moment {
        position,
        time,
        stage: Stage::of(cursor).with_traffic(traffic, time),
        why: Why::of(cursor),
    }
}

/// FNV-1a: a name that is the same for the same picture.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
