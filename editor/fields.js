// Field names: suggested while one types, explained where one points. What is known of them is fields.json, made of the
// engine's own table (`cargo xtask fields`).

import { autocompletion, snippet } from "@codemirror/autocomplete";
import { hoverTooltip } from "@codemirror/view";
import { kinds, structs } from "./fields.json";
import { placeAt, readLine } from "./place.js";

/** Suggestions and explanations. */
export function fieldHelp() {
  return [
    autocompletion({ override: [suggest], icons: false, positionInfo }),
    hoverTooltip(explain, { hoverTime: 400 }),
  ];
}

/** Beside the list where there is room, else below it, so that it never hides the list. */
function positionInfo(view, list, option, info, space) {
  const wide = Math.min(info.right - info.left, 400);
  const top = Math.max(0, option.top - list.top);
  if (space.right - list.right > wide) return { style: `left: 100%; top: ${top}px`, class: "" };
  if (list.left - space.left > wide) return { style: `right: 100%; top: ${top}px`, class: "" };
  return { style: `left: 0; top: ${list.bottom - list.top}px`, class: "" };
}

/** The fields of the map that these keys lead to. `undefined`: unknown, or the keys are the user's own. */
function fieldsAt({ apiVersion, kind, keys }) {
  if (keys.length === 0 && !kinds[`${apiVersion} ${kind}`]) return structs.Pod;
  let name = kinds[`${apiVersion} ${kind}`] ?? guess(kind);
  let inMap = false;
  for (const key of keys) {
    if (inMap) {
      inMap = false;
      continue;
    }
    const field = structs[name]?.[key];
    if (!field) return undefined;
    [name, inMap] = [field.s, field.t === "map"];
    if (!name) return undefined;
  }
  return inMap ? undefined : structs[name];
}

/** The kind in its newest version, while no apiVersion is written. */
function guess(kind) {
  const found = Object.keys(kinds).find((name) => name.endsWith(` ${kind}`));
  return found && kinds[found];
}

function suggest(context) {
  const { state, pos, explicit } = context;
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  if (/(^|\s)#/.test(before)) return null;
  const value = /(?:^|[\s{,])(["']?)([\w./-]+)\1:\s+(["']?[\w./-]*)$/.exec(before);
  if (value) return suggestValues(state, line, value, pos);
  const key = /(?:^|[\s{,])([A-Za-z]*)$/.exec(before);
  if (!key || (!explicit && key[1] === "")) return null;
  const place = placeAt(state.doc, line.number, before.length - key[1].length);
  const fields = fieldsAt(place);
  if (!fields) return null;
  // A key in block style starts its line, but for dashes.
  const isFlow = !/^\s*(- +)*[A-Za-z]*$/.test(before);
  if (isFlow && !/[{,]\s*[A-Za-z]*$/.test(before)) return null;
  const follows = /^["']?\s*:/.test(line.text.slice(before.length).replace(/^[\w]*/, ""));
  const indent = /^\s*(- +)*/.exec(before)[0].length;
  const options = Object.entries(fields)
    .filter(([name]) => !place.members.has(name) && (name !== "status" || key[1].startsWith("s")))
    .map(([name, field]) => ({
      label: name,
      detail: field.t,
      info: () => explanation(name, field),
      apply: follows ? name : applied(name, field, isFlow, indent),
      boost: (field.r ? 2 : 0) + (field.w ? 1 : 0) - (name === "status" ? 9 : 0),
    }));
  return { from: pos - key[1].length, options, validFor: /^[A-Za-z]*$/ };
}

/** What a suggestion becomes: the key, and what its value starts with. */
function applied(name, { t, s }, isFlow, indent) {
  if (isFlow) return t === "list" ? snippet(`${name}: [#{}]`) : s || t === "map" ? snippet(`${name}: {#{}}`) : `${name}: `;
  const inner = " ".repeat(indent + 2);
  return (view, completion, from, to) => {
    const more = t === "list" ? `\n${inner}- ` : (s || t === "map") ? `\n${inner}` : " ";
    const insert = `${name}:${more}`;
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
  };
}

function suggestValues(state, line, [, , key, typed], pos) {
  const column = line.text.slice(0, pos - line.from).lastIndexOf(key);
  const place = placeAt(state.doc, line.number, column);
  const options = valuesOf(place, key).map((label) => ({ label }));
  return options.length > 0 ? { from: pos - typed.length, options, validFor: /^["']?[\w./-]*$/ } : null;
}

function valuesOf(place, key) {
  const all = Object.keys(kinds).map((name) => name.split(" "));
  if (place.keys.length === 0 && key === "kind") {
    const fitting = all.filter(([version]) => !place.apiVersion || version === place.apiVersion);
    return [...new Set((fitting.length > 0 ? fitting : all).map(([, kind]) => kind))];
  }
  if (place.keys.length === 0 && key === "apiVersion") {
    const fitting = all.filter(([, kind]) => kind === place.kind);
    return [...new Set((fitting.length > 0 ? fitting : all).map(([version]) => version))];
  }
  const field = fieldsAt(place)?.[key];
  return field?.v ?? [];
}

function explain(view, pos) {
  const line = view.state.doc.lineAt(pos);
  const column = pos - line.from;
  const word = [...line.text.matchAll(/[\w./-]+(?=["']?\s*:(\s|$))/g)].find(
    ({ index, 0: text }) => index <= column && column <= index + text.length,
  );
  if (!word || readLine(line.text) === null) return null;
  const [name] = word;
  const field = fieldsAt(placeAt(view.state.doc, line.number, word.index))?.[name];
  if (!field) return null;
  const from = line.from + word.index;
  return { pos: from, end: from + name.length, above: true, create: () => ({ dom: explanation(name, field) }) };
}

/** Name, type, what the server fills in, a sentence, and the values. */
function explanation(name, { t, s, v, d, r, w }) {
  const dom = element("div", "cm-field");
  const head = dom.appendChild(element("div", "cm-field-head"));
  head.append(element("b", "", name), ` ${t === "list" && s ? "list of objects" : t}`);
  if (r) head.append(element("span", "cm-field-required", "required"));
  if (w) dom.append(element("div", "", w));
  if (v && t !== "true or false") dom.append(element("div", "cm-field-values", v.join(" · ")));
  if (d) dom.append(element("div", "cm-field-values", `default ${d}`));
  return dom;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
