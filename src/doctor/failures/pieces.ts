/** A line of the log, or a part of one that is too long to be read at once. */
export interface Piece {
  /** The line's number, from 1. */
  readonly line: number;
  readonly text: string;
  /** It is not the first part of its line. */
  readonly continues: boolean;
}

/** Characters read at once. */
const pieceLength = 65_536;
/** What two parts of one line share, so that no message is lost between them. */
const overlap = 1024;

/** Cuts chunks of text into lines with bounded memory, whatever is between the line feeds. */
export class LineCutter {
  #rest = "";
  #line = 1;
  #continues = false;

  /** How many lines were begun. */
  get lines(): number {
    return this.#rest === "" && !this.#continues ? this.#line - 1 : this.#line;
  }

  /** The pieces which are complete with this chunk. */
  *add(chunk: string): Generator<Piece> {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", start)) {
      this.#rest += chunk.slice(start, end);
      yield* this.#long();
      yield this.#take(this.#rest.length);
      this.#rest = "";
      this.#continues = false;
      this.#line += 1;
      start = end + 1;
    }
    this.#rest += chunk.slice(start);
    yield* this.#long();
  }

  /** What is left when the log ends without a line feed. */
  *end(): Generator<Piece> {
    if (this.#rest !== "") yield this.#take(this.#rest.length);
  }

  *#long(): Generator<Piece> {
    while (this.#rest.length > pieceLength) {
      yield this.#take(pieceLength);
      this.#rest = this.#rest.slice(pieceLength - overlap);
      this.#continues = true;
    }
  }

  #take(length: number): Piece {
    return { line: this.#line, text: this.#rest.slice(0, length), continues: this.#continues };
  }
}
