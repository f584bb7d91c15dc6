/** Names of options whose values nobody else should see: libpq's, and what wrappers of other systems call theirs. */
const secret = /pass(?:word|wd|phrase|file)?$|secret|token|(?:^|_)key$|api_?key|credential|private/i;

/**
 * Options of foreign servers, user mappings and their tables without secrets, in the alphabet's order.
 *
 * @param options `name=value`, as the catalogs hold them
 * @example
 * redactOptions(["user=app", "password=hunter2"]); // ["password=[redacted]", "user=app"]
 */
export function redactOptions(options: readonly string[]): string[] {
  return options
    .map((option) => {
      const at = option.indexOf("=");
      return secret.test(option.slice(0, at)) ? `${option.slice(0, at)}=[redacted]` : option;
    })
    .sort();
}
