//! What somebody pastes elsewhere to show a moment there: a link, or a few lines for a page or the tool that makes one. Nothing
//! here needs a browser, so that tests can build real sites with it.

use rollscope_engine::moment::Moment;

/// A longer link is cut by some programs: a file is offered instead.
pub const LONGEST_LINK: usize = 8_000;

/// How high a widget is in a frame of fixed size.
const HEIGHT: u32 = 560;

/// Where a moment can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Opened in Rollscope itself.
    #[default]
    Link,
    /// Any page that allows frames.
    Frame,
    /// A page of one's own.
    Element,
    /// Where only pictures are shown.
    Image,
    /// A book.
    MdBook,
    /// A site made of MDX.
    Docusaurus,
    /// A site made by Hugo.
    Hugo,
}

impl Form {
    /// In the order in which they are offered.
    pub const ALL: [Form; 7] = [
        Form::Link,
        Form::Frame,
        Form::Element,
        Form::Image,
        Form::MdBook,
        Form::Docusaurus,
        Form::Hugo,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Form::Link => "Link",
            Form::Frame => "iframe",
            Form::Element => "Element",
            Form::Image => "Markdown image",
            Form::MdBook => "mdBook",
            Form::Docusaurus => "Docusaurus, MDX",
            Form::Hugo => "Hugo",
        }
    }
}

/// A moment that is to be shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The address of Rollscope's folder, with a slash at its end.
    pub base: String,
    /// What the run is called.
    pub title: String,
    /// The moment.
    pub moment: Moment,
    /// The same in letters: `#1.…`.
    pub hash: String,
}

/// Something to be pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it belongs.
    pub place: String,
    /// What it says.
    pub text: String,
}

impl Subject {
    /// A moment of a run of this title.
    pub fn new(base: &str, title: &str, moment: Moment) -> Subject {
        Subject {
            base: base.to_owned(),
            title: title.to_owned(),
            hash: moment.to_hash(),
            moment,
        }
    }

    /// The address that opens it in Rollscope.
    pub fn link(&self) -> String {
        format!("{}{}", self.base, self.hash)
    }

    /// Whether the link is so long that a file is better.
    pub fn is_long(&self) -> bool {
        self.link().len() > LONGEST_LINK
    }

    /// The name of files about it, without what follows the dot: the title in small letters, digits and dashes.
    pub fn file_stem(&self) -> String {
        let title = self.title.to_lowercase();
        let words = title.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).take(8).collect();
        if words.is_empty() {
            "rollout".to_owned()
        } else {
            words.join("-")
        }
    }

    /// The name of its file.
    pub fn file_name(&self) -> String {
        format!("{}.rollscope.json", self.file_stem())
    }

    /// What a widget has as `src`: all of it or, if that is too long, its file.
    fn source(&self) -> String {
        if self.is_long() {
            self.file_name()
        } else {
            self.hash.clone()
        }
    }

    /// What is to be known beside what is pasted.
    pub fn note(&self, form: Form) -> Option<String> {
        let file = self.file_name();
        match form {
            Form::Image => Some(format!("Save the picture as {}.svg beside the text.", self.file_stem())),
            Form::Frame if self.is_long() => Some(format!(
                "Save the file {file}, put it where other sites may load it (CORS), and set its address."
            )),
            Form::Link if self.is_long() => Some(format!(
                "This link has {} characters; many programs cut such links. Save the file {file} instead: it opens when \
                 dropped on Rollscope.",
                thousands(self.link().len())
            )),
            Form::Link => None,
            _ if self.is_long() => Some(format!("Save the file {file} beside the page.")),
            _ => None,
        }
    }

    /// What is to be pasted, and where.
    pub fn parts(&self, form: Form) -> Vec<Part> {
        match form {
            Form::Link => vec![part("the address", self.link())],
            Form::Frame => vec![part("in the page", self.frame())],
            Form::Element => vec![part("in the page", format!("{}\n{}", self.script(), self.element()))],
            Form::Image => vec![part("in the text", self.image())],
            // Blank lines around it, so that Markdown takes it as HTML.
            Form::MdBook => vec![part(
                "in the chapter",
                format!("{}\n\n{}\n", self.script(), self.element()),
            )],
            Form::Docusaurus => vec![part("in the page, an .mdx file", self.docusaurus())],
            Form::Hugo => vec![
                part("layouts/shortcodes/rollout.html", self.shortcode()),
                part(
                    "in the page",
                    format!("{{{{< rollout src=\"{}\" >}}}}\n", self.source()),
                ),
            ],
        }
    }

    fn frame(&self) -> String {
        let (base, title) = (escape(&self.base), escape(&self.title));
        let moment = if self.is_long() {
            format!("?src=https://example.com/{}", self.file_name())
        } else {
            self.hash.clone()
        };
        format!(
            "<iframe src=\"{base}embed.html{moment}\" title=\"{title}\" width=\"100%\" height=\"{HEIGHT}\" loading=\"lazy\" \
             style=\"border: 0\"></iframe>\n"
        )
    }

    fn script(&self) -> String {
        format!(
            "<script type=\"module\" src=\"{}rollout-view.js\"></script>",
            escape(&self.base)
        )
    }

    fn element(&self) -> String {
        format!("<rollout-view src=\"{}\"></rollout-view>\n", self.source())
    }

    fn image(&self) -> String {
        let mut alt = String::new();
        for letter in self.title.chars().filter(|letter| !letter.is_control()) {
            if matches!(letter, '[' | ']' | '\\' | '<' | '&' | '`' | '*' | '_') {
                alt.push('\\');
            }
            alt.push(letter);
        }
        let link = if self.is_long() { self.base.clone() } else { self.link() };
        format!("[![{alt}]({}.svg)]({link})\n", self.file_stem())
    }

    fn docusaurus(&self) -> String {
        format!(
            "import Head from '@docusaurus/Head';\n\n<Head>\n  {}\n</Head>\n\n{}",
            self.script(),
            self.element()
        )
    }

    fn shortcode(&self) -> String {
        format!(
            "{}\n<rollout-view src=\"{{{{ .Get \"src\" }}}}\"></rollout-view>\n",
            self.script()
        )
    }
}

