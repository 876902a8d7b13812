// What the package exports. The data of a run is described by data.d.ts, which is made of the engine's own definitions.

import type { Event, Finding, History, KubernetesObject, Printed, Step, Wait } from "./data.js";

export * from "./data.js";

/** What is wanted otherwise than the scenario says. */
export interface Options extends Watching {
  /** A Kubernetes release, such as "1.36" or "1.35.2". */
  release?: string;
  /** Feature gates by name. */
  gates?: Record<string, boolean>;
  /** Decides "random" names and ties. */
  seed?: number;
  /** What may be asked for at once, and where a run ends. */
  limits?: { pods?: number; steps?: number };
}

/** How a computation is watched, and given up. */
export interface Watching {
  /** Gives up: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Is told now and then how far a long run has come. */
  onProgress?: (progress: { steps: number; time: number }) => void;
}

/** The object of a `.rollscope.json`: a run and a moment in it, to be passed on. */
export interface SharedMoment {
  /** The version of the format: 1. */
  rollscope: number;
  /** The manifests and, among them, the document of kind Scenario. */
  text: string;
  /** After how many steps it is. */
  step?: number;
  release?: string;
  gates?: Record<string, boolean>;
  /** What is done and when, instead of what the text plans. */
  interventions?: { at: number; run?: string; apply?: string; serverSide?: boolean }[];
  /** Images that can't be pulled, beside those of the text. */
  brokenImages?: string[];
}

/** Computes what the controllers do with a scenario: a text of Kubernetes manifests, maybe with a document `kind: Scenario`, or
 * a moment that was passed on.
 * Rejects with a ScenarioError where something in it must be mended first. */
export function simulate(scenario: string | SharedMoment, options?: Options): Promise<Run>;

/** What is wrong with a scenario, or worth knowing, without running it. */
export function check(scenario: string | SharedMoment, options?: Options): Promise<Finding[]>;

/** Gets the engine ready before it is needed. The argument is for who keeps engine.wasm elsewhere: its address or its bytes. */
export function load(module?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<void>;

/** A scenario that can't run. Its message has a line for each error. */
export class ScenarioError extends Error {
  readonly findings: Finding[];
}

/** A run from its start to its end. It is held outside of JavaScript's memory until it is freed. */
export class Run {
  private constructor();
  /** The title that the scenario gives itself. */
  readonly title: string | undefined;
  /** The position that a shared moment is about. */
  readonly position: number | undefined;
  /** What is worth knowing about the scenario. */
  readonly findings: Finding[];
  /** The number of steps. Position p is the moment after the first p steps. */
  readonly length: number;
  /** The time of the last step, in seconds. */
  readonly duration: number;
  /** The steps, each made when it is looked at. */
  readonly steps: Steps;
  /** The cluster after so many steps; negative numbers count from the end. */
  at(position: number): Moment;
  /** The cluster at a time, in seconds since the start. */
  atTime(seconds: number): Moment;
  /** What passes a moment on; simulate takes it as well. */
  moment(position: number): SharedMoment;
  /** The same as the hash of a link to Rollscope's page. */
  hash(position: number): string;
  /** All that happened, as data; with patches, everything that changed as well. */
  history(options?: { patches?: boolean }): History;
  /** The same without patches: what JSON.stringify(run) writes. */
  toJSON(): History;
  /** Another run: this one up to a position, then a command line such as "kubectl scale deployment/web --replicas=3", or
   * manifests that are applied. What was planned for later still comes. */
  fork(position: number, what: string | { apply: string }, options?: Watching): Promise<Run>;
  /** Gives the memory back. */
  free(): void;
}

/** The steps of a run. */
export interface Steps extends Iterable<Step> {
  readonly length: number;
  /** The step at an index, from 0; negative numbers count from the end. */
  at(index: number, options?: { patches?: boolean }): Step | undefined;
}

/** The cluster at one position of a run. */
export interface Moment {
  readonly position: number;
  /** Seconds since the start. */
  readonly time: number;
  /** The objects there, of one kind ("Pod") and namespace if these are given. */
  objects(kind?: string, namespace?: string): KubernetesObject[];
  /** One object, if it is there. */
  get(kind: string, name: string, namespace?: string): KubernetesObject | undefined;
  /** The same as kubectl get -o yaml prints it. */
  yaml(kind: string, name: string, namespace?: string): string | undefined;
  /** The Events so far. */
  events(): Event[];
  /** Who would have to act and does not, and why. */
  waiting(): Wait[];
  /** What kubectl prints: get, describe, rollout status, rollout history. */
  kubectl(line: string): Printed;
}
