const cause = /^\s*Caused by:|The above exception was the direct cause/;
const heading = /^In [\w.-]{1,80}\.php line \d{1,6}:\s*$/;
const breaks = /^\s*(?:INFO|WARN|ERROR)\s{2}|\.{3}/;

/**
 * Knows whether what is printed now repeats what was printed before. Runners print an error and then the error which
 * caused it, often in the same words; that is one failure, not two.
 */
export class Repetition {
  #afterCause = false;
  /** Blocks of Symfony's console which follow one another with nothing in between. */
  #blocks = 0;

  get isOpen(): boolean {
    return this.#afterCause || this.#blocks > 1;
  }

  read(text: string): void {
    if (text.trim() === "") return;
    if (heading.test(text)) this.#blocks += 1;
    else if (!text.startsWith("  ") || breaks.test(text)) this.#blocks = 0;
    this.#afterCause = this.#wasCause;
    this.#wasCause = cause.test(text);
  }

  #wasCause = false;
}
