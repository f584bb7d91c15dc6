import type { Sign } from "./failure.ts";

interface Part {
  readonly line: number;
  readonly text: string;
  readonly counted: ReadonlySet<Sign>;
}

/** Lines joined to what they were before a terminal's width cut them. */
export interface Joined {
  /** The line where it begins. */
  readonly line: number;
  readonly text: string;
  /** Signs which its parts have shown already. */
  readonly counted: ReadonlySet<Sign>;
}

/** A console which wraps leaves no line before the last shorter than this. */
const narrowest = 60;
const widest = 400;
const mostParts = 4;

/**
 * Puts together what was wrapped in the middle of words. Laravel's console wraps its errors at 80 columns: each part
 * is indented by two spaces and padded, so a space at the cut is lost when the log's spaces are trimmed.
 */
export class Wrapped {
  #parts: Part[] = [];

  /**
   * The ways in which this text may continue those before it: without a space at the cuts, and with one.
   *
   * @param complete the text shows a failure by itself
   */
  join(line: number, text: string, complete: boolean): readonly Joined[] {
    const previous = this.#parts.at(-1);
    if (previous === undefined || text.trim() === "" || text.length > widest) return [];
    const indented = text.startsWith("  ") && previous.text.startsWith("  ");
    if (!indented && (complete || previous.text.length < narrowest + 10)) return [];
    // An indented block may have been cut several times; elsewhere a long line is usually just a long line.
    const reach = indented ? this.#parts.length : 1;
    return Array.from({ length: reach }, (_, more) => this.#parts.slice(-more - 1)).flatMap((parts) => {
      const counted = new Set(parts.flatMap((part) => [...part.counted]));
      const pieces = [...parts.map((part) => part.text), text].map((piece) =>
        (indented ? piece.slice(2) : piece).trimEnd(),
      );
      return ["", " "].map((seam) => ({ line: parts[0]?.line ?? line, text: pieces.join(seam), counted }));
    });
  }

  remember(line: number, text: string, counted: ReadonlySet<Sign>): void {
    const mayContinue = text.length >= narrowest && text.length <= widest && text.trim() !== "";
    this.#parts = mayContinue ? [...this.#parts, { line, text, counted }].slice(-mostParts + 1) : [];
  }
}
