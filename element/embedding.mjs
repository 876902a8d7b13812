// docs/embedding.md as a page, with its examples running: what is shown as code there stands live below it.

import { marked } from "marked";

/** The page. `icon` is the name of the site's icon. */
export function embeddingPage(markdown, icon) {
  const renderer = {
    heading({ tokens, depth, text }) {
      const id = text.toLowerCase().replaceAll(/\W+/g, "-");
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    // What can be wider than a phone is scrolled by itself.
    table(token) {
      return `<div class="wide" tabindex="0" role="group" aria-label="Table">${marked.Renderer.prototype.table.call(this, token)}</div>`;
    },
    code({ text, lang }) {
      const code = `<pre tabindex="0"><code class="language-${lang}">${escaped(text)}</code></pre>\n`;
      return isExample(text, lang) ? `${code}<div class="live">${text}</div>\n` : code;
    },
    // The other documents are not part of the site.
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return href.endsWith(".md") ? text : `<a href="${href}">${text}</a>`;
    },
  };
  const body = marked.use({ renderer }).parse(markdown);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A rollout in your own page · Rollscope</title>
<link rel="icon" href="${icon}" type="image/svg+xml">
<link rel="stylesheet" href="rules.css">
<link rel="stylesheet" href="embedding.css">
<script type="module" src="rollout-view.js"></script>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
}

/** An example that is whole: the two lines at the top name a site that is the reader's. */
function isExample(text, lang) {
  return lang === "html" && /<(rollout-view|iframe)/.test(text) && !text.includes("YOUR-SITE");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
