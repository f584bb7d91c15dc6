/** What is told of one kind of object, and how much it says. */
export interface Told {
  /** Two databases that differ here behave differently: these are located on, compared, and in the fingerprint. */
  readonly semantic: Readonly<Record<string, string>>;
  /** Shown and compared apart. */
  readonly environmental: Readonly<Record<string, string>>;
  /** The object as a whole is environmental. */
  readonly wholly?: true;
}

export const commented = { comment: "COMMENT ON" };
export const owned = { owner: "the role that owns it", ...commented };
export const granted = { ...owned, grants: "GRANT, where it is not what the owner has of itself" };
export const labelled = { ...granted, labels: "SECURITY LABEL" };
export const definition = { definition: "the server's own text, in normal form" };
