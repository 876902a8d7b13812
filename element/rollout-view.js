// <rollout-view>: a rollout in somebody else's page, live. docs/embedding.md says how to use it.
//
// This file is all that such a page loads at first. The program comes when the element is near the viewport or asked for, once
// for all elements of the page (program.js), and draws into the element's shadow root; no style crosses its border.

import { here, program } from "./program.js";
import { frameSheet } from "./sheets.js";

const NAME = "rollout-view";
const TEXTS = ["src", "step", "speed", "release", "theme", "controls", "view", "poster", "loading"];
/** Where the manifests are, if not at `src`: a script, or a block of code that can be read where no script runs. */
const INLINE = 'script[type="application/yaml"], pre';
/** What a link to a moment ends with: `src` may be such a link, or its end. */
const MOMENT = /#\d+\..*$/s;
/** Elements are loaded when they are this near. */
const NEAR = "300px 0px";
/** The texts exist in these languages; the first where no other fits. */
const LANGUAGES = ["en"];

/** Modules are also read where there is no document, by generators of static sites. */
const Base = globalThis.HTMLElement ?? class {};

export class RolloutView extends Base {
  static observedAttributes = [...TEXTS, "lang"];
  /** The folder of Rollscope's page, where "Open in Rollscope" leads; null where there is none, as in the npm package. */
  static site = BESIDE_PAGE ? here : null;

  /** The parts of the shadow root, once it was needed. */
  #parts;
  /** The widget in its place, while the element is in a page and shows something. */
  #seat;
  /** Each loading has a number; whoever has waited for an older one gives up. */
  #turn = 0;
  #loading = null;
  #settle = null;
  #observer = null;
  #playing = false;
  #wanted = false;
  #position = 0;
  #steps = 0;

  /** The step at the cursor, and how many there are; 0 before `ready`. */
  get position() {
    return this.#position;
  }

  get steps() {
    return this.#steps;
  }

  get playing() {
    return this.#playing;
  }

  get autoplay() {
    return this.hasAttribute("autoplay");
  }

  set autoplay(on) {
    this.toggleAttribute("autoplay", Boolean(on));
  }

