/**
 * A name that stands in a file, for a message; what is not shaped like one is not repeated, since it may be anything: a URL
 * that somebody wrote where its variable's name belongs, with its password.
 *
 * @example
 * repeatableName("DATABASE_URL");          // DATABASE_URL
 * repeatableName("postgres://u:pw@h/d");   // a name that is none
 */
export function repeatableName(name: string): string {
  return /^[A-Za-z_$][\w$.-]{0,63}$/.test(name) ? name : "a name that is none";
}
