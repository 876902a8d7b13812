// The program, once for all elements of a page: the very files that Rollscope's own page loads, so that who knows the one has
// the other. Their names carry the release; build.mjs puts them in.

import { scoped, sheet } from "./sheets.js";

let asked = null;

/** The folder that this file is in. */
export const here = import.meta.url.replace(/[^/]*([?#].*)?$/, "");

/**
 * Gives what makes widgets, and their style sheets. After a failure it can be asked for again. `site` is the folder of Rollscope's
 * page, for links to it.
 */
export function program(site) {
  asked ??= load(site).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function load(site) {
  try {
    const [style, bindings] = await Promise.all([css(new URL(STYLE, import.meta.url)), started()]);
    const late = sheet("");
    let called = false;
    const base = site ? new URL(site, document.baseURI).href : undefined;
    // It is called again when the rest of the program has come; a promise is settled only once.
    const own = await new Promise((resolve) => {
      bindings.widgets(base, (style) => {
        if (called) late.replaceSync(scoped(style));
        called = true;
        resolve(style);
      });
    });
    if (own === undefined) throw new Error("a part of it is missing");
    const sheets = [sheet(scoped(style)), late, sheet(scoped(own))];
    return { sheets, take: (hear) => take(bindings, hear) };
  } catch (error) {
    throw new Error(`The program at ${here} can't be loaded (${error.message}).`);
  }
}

/**
 * A place with a widget in it, for an element whose `hear` gets what the widget tells. Places are used again: what
 * draws the widget keeps its listeners on such a place for ever, so there are never more than elements at one time.
 */
const free = [];

function take(bindings, hear) {
  const seat = free.pop() ?? furnish(bindings);
  seat.hear = hear;
  return seat;
}

function furnish(bindings) {
  const place = document.createElement("div");
  place.className = "app";
  const seat = { place, hear: null };
  const widget = bindings.widget(place, (name, detail) => seat.hear?.(name, detail));
  seat.order = (name, value) => bindings.order(widget, name, value);
  seat.leave = () => {
    seat.hear = null;
    seat.order("forget");
    place.remove();
    free.push(seat);
  };
  return seat;
}

async function started() {
  const bindings = await import(SCRIPT);
  await bindings.default({ module_or_path: new URL(MODULE, import.meta.url) });
  return bindings;
}

async function css(url) {
  // A server for development may wrap style sheets for who doesn't ask for one.
  const answer = await fetch(url, { headers: { accept: "text/css" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}