  /** Plays; loads first what is not there yet. */
  play() {
    this.#wanted = true;
    if (this.#settle === null && this.#steps > 0) this.#order("play");
    else this.#start();
  }

  pause() {
    this.#wanted = false;
    this.#order("pause");
  }

  /** To a step: a number, or "end". */
  seek(step) {
    if (this.#seat) this.#order("seek", String(step));
    else this.setAttribute("step", step);
  }

  /** Shows manifests, or again what the attributes and the child say. Tells whether there is something to show. */
  load(yaml) {
    return this.#start(true, yaml);
  }

  connectedCallback() {
    if (this.#seat) return this.#watch();
    this.#parts ??= build(this, () => this.#start());
    this.#dress();
    if (this.#loading === null) this.#await();
  }

  /** An element that is moved is disconnected and connected at once, and keeps what it shows. */
  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#tearDown());
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#parts) return;
    if (["theme", "lang", "controls", "poster"].includes(name)) this.#dress();
    if (name === "loading" && this.isConnected && this.#loading === null) this.#await();
    if (!this.#seat && this.#loading === null) return;
    if (name === "src" || name === "release") this.#start(true);
    if (name === "step" && now !== null) this.#order("seek", now);
    if (name === "speed") this.#order("speed", now ?? "1");
    if (name === "controls") this.#order("strip", now === "full");
    if (name === "view") this.#order("nodes", now === "nodes");
  }

  /** What can be told without the program: colours, language, controls, picture. */
  #dress() {
    const { widget, picture } = this.#parts;
    const theme = this.getAttribute("theme");
    if (theme === "light" || theme === "dark") widget.dataset.theme = theme;
    else delete widget.dataset.theme;
    widget.dataset.controls = this.getAttribute("controls") ?? "basic";
    const wanted = this.closest("[lang]")?.getAttribute("lang").split("-")[0];
    widget.lang = LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
    const poster = this.getAttribute("poster");
    picture.hidden = poster === null;
    if (poster === null) picture.removeAttribute("src");
    else if (picture.getAttribute("src") !== poster) picture.src = poster;
  }

  /** Nothing is loaded before it is near or clicked on. */
  #await() {
    this.#observer?.disconnect();
    this.#observer = null;
    const loading = this.getAttribute("loading");
    this.#parts.button.hidden = loading !== "click";
    if (loading === "eager") this.#start();
    else if (loading !== "click") {
      this.#observer = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#start(), { rootMargin: NEAR });
      this.#observer.observe(this);
    }
  }

  /** Out of sight, playing waits. */
  #watch() {
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver((seen) => this.#order("rest", !seen.at(-1).isIntersecting));
    this.#observer.observe(this);
  }

  #start(again = false, yaml = undefined) {
    if (!this.#parts) this.#parts = build(this, () => this.#start());
    if (again || this.#loading === null) {
      this.#turn += 1;
      this.#loading = this.#run(this.#turn, yaml);
    }
    return this.#loading;
  }

  async #run(turn, yaml) {
    this.#settle?.(false);
    this.#settle = null;
    this.#steps = 0;
    this.#show("loading");
    try {
      const [wish, widgets] = await Promise.all([this.#wish(yaml), program(RolloutView.site)]);
      if (turn !== this.#turn || !this.isConnected) return false;
      this.#mount(widgets);
      const settled = new Promise((resolve) => (this.#settle = resolve));
      this.#order("speed", this.getAttribute("speed") ?? "1");
      this.#order("strip", this.getAttribute("controls") === "full");
      this.#order("nodes", this.getAttribute("view") === "nodes");
      this.#order("show", wish);
      return await settled;
    } catch (error) {
      if (turn === this.#turn) this.#fail({ message: error.message, fatal: true, diagnostics: [] });
      return false;
    }
  }

  async #wish(yaml) {
    const source = yaml === undefined ? await this.#source() : { text: String(yaml) };
    const step = this.getAttribute("step") ?? undefined;
    const release = this.getAttribute("release") ?? undefined;
    return { ...source, step, release, autoplay: this.autoplay };
  }

  async #source() {
    const src = this.getAttribute("src");
    const moment = src?.match(MOMENT)?.[0];
    if (moment) return { text: moment, link: true };
    if (src !== null) return content(await bytes(src));
    if (!this.querySelector(INLINE) && document.readyState === "loading") {
      await new Promise((parsed) => document.addEventListener("DOMContentLoaded", parsed, { once: true }));
    }
    const inline = this.querySelector(INLINE);
    if (!inline) throw new Error('There is nothing to show: neither the attribute "src" nor manifests inside.');
    return { text: inline.textContent, indented: true };
  }

  #mount(widgets) {
    if (this.#seat) return;
    this.shadowRoot.adoptedStyleSheets = [frameSheet(), ...widgets.sheets];
    this.#seat = widgets.take((name, detail) => this.#hear(name, detail));
    this.#parts.widget.append(this.#seat.place);
    this.#watch();
  }

  #order(name, value) {
    try {
      this.#seat?.order(name, value);
    } catch (error) {
      this.#fail({ message: `The simulation broke down (${error.message}). Load the page again.`, fatal: true, diagnostics: [] });
    }
  }

  #hear(name, detail) {
    if (name === "error") return this.#fail(detail);
    ({ position: this.#position, steps: this.#steps, playing: this.#playing } = detail);
    if (name === "playing") return;
    if (name === "ready") {
      this.#show("shown");
      if (this.#wanted && !detail.playing) this.#order("play");
      this.#wanted = false;
      this.#answer(true);
    }
    if (name === "step") this.#say(null);
    this.#tell(name, detail);
  }

  /** What can't be had: said in the element, and told. */
  #fail(detail) {
    if (detail.fatal) {
      this.#wanted = false;
      this.#show("failed");
      this.#answer(false);
    }
    this.#say(detail);
    this.#tell("error", detail);
  }

  #answer(shown) {
    this.#settle?.(shown);
    this.#settle = null;
  }

  /** A listener may do anything, also remove the element: so it is called when the program has returned. */
  #tell(name, detail) {
    queueMicrotask(() => this.dispatchEvent(new CustomEvent(name, { detail })));
  }

  #say(detail) {
    const { message } = this.#parts;
    message.hidden = detail === null;
    if (detail === null) return message.replaceChildren();
    const places = detail.diagnostics.map((found) => element("li", {}, `line ${found.line}, column ${found.column}: ${found.message}`));
    message.replaceChildren(element("p", {}, detail.message), ...(places.length ? [element("ol", {}, ...places)] : []));
  }

  /** `waiting`, `loading`, `shown` or `failed`. */
  #show(state) {
    const { widget, button, status } = this.#parts;
    widget.dataset.state = state;
    widget.ariaBusy = String(state === "loading");
    status.textContent = state === "loading" ? "Loading …" : "";
    if (state !== "waiting") button.hidden = true;
    if (state !== "failed") this.#say(null);
  }

  #tearDown() {
    this.#turn += 1;
    this.#observer?.disconnect();
    this.#observer = null;
    this.#answer(false);
    this.#seat?.leave();
    this.#seat = undefined;
    this.#loading = null;
    this.#steps = this.#position = 0;
    this.#playing = this.#wanted = false;
    if (this.#parts) this.#show("waiting");
  }
}

for (const name of TEXTS) {
  Object.defineProperty(RolloutView.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this.getAttribute(name) ?? "";
    },
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, value);
    },
  });
}

/** The shadow root: a frame, in it the widget, and above that what is seen until there is one. */
function build(host, start) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const picture = element("img", { part: "poster", class: "poster", alt: "" });
  const button = element("button", { part: "load", class: "load", type: "button" }, "Show this rollout");
  const status = element("p", { class: "status", role: "status" });
  const cover = element("div", { part: "cover", class: "cover" }, element("div", { class: "skeleton" }), picture, button, status);
  const message = element("div", { part: "message", class: "message", role: "alert" });
  const widget = element("div", { part: "widget", class: "widget", "data-state": "waiting" }, message, cover);
  root.replaceChildren(element("div", { class: "frame" }, widget));
  root.adoptedStyleSheets = [frameSheet()];
  message.hidden = button.hidden = true;
  button.addEventListener("click", start);
  return { widget, picture, button, status, message };
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A recorded run begins with what no text begins with: a zero. */
function content(bytes) {
  return bytes[0] === 0 ? { recorded: bytes } : { text: new TextDecoder().decode(bytes) };
}

async function bytes(src) {
  const answer = await fetch(new URL(src, document.baseURI)).catch(() => null);
  if (!answer) throw new Error(`${src} can't be reached.`);
  if (!answer.ok) throw new Error(`${src} can't be had: ${answer.status} ${answer.statusText}`.trimEnd() + ".");
  return new Uint8Array(await answer.arrayBuffer());
}

if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, RolloutView);
