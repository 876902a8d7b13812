//! The bridge to the editor, CodeMirror: loaded late, and the page goes on with its textarea if it does not come.

use rollscope_engine::manifest::{Diagnostic, Position, Severity};
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Callback;

/// An editor in the page; it vanishes with this.
pub struct Editor {
    handle: Handle,
    /// The editor calls these two as long as it lives.
    _on_change: Closure<dyn FnMut(String)>,
    _on_run: Closure<dyn FnMut()>,
}

impl Editor {
    /// Loads the editor into `place`. `None` if it can't be had.
    pub async fn load(
        place: Element,
        text: String,
        dark: bool,
        on_change: Callback<String>,
        on_run: Callback<()>,
    ) -> Option<Editor> {
        let changed = Closure::new(move |text| on_change.emit(text));
        let run = Closure::new(move || on_run.emit(()));
        let handle = mount(&place, &text, dark, &changed, &run).await.ok()?;
        Some(Editor {
            handle: handle.unchecked_into(),
            _on_change: changed,
            _on_run: run,
        })
    }

    /// Shows another text.
    pub fn set_text(&self, text: &str) {
        self.handle.set_text(text);
    }

    /// Marks what is wrong, in the gutter and under the text.
    pub fn mark(&self, diagnostics: &[Diagnostic]) {
        let mut words = Vec::with_capacity(2 * diagnostics.len());
        let mut places = Vec::with_capacity(4 * diagnostics.len());
        for Diagnostic {
            severity,
            span,
            message,
            ..
        } in diagnostics
        {
            words.extend([severity_name(*severity).to_owned(), message.clone()]);
            for Position { line, column, .. } in [span.start, span.end] {
                places.extend([line, column]);
            }
        }
        mark(&self.handle, words, &places);
    }

    /// Shows a place and takes the focus.
    pub fn jump(&self, place: Position) {
        self.handle.jump_to(place.line, place.column);
    }

    /// Light or dark.
    pub fn set_dark(&self, dark: bool) {
        self.handle.set_dark(dark);
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

/// CodeMirror's words.
fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}

#[wasm_bindgen(module = "/src/browser/editor.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn mount(
        parent: &Element,
        doc: &str,
        dark: bool,
        on_change: &Closure<dyn FnMut(String)>,
        on_run: &Closure<dyn FnMut()>,
    ) -> Result<JsValue, JsValue>;

    fn mark(editor: &Handle, words: Vec<String>, places: &[u32]);

    /// What `createEditor` of editor/editor.js gives.
    type Handle;
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = jumpTo)]
    fn jump_to(this: &Handle, line: u32, column: u32);
    #[wasm_bindgen(method, js_name = setDark)]
    fn set_dark(this: &Handle, dark: bool);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}
