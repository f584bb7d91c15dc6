import { secretOption } from "../../../sql/mask-secrets.ts";

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
      return secretOption.test(option.slice(0, at)) ? `${option.slice(0, at)}=[redacted]` : option;
    })
    .sort();
}