/// Text inside of a quoted attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn part(place: &str, text: String) -> Part {
    Part {
        place: place.to_owned(),
        text,
    }
}

/// `12,345`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(title: &str, text: &str) -> Subject {
        Subject::new("https://example.org/rollscope/", title, Moment::of_text(text))
    }

    /// Text that can't be made shorter: the digits of a sequence without pattern.
    fn noise(length: usize) -> String {
        let mut number = 1_u64;
        let digits = std::iter::repeat_with(|| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from(number >> 58).unwrap_or(0))
        });
        digits.take(length).collect()
    }

    fn text(subject: &Subject, form: Form) -> String {
        let parts = subject.parts(form);
        parts
            .iter()
            .map(|part| format!("{}: {}", part.place, part.text))
            .collect()
    }

    #[test]
    fn every_form_carries_the_moment() {
        let subject = subject("A \"canary\" <by> [partition]", "# nothing\n");
        for form in Form::ALL {
            let text = text(&subject, form);
            let from = text.find("#1.").unwrap_or_else(|| panic!("{form:?}: {text}"));
            let hash = text[from..].split(['"', ')', '\n']).next().expect("some letters");
            assert_eq!(Moment::from_hash(hash).as_ref(), Ok(&subject.moment), "{form:?}");
        }
        assert_eq!(subject.link(), text(&subject, Form::Link)["the address: ".len()..]);
        assert_eq!(subject.file_name(), "a-canary-by-partition.rollscope.json");
    }

    #[test]
    fn what_somebody_named_stays_text() {
        let subject = subject("A \"canary\" <by> [partition]", "");
        let frame = text(&subject, Form::Frame);
        assert!(
            frame.contains("title=\"A &quot;canary&quot; &lt;by&gt; [partition]\""),
            "{frame}"
        );
        let image = text(&subject, Form::Image);
        let alt =
            "[![A \"canary\" \\<by> \\[partition\\]](a-canary-by-partition.svg)](https://example.org/rollscope/#1.";
        assert!(image.contains(alt), "{image}");
    }

    #[test]
    fn what_is_too_long_for_a_link_is_a_file() {
        let short = subject("", "a: b\n");
        assert!(!short.is_long());
        assert_eq!(short.file_name(), "rollout.rollscope.json");
        let long = subject("Long", &noise(12_000));
        assert!(long.is_long());
        for form in Form::ALL.into_iter().filter(|form| *form != Form::Link) {
            let text = text(&long, form);
            assert!(text.len() < 1_000 && !text.contains("#1."), "{form:?}: {text}");
        }
        assert!(text(&long, Form::Element).contains("src=\"long.rollscope.json\""));
        let note = long.note(Form::Link).expect("a note");
        assert!(note.contains("characters"), "{note}");
        assert_eq!(
            [thousands(7), thousands(8_000), thousands(1_234_567)],
            ["7", "8,000", "1,234,567"]
        );
    }
}
