import type { Definition } from "./definition.ts";

/** Definitions by their addresses, and who needs whom. */
export interface Web {
  readonly definitions: Map<string, Definition>;
  readonly needs: Map<string, Set<string>>;
}

/** What is announced first, where several could be. */
const ranks: Readonly<Record<string, number>> = { pg_type: 0, pg_class: 1, pg_proc: 2 };

/**
 * Opens circles of definitions: what can be announced (a type by its name, a view by its columns, a function without
 * its body) is taken apart into two, and those in the circle need the announcement alone. A circle in which nothing can
 * be announced stays as it is.
 *
 * @param always which definitions an announcement needs too
 */
export function openCircles(web: Web, always: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (let opened = true; opened; ) {
    opened = false;
    for (const circle of circlesIn(web.needs)) {
      const address = mostFit(circle, web, always);
      if (address === undefined) continue;
      announce(address, circle, web, always.get(address) ?? new Set());
      opened = true;
    }
  }
}

function mostFit(
  circle: ReadonlySet<string>,
  { definitions }: Web,
  always: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const cost = (address: string) => {
    const [catalog = ""] = address.split("/");
    const stuck = [...(always.get(address) ?? [])].some((needed) => circle.has(needed));
    return (stuck ? 10 : 0) + (ranks[catalog] ?? 5);
  };
  return [...circle]
    .filter((address) => definitions.get(address)?.shell !== undefined)
    .toSorted((a, b) => cost(a) - cost(b))[0];
}

function announce(
  address: string,
  circle: ReadonlySet<string>,
  { definitions, needs }: Web,
  always: ReadonlySet<string>,
): void {
  const definition = definitions.get(address);
  if (definition?.shell === undefined) return;
  const announced = `${address} announced`;
  const { phase, shell, whole } = definition;
  definitions.set(announced, { address: announced, phase, sql: shell });
  definitions.set(address, { address, phase, sql: whole ?? definition.sql });
  needs.set(announced, new Set(always));
  for (const member of circle) {
    const its = needs.get(member);
    if (its?.delete(address)) its.add(announced);
  }
  needs.set(address, (needs.get(address) ?? new Set()).add(announced));
}

/** Groups of more than one, each of which needs all others in the end: Tarjan's algorithm, without recursion. */
function circlesIn(needs: ReadonlyMap<string, ReadonlySet<string>>): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const circles: Set<string>[] = [];
  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, open: (needs.get(node) ?? new Set()).values() };
  };
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node) ?? to, to));
  for (const start of needs.keys()) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { node, open } = at;
      const next = open.next();
      if (!next.done) {
        if (!index.has(next.value)) path.push(enter(next.value));
        else if (onStack.has(next.value)) lower(node, index.get(next.value) ?? 0);
        continue;
      }
      path.pop();
      const above = path.at(-1)?.node;
      if (above !== undefined) lower(above, low.get(node) ?? 0);
      if (low.get(node) !== index.get(node)) continue;
      const circle = new Set(stack.splice(stack.lastIndexOf(node)));
      for (const member of circle) onStack.delete(member);
      if (circle.size > 1) circles.push(circle);
    }
  }
  return circles;
}
