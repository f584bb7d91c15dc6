/** Something in a script that only the database's own command-line client understands. */
export interface ClientCommand {
  /** The program: `psql`. */
  readonly program: string;
  /** The command alone: what stands behind it may be a password. */
  readonly command: string;
  /** One-based. */
  readonly line: number;
  /** What a person has to do about it. */
  readonly instead: string;
}
