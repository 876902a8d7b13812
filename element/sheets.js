// Style sheets of a shadow root. They are made by script, which a strict policy for content allows, and shared by all elements.

import frame from "./frame.css";

let made;

/** What is needed before the program is there. */
export function frameSheet() {
  made ??= sheet(frame);
  return made;
}

export function sheet(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/** The page's style sheet for a widget: it asks for the widget's width where the page asks for the window's. */
export function scoped(text) {
  return text.replace(/:root\b/g, ".widget").replace(/@media\s*\((max|min)-width/g, "@container rollout ($1-width");
}
