// Where in a manifest a line is: the kind of its document, and the keys above it. Read from the indentation alone, so
// that it also works in a text that is being written and does not parse.

const LINE = /^(\s*)((?:- +)*)(?:(["']?)([\w./-]+)\3\s*:(?=\s|$))?/;

/** A line's first column, the columns of its dashes, and its key with column and value. `null`: nothing on it. */
export function readLine(text) {
  if (/^\s*(#|$)/.test(text)) return null;
  const [all, blank, dashes, , key] = LINE.exec(text);
  const columns = [...dashes.matchAll(/-/g)].map(({ index }) => blank.length + index);
  const dash = /^\s*((- +)*)-\s*$/.exec(text);
  if (dash) return { indent: blank.length, dashes: [...text.matchAll(/-/g)].map(({ index }) => index), column: text.length };
  const column = blank.length + dashes.length;
  const value = key === undefined ? undefined : text.slice(all.length).replace(/\s+#.*$/, "").trim();
  return { indent: blank.length, dashes: columns, column, key, value };
}

/** The first and last line of the document that a line is in. */
function documentAround(doc, number) {
  const isMark = (line) => /^---(\s|$)/.test(doc.line(line).text);
  let first = number;
  while (first > 1 && !isMark(first)) first -= 1;
  let last = number;
  while (last < doc.lines && !isMark(last + 1)) last += 1;
  return [isMark(first) ? first + 1 : first, last];
}

/** The members of the map whose keys stand in `column` around a line, by key. */
function membersAround(doc, number, column, [first, last]) {
  const members = new Map();
  const look = (line) => {
    const read = readLine(doc.line(line).text);
    if (!read) return true;
    if (read.column === column && read.key !== undefined) members.set(read.key, read.value);
    return read.column >= column;
  };
  // Upwards the item's own dash ends it as well.
  for (let line = number - 1; line >= first; line -= 1) {
    const dash = readLine(doc.line(line + 1).text)?.dashes.length;
    if (dash || !look(line)) break;
  }
  for (let line = number + 1; line <= last; line += 1) {
    const read = readLine(doc.line(line).text);
    if (read && (read.indent < column || read.dashes.some((at) => at < column))) break;
    look(line);
  }
  return members;
}

/** The keys above a key in `column` of a line, outermost first. */
function keysAbove(doc, number, column, first) {
  const keys = [];
  let limit = column;
  let inItem = false;
  const enter = (dashes) => {
    for (const dash of dashes) {
      if (dash < limit) [limit, inItem] = [Math.min(...dashes.filter((at) => at < limit)), true];
    }
  };
  enter(readLine(doc.line(number).text)?.dashes ?? []);
  for (let line = number - 1; line >= first && limit + inItem > 0; line -= 1) {
    const read = readLine(doc.line(line).text);
    if (!read || read.indent > limit) continue;
    const isParent = read.key !== undefined && read.value === "" && (read.column < limit || (inItem && read.column === limit));
    if (isParent) {
      keys.unshift(read.key);
      [limit, inItem] = [read.column, false];
      enter(read.dashes);
    } else if (read.dashes.length > 0 && read.column === limit) {
      enter(read.dashes);
    }
  }
  return keys;
}

/** Brackets that are open before a place in a line: the keys in front of each, the innermost last. */
function openBrackets(text) {
  const open = [];
  let key = "";
  for (const [part] of text.matchAll(/"[^"]*"|'[^']*'|[{}[\],:#]|[^\s{}[\],:#"']+/g)) {
    if (part === "{" || part === "[") [open.push({ key, members: [] }), (key = "")];
    else if (part === "}" || part === "]") open.pop();
    else if (part === ",") key = "";
    else if (part === ":" && open.length > 0) open.at(-1).members.push(key);
    else if (part !== ":") key = part.replace(/^["']|["']$/g, "");
  }
  return open;
}

/**
 * What is known of the place before `column` of a line: the document's apiVersion and kind, the keys above, and the
 * members that the map has already.
 */
export function placeAt(doc, number, column) {
  const text = doc.line(number).text.slice(0, column);
  const range = documentAround(doc, number);
  const own = /^\s*(- +)*/.exec(text)[0].length;
  const open = openBrackets(text);
  let keys = keysAbove(doc, number, own, range[0]);
  let members = membersAround(doc, number, own, range);
  if (open.length > 0) {
    keys = [...keys, ...open.map(({ key }) => key).filter((key) => key !== "")];
    members = new Map(open.at(-1).members.map((key) => [key, ""]));
  }
  const top = membersOf(doc, range, keys[0] === "items" ? number : undefined);
  if (keys[0] === "items") keys = keys.slice(1);
  return { ...top, keys, members };
}

/** apiVersion and kind of a document, or of the item of a List that a line is in. */
function membersOf(doc, range, item) {
  const found = {};
  for (let line = range[0]; line <= range[1]; line += 1) {
    const read = readLine(doc.line(line).text);
    const isTop = read && (item === undefined ? read.column === 0 : true);
    if (!isTop || (read.key !== "apiVersion" && read.key !== "kind")) continue;
    if (item !== undefined) {
      if (read.column === 0) continue;
      // The last one before the line counts, and those of the same item after it.
      if (line > item && read.dashes.length > 0) break;
      if (line > item && found[read.key] !== undefined && found.column !== undefined && read.column !== found.column) continue;
      if (line > item && found[read.key] !== undefined) continue;
      found.column ??= read.column;
      if (read.column !== found.column) continue;
    }
    found[read.key] = read.value.replace(/^["']|["']$/g, "");
  }
  return { apiVersion: found.apiVersion ?? "", kind: found.kind ?? "" };
}
