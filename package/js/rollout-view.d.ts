// The element <rollout-view>, which "rollscope/element" defines. docs/embedding.md explains its attributes and events.

/** A rollout, live, in a page. Each attribute is a property of the same name. */
export class RolloutView extends HTMLElement {
  /** The folder of a Rollscope page, where "Open in Rollscope" and the rules' links lead: without it there are none. To be set before
   * the first element is loaded. */
  static site: string | null;

  /** Where the manifests are: an address, or a link to a moment. */
  src: string;
  /** The step to begin with: a number, or "end". */
  step: string;
  /** "0.5", "1", "2", "4" or "8". */
  speed: string;
  /** The Kubernetes release, such as "1.36", for manifests that name none. */
  release: string;
  /** "light" or "dark"; without it, as the page. */
  theme: string;
  /** "full" or "none". */
  controls: string;
  /** "nodes" shows Pods on their nodes. */
  view: string;
  /** "lazy", "eager" or "click". */
  loading: string;
  /** The address of a picture that is shown until the program is there. */
  poster: string;
  /** Plays when it is there and in sight. */
  autoplay: boolean;

  /** After how many steps it is; 0 before "ready". */
  readonly position: number;
  /** How many steps there are. */
  readonly steps: number;
  readonly playing: boolean;

  play(): void;
  pause(): void;
  seek(step: number | "end"): void;
  /** Shows manifests; without any, once more what the attributes and the child say. Whether there is something to see. */
  load(yaml?: string): Promise<boolean>;

  addEventListener<K extends keyof RolloutViewEvents>(
    type: K,
    listener: (this: RolloutView, event: RolloutViewEvents[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: RolloutView, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** What it tells. */
export interface RolloutViewEvents {
  /** A run is there. */
  ready: CustomEvent<Place & { title: string | null; release: string }>;
  /** It is at another step. */
  step: CustomEvent<Place & Told>;
  /** A controller has decided something in that step. */
  decision: CustomEvent<Place & Told & Decided>;
  /** That was the last step. */
  end: CustomEvent<Place>;
  /** Something can't be had; the element says the same. */
  error: CustomEvent<Complaint>;
}

/** Where it is. */
export interface Place {
  position: number;
  steps: number;
  /** Such as "00:32.0". */
  time: string;
  playing: boolean;
}

/** What was done in a step; nothing at the start. */
export interface Told {
  actor?: string;
  title?: string;
  did?: string[];
}

/** Why a controller did it. */
export interface Decided {
  saw?: string;
  rule?: { id: string; sentence: string; formula: string | null };
}

/** What can't be had. */
export interface Complaint {
  message: string;
  /** Nothing is shown. */
  fatal: boolean;
  diagnostics: { severity: "error" | "warning" | "note"; line: number; column: number; message: string }[];
}

declare global {
  interface HTMLElementTagNameMap {
    "rollout-view": RolloutView;
  }
}
