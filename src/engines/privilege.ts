/** A right that a role lacks for a statement which is still to come. */
export interface Lacking {
  /** What the role may not do: `create anything in schema public`. */
  readonly what: string;
  /** As which role that can be changed, in words: `the owner of the schema (postgres), or a superuser`. */
  readonly asWhom: string;
  /** The one statement that changes it. */
  readonly statement: string;
  /** Where another way is better: to run the migrations as the owner. */
  readonly instead?: string;
  /** Whose it is, where it lacks because it is another role's: often one dump made them all so. */
  readonly owner?: string;
}
