// Brings the editor's bundle, a file beside the page, once the page is usable.

export async function mount(parent, doc, dark, onChange, onRun) {
  const { createEditor } = await import(/* @vite-ignore */ /* webpackIgnore: true */ new URL("editor.js", document.baseURI).href);
  return createEditor({ parent, doc, dark, onChange, onRun });
}

/** Takes the diagnostics flat: severity, message, and four numbers for each. */
export function mark(editor, words, places) {
  const list = [];
  for (let i = 0; 2 * i < words.length; i += 1) {
    const [fromLine, fromColumn, toLine, toColumn] = places.slice(4 * i, 4 * i + 4);
    list.push({ severity: words[2 * i], message: words[2 * i + 1], fromLine, fromColumn, toLine, toColumn });
  }
  editor.setDiagnostics(list);
}
