// A site made by Eleventy, with MDX as its documentation shows it: what somebody has who pastes a rollout into such a page.

import { evaluate } from "@mdx-js/mdx";
import { h } from "preact";
import * as runtime from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";

/** Docusaurus' component, which puts what is in it into the page's head, here stays where it is. */
const Head = ({ children }) => children;
const IMPORT = "import Head from '@docusaurus/Head';\n";

export default function configure(eleventy) {
  eleventy.addTemplateFormats("mdx");
  eleventy.addExtension("mdx", {
    compile: async (text) => {
      const { default: Content } = await evaluate(text.replace(IMPORT, ""), runtime);
      const page = renderToString(h(Content, { components: { Head } }));
      return () => page;
    },
  });
}
