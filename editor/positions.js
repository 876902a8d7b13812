// The engine counts lines and columns from 1, columns in characters; CodeMirror counts UTF-16 units from the start.

/** Where a line and column are in the document; one outside of it gives the nearest place inside. */
export function toOffset(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const { from, text } = doc.line(Math.max(line, 1));
  let units = 0;
  for (const character of text) {
    if (--column < 1) break;
    units += character.length;
  }
  return from + units;
}

/** A diagnostic as CodeMirror takes it, never backwards. */
export function toCodeMirror(doc, { fromLine, fromColumn, toLine, toColumn, severity, message }) {
  const from = toOffset(doc, fromLine, fromColumn);
  return { from, to: Math.max(from, toOffset(doc, toLine, toColumn)), severity, message };
}
