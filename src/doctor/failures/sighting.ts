import type { Facts } from "./failure.ts";
import { redact } from "./redact.ts";

/** A line of the log which shows a failure. */
export interface Evidence {
  /** From 1. */
  readonly line: number;
  /** Without control characters, prefixes and secrets. */
  readonly text: string;
}

/** A place in the log. */
export interface Place {
  readonly line: number;
  readonly service: string;
  /** The how-manieth text of its service. */
  readonly at: number;
}

/** Beyond this many texts of the same service, another line is another occurrence. */
const oneOccurrence = 150;
const shownLines = 5;
const shownValues = 5;

/** All that was seen of one failure, in bounded memory. */
export class Sighting {
  times = 0;
  first = 0;
  last = 0;
  /** Where it was last seen. */
  latest: Place | undefined;
  readonly evidence: Evidence[] = [];
  readonly services = new Set<string>();
  readonly #facts = new Map<string, Set<string>>();
  readonly #shown = new Set<string>();
  #opening = "";

  /**
   * One more line shows it.
   *
   * @param repeats the text repeats what was said before (`Caused by:`), and is no occurrence of its own
   */
  see(place: Place, text: string, repeats: boolean): void {
    const shape = shapeOf(text);
    const near =
      this.latest !== undefined &&
      this.latest.service === place.service &&
      place.at - this.latest.at <= oneOccurrence;
    if (!(near && (repeats || shape !== this.#opening || place.at === this.latest?.at))) {
      this.times += 1;
      this.#opening = shape;
    }
    if (this.first === 0) this.first = place.line;
    this.last = place.line;
    this.latest = place;
    if (this.services.size < 20) this.services.add(place.service);
    if (this.#shown.has(shape)) return;
    const shown = { line: place.line, text: redact(text.trim()) };
    const start = this.evidence.findIndex(
      ({ line, text: part }) => line === place.line && shown.text.startsWith(part),
    );
    // A line that was wrapped is shown whole, once it is.
    if (start !== -1) this.evidence[start] = shown;
    else if (this.evidence.length < shownLines) this.evidence.push(shown);
    else return;
    this.#shown.add(shape);
  }

  /** Notes a fact; what is known already, and what would be too much, is left out. */
  learn(name: string, value: string): void {
    const values = this.#facts.get(name) ?? new Set<string>();
    if (value.trim() !== "" && values.size < shownValues) values.add(redact(value.trim(), 200));
    if (values.size > 0) this.#facts.set(name, values);
  }

  knows(name: string): boolean {
    return this.#facts.has(name);
  }

  get facts(): Facts {
    return Object.fromEntries([...this.#facts].map(([name, values]) => [name, [...values]]));
  }
}

/** The text without what differs between two occurrences: times, process ids, counters. */
function shapeOf(text: string): string {
  return text.slice(0, 300).replace(/\d+/g, "#");
}
