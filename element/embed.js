// A page with one element that fills it, for an iframe. What is behind `#` is a moment, as in a link to Rollscope; the element's
// attributes stand in the query: embed.html?theme=dark&autoplay#…

import "./rollout-view.js";

const ATTRIBUTES = ["src", "step", "speed", "release", "theme", "controls", "view", "lang"];

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
html, body { height: 100%; margin: 0; background: none; }
rollout-view { height: 100%; }
rollout-view::part(widget) { border: 0; border-radius: 0; }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

const view = document.querySelector("rollout-view");
const query = new URLSearchParams(location.search);

for (const name of ATTRIBUTES) if (query.has(name)) view.setAttribute(name, query.get(name));
view.autoplay = query.has("autoplay");
// The frame and the moment are of one colour scheme; else a browser would lay white beneath.
if (query.has("theme")) document.documentElement.style.colorScheme = query.get("theme") === "dark" ? "dark" : "light";

function follow() {
  if (location.hash.length > 1) view.src = location.hash;
}

follow();
addEventListener("hashchange", follow);
// Another site's manifests come only when somebody wants them.
const foreign = query.has("src") && new URL(query.get("src"), location.href).origin !== location.origin;
view.loading = foreign ? "click" : "eager";
