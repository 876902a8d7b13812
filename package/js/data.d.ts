// The data of a run. Written by `BLESS=1 cargo test -p rollscope-package`, from the engine's own definitions.

/** One thing that is waited for. */
export interface Blocked {
  /** When it will be looked at again by itself, in seconds since the start, if it will. */
  until?: number;
  /** Which rule holds it up. */
  why: Why;
}

/** A run from its start to its end. */
export interface History {
  /** How the run ended. */
  end: End;
  /** The number of this format: 1. */
  format: number;
  /** The feature gates that decide something here, and whether they are on. */
  gates: Record<string, boolean>;
  /** What was done from outside, in its order, and what was answered. */
  interventions: Intervention[];
  /** The Kubernetes release, such as "1.36.2". */
  release: string;
  /** The sentence of each rule that applied, by its id. */
  rules: Record<string, string>;
  /** The objects that were there before the first step; only with patches. */
  start?: KubernetesObject[];
  /** Everything that happened, in order. Times strictly increase. */
  steps: Step[];
  /** The title that the scenario gives itself. */
  title?: string;
}

/** One replacement. */
export interface Edit {
  /** One past its last character. */
  end: Place;
  /** Its first character. */
  start: Place;
  /** The new text. */
  text: string;
}

/** How a run ended. */
export type End = "rest" | "stepLimit";

/** A Kubernetes Event. */
export interface Event {
  /** What it tells. */
  message: string;
  /** The object that it is about. */
  object: Reference;
  /** One word. */
  reason: string;
  /** The component that tells it. */
  source: string;
  /** "Normal" or "Warning". */
  type: string;
}

/** One finding. */
export interface Finding {
  /** One past its last character. */
  end: Place;
  /** The path of the field as the API server writes it, or empty. */
  field: string;
  /** A change of the text that mends it, where one is known. */
  fix?: Fix;
  /** A sentence for beginners, where there is one. */
  help?: string;
  /** One sentence, in the API server's words where it has words for it. */
  message: string;
  /** How much it matters. */
  severity: Weight;
  /** Its first character. */
  start: Place;
}

/** A change of the text. */
export interface Fix {
  /** The replacements, in the order of the text; none overlap. */
  edits: Edit[];
  /** What it does, in a few words. */
  title: string;
}

/** Something that was done from outside. */
export interface Intervention {
  /** Whether it was carried out. */
  accepted: boolean;
  /** What kubectl prints. */
  answer: string;
  /** When it was planned, in seconds since the start. */
  at: number;
  /** The command line that does it. */
  command: string;
  /** How many steps had happened before it. */
  position: number;
}

/** A Kubernetes object as `kubectl get -o json` shows it. */
export interface KubernetesObject {
  /** Group and version of the API. */
  apiVersion: string;
  /** Its kind. */
  kind: string;
  /** Its name, labels and so on. */
  metadata: ObjectMeta;
  [member: string]: any;
}

/** What every Kubernetes object has. */
export interface ObjectMeta {
  /** Its name. */
  name: string;
  /** Its namespace, if it is in one. */
  namespace?: string;
  [member: string]: any;
}

/** A place in a text. */
export interface Place {
  /** The column in characters, from 1. */
  column: number;
  /** The line, from 1. */
  line: number;
}

/** What kubectl printed. */
export interface Printed {
  /** Standard error; empty if all went well. */
  stderr: string;
  /** Standard output. */
  stdout: string;
}

/** What names an object. */
export interface Reference {
  /** Its kind, such as "ReplicaSet". */
  kind: string;
  /** Its name. */
  name: string;
  /** Its namespace; empty for objects that are in none. */
  namespace: string;
}

/** One thing that happened. */
export interface Step {
  /** Who acted: upstream's name of the component, or "you". */
  actor: string;
  /** When, in seconds since the start. */
  at: number;
  /** The command line, if somebody acted from outside. */
  command?: string;
  /** The Events that were recorded. */
  events: Event[];
  /** The number of steps up to and with this one: the position at which it has just happened. */
  position: number;
  /** Whether it only publishes counts and conditions, and decides nothing. */
  report: boolean;
  /** For the sake of which object. */
  subject: Reference;
  /** What happened, in a few words. */
  title: string;
  /** Whose waiting began, changed or ended. */
  waits: Wait[];
  /** The writes in their order, each with its reason. */
  writes: Write[];
}

/** What a write did. */
export type Verb = "create" | "update" | "delete";

/** Somebody who would have to act and does not. */
export interface Wait {
  /** Who waits. */
  actor: string;
  /** What for; empty where the waiting has ended. */
  blocked: Blocked[];
  /** For the sake of which object. */
  object: Reference;
}

/** How much a finding matters. */
export type Weight = "error" | "warning" | "note";

/** Why something was written, or was not. */
export interface Why {
  /** The rule's inequality with the numbers put in, if the rule has one. */
  formula?: string;
  /** The id of the rule that applied; its sentence is in `rules` of the history. */
  rule: string;
  /** What was seen, in one sentence with the numbers. */
  saw: string;
}

/** One request to the API server that changed something. */
export interface Write {
  /** To which object. */
  object: Reference;
  /** What changed, as an RFC 7386 merge patch of the object as `kubectl get -o json` shows it: the whole object where it was created, null where it is gone. Only with patches. */
  patch?: any;
  /** What was done. */
  verb: Verb;
  /** Why. */
  why: Why;
}
