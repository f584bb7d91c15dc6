import type { OnlyObject } from "../schema/compare.ts";
import type { DiffResult, ObjectDifference } from "../workflows/diff.ts";
import type { SideFacts } from "../workflows/side.ts";
import { attributesText, cut, lengthOf } from "./attribute-text.ts";
import type { TextOptions } from "./doctor-text.ts";
import { environmentText } from "./environment-text.ts";
import { counted, keyText, kindText } from "./kind-text.ts";
import { printable } from "./printable.ts";
import { type Style, styleOf } from "./style.ts";
import { deeper, wrap } from "./wrap.ts";

/** How many objects, and how many suggestions, are shown; all of them are in the JSON. */
const mostObjects = 300;
const mostRenames = 20;

/** How two databases differ, for a tired person: the answer first, then object by object, then what to type next. */
export function diffText(result: DiffResult, options: TextOptions & { readonly strict: boolean }): string {
  const style = styleOf(options.colour);
  const width = Math.max(40, Math.min(options.width, 160));
  const wrapped = (text: string, paint = (one: string) => one) =>
    wrap(printable(text), width, deeper)
      .split("\n")
      .map((line) => paint(line))
      .join("\n");
  const parts = [
    answer(result, style, width),
    [sideLine(style.red("a"), result.a, style), sideLine(style.green("b"), result.b, style)].join("\n"),
    result.notes.map((note) => wrapped(note, style.dim)).join("\n"),
    objects(result, style, width),
    renames(result, style),
    environmentText(result, { style, width, strict: options.strict }),
    undecided(result, style),
    wrapped(next(result, options.strict), style.dim),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function answer({ outcome, counts, a, changed }: DiffResult, style: Style, width: number): string {
  const { semantic, environmental } = counts;
  const fingerprint = `fingerprint ${a.fingerprint.slice(0, 16)}…`;
  const attributes = [
    ...new Set(changed.flatMap((one) => one.environmental.map(({ attribute }) => attribute))),
  ];
  const where = printable(attributes.slice(0, 4).join(", ")) || "owners, grants or the like";
  const besides = environmental === 0 ? "" : `in ${where} of ${counted(environmental, "object")}`;
  const text = {
    equal: `They are equal: ${counted(a.objects, "object")}, ${fingerprint}`,
    environmental: `They are equal in what they do: ${counted(a.objects, "object")}, ${fingerprint} They differ ${besides}.`,
    differ: `They differ in ${counted(semantic, "object")}${besides && `, and ${besides}`}.`,
    "cannot-tell": `It cannot be told whether they are equal: a part was behind another session's lock. What could be read is equal${besides && `, but for ${besides}`}.`,
  }[outcome];
  const paint = {
    equal: style.green,
    environmental: style.green,
    differ: style.red,
    "cannot-tell": style.yellow,
  };
  return wrap(text, width)
    .split("\n")
    .map((line) => style.bold(paint[outcome](line)))
    .join("\n");
}

function sideLine(name: string, { title, serverVersion, objects: count }: SideFacts, style: Style): string {
  return `${style.bold(name)}  ${printable(title)}${style.dim(`, version ${printable(serverVersion)}, ${counted(count, "object")}`)}`;
}

/** Something to be told of one object. */
interface Entry {
  readonly schema: string;
  /** The table or type under which it is told. */
  readonly group: string;
  readonly isPart: boolean;
  readonly name: string;
  readonly lines: (style: Style, width: number) => string[];
}

function objects(result: DiffResult, style: Style, width: number): string {
  const entries = [
    ...onlyEntries(result.onlyInA, "a"),
    ...onlyEntries(result.onlyInB, "b"),
    ...result.changed.flatMap((change) => (change.semantic.length > 0 ? [changedEntry(change)] : [])),
  ].sort((x, y) => order(x.schema, y.schema) || order(x.group, y.group) || order(x.name, y.name));
  const lines: string[] = [];
  let schema: string | undefined;
  let group: string | undefined;
  for (const entry of entries.slice(0, mostObjects)) {
    if (entry.schema !== schema) {
      lines.push(...(schema === undefined ? [] : [""]));
      lines.push(style.bold(entry.schema === "" ? "In no schema" : `Schema ${printable(entry.schema)}`));
    }
    if (entry.isPart && (entry.schema !== schema || entry.group !== group))
      lines.push(`  ${style.bold(printable(entry.group))}`);
    schema = entry.schema;
    group = entry.group;
    const indent = entry.isPart ? "    " : "  ";
    lines.push(...entry.lines(style, width - indent.length).map((line) => indent + line));
  }
  const rest = entries.length - mostObjects;
  return [...lines, ...(rest > 0 ? ["", `and ${rest} more; \`--json\` has all of them`] : [])].join("\n");
}

function onlyEntries(all: readonly OnlyObject[], side: "a" | "b"): Entry[] {
  const parts = new Map<string, Map<string, number>>();
  for (const { object, within } of all) {
    if (within === undefined) continue;
    const kinds = parts.get(within) ?? new Map<string, number>();
    parts.set(within, kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1));
  }
  return all.flatMap(({ object, within }) => {
    // A part whose table is not there either is counted with it.
    if (within !== undefined || object.environmental) return [];
    const { kind, identity, definition } = object;
    const place = placeOf(object);
    const kinds = [...(parts.get(`${kind} ${identity}`) ?? [])].sort(([x], [y]) => order(x, y));
    const with_ = kinds.map(([one, count]) => counted(count, kindText(one))).join(", ");
    const lines = (style: Style, width: number) => {
      const paint = side === "a" ? style.red : style.green;
      const name = place.isPart ? `${kindText(kind)} ${printable(place.name)}` : keyText(kind, identity);
      const head = `${side === "a" ? "-" : "+"} ${name}${with_ && `, with ${with_}`}`;
      const told = `   only in ${side}`;
      const text = printable((definition ?? "").replace(/\s+/g, " "));
      const room = width - lengthOf(head) - told.length - 2;
      const brief = text === "" || with_ !== "" || room < 12 ? "" : `: ${cut(text, room)}`;
      return [`${paint(head)}${style.dim(told + brief)}`];
    };
    return [{ ...place, lines }];
  });
}

function changedEntry(change: ObjectDifference): Entry {
  const place = placeOf(change);
  const lines = (style: Style, width: number) => {
    const { kind, identity, semantic } = change;
    const name = place.isPart ? `${kindText(kind)} ${printable(place.name)}` : keyText(kind, identity);
    return [`${style.yellow(`~ ${name}`)}`, ...attributesText(semantic, { width, indent: "    ", style })];
  };
  return { ...place, lines };
}

/** They have their own name as their relation. */
const wholes: ReadonlySet<string> = new Set(["table", "view", "materialized-view"]);

function placeOf({
  kind,
  schema,
  relation,
  name,
  identity,
}: Pick<ObjectDifference, "kind" | "schema" | "relation" | "name" | "identity">) {
  const isPart = relation !== undefined && !wholes.has(kind);
  return { schema, group: isPart ? relation : name, isPart, name: isPart ? name : identity };
}

function renames({ renames: all }: DiffResult, style: Style): string {
  if (all.length === 0) return "";
  const lines = all
    .slice(0, mostRenames)
    .map(({ from, to, why }) => `  ${keyOf(from)} → ${keyOf(to)}${style.dim(`   ${printable(why)}`)}`);
  const rest = all.length - mostRenames;
  return [
    `${style.bold("Looks like a rename")}${style.dim(" (nothing proves it; both are listed above)")}`,
    ...lines,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join("\n");
}

function undecided({ undecided: keys, a, b }: DiffResult, style: Style): string {
  const relations = [...new Set([...a.unreadable, ...b.unreadable])];
  if (relations.length + keys.length === 0) return "";
  const names = relations.length > 0 ? relations.map(printable) : keys.map(keyOf);
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
  return `${style.yellow(style.bold("Behind another session's lock, and not compared in full"))}\n  ${shown}`;
}

function next({ outcome, a, b, undecided: keys }: DiffResult, strict: boolean): string {
  const files = [a, b].some(({ kind }) => kind === "files");
  const database = [a, b].some(({ kind }) => kind === "database");
  const locked = [a, b].some(({ unreadable }) => unreadable.length > 0) || keys.length > 0;
  const words = [
    ...(locked
      ? ["Run this again when the lock is gone; in the project, `godwit doctor` names who holds it."]
      : []),
    ...(outcome === "differ" && files && database
      ? ["`godwit doctor` finds out which migrations explain the database, and what to do."]
      : []),
    ...(outcome === "environmental" && !strict ? ["With --strict, that counts as a difference too."] : []),
    ...(outcome === "differ" ? ["For scripts: --json."] : []),
  ];
  return words.join(" ");
}

function keyOf(key: string): string {
  const space = key.indexOf(" ");
  return keyText(key.slice(0, space), key.slice(space + 1));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
