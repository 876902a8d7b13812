// What users of the package see: `simulate`, `check`, and the run that comes of it. The engine is a wasm module; where its
// bytes come from is said by node.js and browser.js.

import start, { Text } from "./engine.js";

/** How long a computation keeps everything else waiting, in milliseconds, and how much it does before it looks at the clock. */
const SLICE = 12;
const PIECE = 2000;

/** A text that can't run: its findings say what is wrong, and where. */
export class ScenarioError extends Error {
  constructor(findings) {
    const errors = findings.filter((finding) => finding.severity === "error");
    super(errors.map(({ start, message }) => `${start.line}:${start.column}: ${message}`).join("\n"));
    this.name = "ScenarioError";
    this.findings = findings;
  }
}

/** The functions of the package, over a function that gives the wasm module: its bytes, an address or a response. */
export function open(source) {
  let ready;

  /** Gets the engine ready before it is needed; the argument is for who keeps the wasm module elsewhere. */
  function load(module) {
    ready ??= Promise.resolve(module ?? source()).then((it) => start({ module_or_path: it }));
    // What could not be had once may come another time.
    ready.catch(() => (ready = undefined));
    return ready.then(() => undefined);
  }

  async function check(scenario, options = {}) {
    await load();
    return using(read(scenario, options), (text) => JSON.parse(text.findings()));
  }

  async function simulate(scenario, options = {}) {
    await load();
    const [work, ...told] = using(read(scenario, options), (text) => {
      const findings = JSON.parse(text.findings());
      if (!text.isRunnable()) throw new ScenarioError(findings);
      return [text.work(), text.title(), findings, text.step()];
    });
    return new Run(await finish(work, options), ...told);
  }

  return { load, check, simulate };
}

function read(scenario, { release, gates = {}, seed, limits = {} }) {
  const switched = Object.entries(gates).map(([name, on]) => `${name}=${Boolean(on)}`);
  const wishes = [whole("seed", seed), whole("limits.pods", limits.pods), whole("limits.steps", limits.steps)];
  return new Text(content(scenario), release, switched, ...wishes);
}

/** A text as it is; the object of a `.rollscope.json` as its file's content. */
function content(scenario) {
  if (typeof scenario === "string") return scenario;
  if (typeof scenario?.rollscope !== "number") throw new TypeError("a scenario is a text, or the object of a .rollscope.json");
  return JSON.stringify({ rollscope: scenario.rollscope, ...scenario });
}

function whole(name, number) {
  if (number === undefined || (Number.isSafeInteger(number) && number >= 0)) return number;
  throw new RangeError(`${name}: expected a whole number`);
}

/** Lends something that wasm holds, and gives it back. */
function using(held, work) {
  try {
    return work(held);
  } finally {
    held.free();
  }
}

/** Computes in slices, so that a page stays awake and can give up. */
async function finish(work, { signal, onProgress }) {
  try {
    for (;;) {
      signal?.throwIfAborted();
      const slice = performance.now();
      while (performance.now() - slice < SLICE) if (work.goOn(PIECE)) return work.finish();
      onProgress?.({ steps: work.steps(), time: work.time() });
      await new Promise((resolve) => setTimeout(resolve));
    }
  } catch (error) {
    work.free();
    throw error;
  }
}

/** A run from its start to its end. It is held by wasm until it is freed. */
export class Run {
  #held;

  constructor(held, title, findings, position) {
    this.#held = held;
    this.position = position;
    this.title = title;
    this.findings = findings;
    this.steps = new Steps((index, patches) => {
      const step = this.#run.step(index, patches);
      return step === undefined ? undefined : JSON.parse(step);
    }, held.length());
  }

  get #run() {
    if (!this.#held) throw new Error("this run has been freed");
    return this.#held;
  }

  /** The number of steps; positions are 0 to this number. */
  get length() {
    return this.steps.length;
  }

  /** The last moment's time, in seconds. */
  get duration() {
    return this.#run.timeAt(this.length);
  }

  /** The cluster after so many steps; negative numbers count from the end. */
  at(position) {
    const from = position < 0 ? this.length + 1 + position : position;
    if (!Number.isInteger(from) || from < 0 || from > this.length) {
      throw new RangeError(`position ${position}: expected a whole number up to ${this.length}`);
    }
    return new Moment(() => this.#run, from);
  }

  /** The cluster at a time, in seconds: after the last step that is not later. */
  atTime(seconds) {
    return this.at(this.#run.positionAt(seconds));
  }

  /** What passes a moment on: the object of a `.rollscope.json`, which simulate takes as well. */
  moment(position) {
    return JSON.parse(this.#run.moment(this.at(position).position, false));
  }

  /** The same as the hash of a link to Rollscope's page. */
  hash(position) {
    return this.#run.moment(this.at(position).position, true);
  }

  /** All that happened, as data. */
  history({ patches = false } = {}) {
    return JSON.parse(this.#run.history(patches));
  }

  toJSON() {
    return this.history();
  }

  /** Another run: this one up to a position, then a command or `{ apply: manifests }`; what was planned for later still comes. */
  async fork(position, what, options = {}) {
    const from = this.at(position).position;
    const work = typeof what === "string" ? this.#run.fork(from, what) : this.#run.apply(from, what.apply);
    return new Run(await finish(work, options), this.title, this.findings);
  }

  /** Gives the memory back. */
  free() {
    this.#held?.free();
    this.#held = undefined;
  }
}

if (Symbol.dispose) Run.prototype[Symbol.dispose] = Run.prototype.free;

/** The steps of a run, each made when it is looked at. */
class Steps {
  #step;

  constructor(step, length) {
    this.#step = step;
    this.length = length;
  }

  at(index, { patches = false } = {}) {
    const from = index < 0 ? this.length + index : index;
    return Number.isInteger(from) && from >= 0 ? this.#step(from, patches) : undefined;
  }

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

/** The cluster at one position of a run; nothing of it is copied before it is asked for. */
class Moment {
  #run;

  constructor(run, position) {
    this.#run = run;
    this.position = position;
    this.time = run().timeAt(position);
  }

  objects(kind, namespace) {
    return JSON.parse(this.#run().objects(this.position, kind, namespace));
  }

  get(kind, name, namespace = "default") {
    const found = this.#run().object(this.position, kind, namespace, name, false);
    return found === undefined ? undefined : JSON.parse(found);
  }

  yaml(kind, name, namespace = "default") {
    return this.#run().object(this.position, kind, namespace, name, true);
  }

  events() {
    return JSON.parse(this.#run().events(this.position));
  }

  waiting() {
    return JSON.parse(this.#run().waiting(this.position));
  }

  kubectl(line) {
    return JSON.parse(this.#run().kubectl(this.position, line));
  }
}
