import { directWords } from "../access-words.ts";
import { defineCheck } from "../check.ts";

export const sharedSession = defineCheck<Record<string, never>>({
  id: "shared-session",
  summary: "A pooler between here and the server gives each transaction to whichever server process is free.",
  aboutAccess: true,
  explain: `
# A pooler that shares connections

Between here and the server is a pooler (PgBouncer, Supavisor, pgcat ...) in transaction or statement mode: one connection is
answered by several server processes, and one process answers several connections.

**How it comes about.** \`DATABASE_URL\` is the application's: port 6432, 6543, a host name with \`pooler\` in it. For the application
that is right.

**What it means.** What a session holds is lost or left with somebody else: advisory locks (Prisma's own migration lock: P1002
later on), settings, prepared statements (\`prepared statement "s0" already exists\`). \`godwit doctor\` works: all it does are
single read-only transactions. \`godwit repair\` holds locks from the first step to the last, and refuses.

**What can be known.** It is said only where it is proven: two processes answered one connection of ours, or one process two of
them. A pooler in session mode gives no sign, and does no harm.

**What to do.** For migrations, take the server's own address: \`directUrl = env("DIRECT_URL")\` in schema.prisma, or \`--database\`.

**What not to do.** \`?pgbouncer=true\` makes the application work behind a pooler; it does not make migrations safe there.
`,
  detect: ({ access }) => (access?.shared === true ? [{}] : []),
  severity: () => "info",
  title: () => "Between here and the server is a pooler that shares server connections",
  explanation: () =>
    "The doctor works that way. Repairs and migrations hold locks, which would be lost there or left with others: they need the server's own address.",
  proof: () => [
    "one connection of ours was answered by two server processes, or two connections by one (transaction or statement mode)",
  ],
  remedies: () => [
    {
      id: "direct-url",
      title: "Repair and migrate by the direct way",
      recommended: true,
      hazards: [],
      steps: [
        { kind: "person", action: directWords },
        { kind: "person", action: 'Then: `godwit repair --database "$DIRECT_URL"`' },
      ],
    },
  ],
});
