// Colours are the page's custom properties, so that light and dark need nothing from the editor.

import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The second colour alone is too pale for text on a light page. */
const STRING = "color-mix(in srgb, var(--r2) 70%, var(--ink))";

export const highlighting = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: "var(--r1-ink)" },
  { tag: [tags.string, tags.special(tags.string)], color: STRING },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.meta, tags.documentMeta, tags.labelName, tags.typeName], color: "var(--soft)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const tint = (colour, percent) => `color-mix(in srgb, var(${colour}) ${percent}%, transparent)`;

export const colours = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "2px solid var(--r1)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono, ui-monospace, monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--panel)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: tint("--faint", 12) },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: tint("--r1", 28),
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: tint("--wait", 25) },
  ".cm-searchMatch-selected": { backgroundColor: tint("--wait", 50) },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: tint("--r1", 25) },
  ".cm-panels, .cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--line)",
  },
  ".cm-tooltip": { borderRadius: "6px", boxShadow: "0 4px 16px rgb(0 0 0 / 0.18)", maxWidth: "min(46ch, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mono, ui-monospace, monospace)",
    fontSize: "12.5px",
    maxHeight: "14em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--ink)", background: tint("--r1", 22) },
  ".cm-tooltip-autocomplete-disabled > ul > li[aria-selected]": { background: tint("--faint", 22) },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal", marginLeft: "1.5em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: "0", width: "max-content" },
  ".cm-field": { padding: "6px 10px", fontSize: "12.5px", lineHeight: "1.45" },
  ".cm-field-head": { fontFamily: "var(--mono, ui-monospace, monospace)", color: "var(--soft)" },
  ".cm-field-head b": { color: "var(--ink)" },
  ".cm-field-required": { marginLeft: "1em", color: "var(--bad)" },
  ".cm-field-values": { fontFamily: "var(--mono, ui-monospace, monospace)", color: "var(--soft)" },
  ".cm-diagnostic": { fontSize: "12.5px", overflowWrap: "anywhere" },
  ".cm-textfield, .cm-button": {
    color: "var(--ink)",
    background: "var(--panel)",
    border: "1px solid var(--line)",
    borderRadius: "5px",
  },
  ".cm-panel button[name=close]": { color: "var(--ink)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
  ".cm-diagnostic-info, .cm-diagnostic-hint": { borderLeftColor: "var(--faint)" },
  ".cm-lint-marker-error": sign("✕", "--bad"),
  ".cm-lint-marker-warning": sign("△", "--wait"),
  ".cm-lint-marker-info, .cm-lint-marker-hint": sign("○", "--soft"),
  ".cm-lintRange-error": underline("--bad"),
  ".cm-lintRange-warning": underline("--wait"),
  ".cm-lintRange-info, .cm-lintRange-hint": underline("--faint"),
});

/** In place of CodeMirror's pictures the signs of the list of findings. */
function sign(text, colour) {
  return {
    content: "normal",
    "&::before": { content: `"${text}"`, display: "block", color: `var(${colour})`, fontWeight: "700", textAlign: "center", lineHeight: "1" },
  };
}

/** In place of CodeMirror's pictures, which know only their own colours. */
function underline(colour) {
  return { backgroundImage: "none", textDecoration: `underline wavy var(${colour})`, textUnderlineOffset: "3px" };
}
