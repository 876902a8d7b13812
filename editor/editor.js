// The manifest editor: CodeMirror behind the few functions that the page needs. It's a bundle of its own, loaded
// once the page is usable, and knows nothing about the page but the names of its colours.
//
// Keyboard: Tab indents. Escape, then Tab, leaves the editor; Ctrl/Cmd+Enter runs.

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { fieldHelp } from "./fields.js";
import { toCodeMirror, toOffset } from "./positions.js";
import { colours, highlighting } from "./theme.js";

// axe-core does not know that what can be edited can have the focus; tabindex tells it.
const LABEL = { "aria-label": "Manifests", "aria-description": "Escape, then Tab, leaves the editor", tabindex: "0" };

const fromPage = Annotation.define();
const isFromPage = (transaction) => transaction.annotation(fromPage) === true;

/**
 * Puts an editor into `parent`, which may be in a shadow root.
 *
 * @param {{
 *   parent: HTMLElement,
 *   doc: string,
 *   dark: boolean,
 *   onChange: (text: string) => void,
 *   onRun: () => void,
 * }} options `onChange` tells what the user changed, not what `setText` did; `onRun` is Ctrl/Cmd+Enter
 */
export function createEditor({ parent, doc, dark, onChange, onRun }) {
  const brightness = new Compartment();
  const extensions = [...behaviour(onChange, onRun), ...looks(), brightness.of(EditorView.darkTheme.of(dark))];
  const view = new EditorView({ parent, root: parent.getRootNode(), doc, extensions });

  return {
    /** Another text; undo brings back what it replaced, so that nothing typed is lost. */
    setText(text) {
      if (text === view.state.doc.toString()) return;
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, annotations: [fromPage.of(true), isolateHistory.of("full")], selection: { anchor: 0 }, scrollIntoView: true });
    },
    getText: () => view.state.doc.toString(),
    /** Lines and columns from 1; `severity` is "error", "warning", "info" or "hint". */
    setDiagnostics(list) {
      view.dispatch(setDiagnostics(view.state, list.map((diagnostic) => toCodeMirror(view.state.doc, diagnostic))));
    },
    /** Moves the cursor there, into view, and takes the focus. */
    jumpTo(line, column) {
      view.dispatch({ selection: { anchor: toOffset(view.state.doc, line, column) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    setDark: (value) => view.dispatch({ effects: brightness.reconfigure(EditorView.darkTheme.of(value)) }),
    destroy: () => view.destroy(),
  };
}

function behaviour(onChange, onRun) {
  const run = { key: "Mod-Enter", run: () => (onRun(), true) };
  return [
    Prec.highest(keymap.of([run])),
    keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some(isFromPage)) onChange(update.state.doc.toString());
    }),
    EditorView.contentAttributes.of(LABEL),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    history(),
    indentOnInput(),
    EditorView.lineWrapping,
    search({ top: true }),
    yaml(),
    fieldHelp(),
  ];
}

function looks() {
  return [
    lineNumbers(),
    lintGutter(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    syntaxHighlighting(highlighting),
    colours,
  ];
}
