//! What the Share dialog gives for other sites, kept in `tests/sites/snippets/`. The browser test `sites.spec.js` pastes these
//! very texts into a book and into pages, and drives what becomes of them. `BLESS=1` writes them anew.

use rollscope::scene::share::{Form, Subject};
use rollscope_engine::moment::Moment;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "tests/sites/snippets";
const TEXT: &str = include_str!("an-update.yaml");

/// The files of a form, in the order of its parts.
fn names(form: Form) -> &'static [&'static str] {
    match form {
        Form::Link => &["link"],
        Form::Frame => &["frame"],
        Form::Element => &["element"],
        Form::Image => &["image"],
        Form::MdBook => &["mdbook"],
        Form::Docusaurus => &["docusaurus"],
        Form::Hugo => &["hugo-shortcode", "hugo-page"],
    }
}

#[test]
fn what_is_pasted_is_what_the_sites_are_made_with() {
    let moment = Moment {
        text: TEXT.to_owned(),
        step: Some(6),
        ..Moment::default()
    };
    let subject = Subject::new("https://rollscope.example/", "An update", moment);
    for form in Form::ALL {
        let parts = subject.parts(form);
        assert_eq!(parts.len(), names(form).len(), "{form:?}");
        for (part, name) in parts.iter().zip(names(form)) {
            let file = Path::new(FOLDER).join(name);
            if env::var_os("BLESS").is_some() {
                fs::create_dir_all(FOLDER).expect(FOLDER);
                fs::write(&file, &part.text).expect(name);
            }
            let kept = fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(kept, part.text, "{name}: BLESS=1 cargo test --test sites");
        }
    }
}
