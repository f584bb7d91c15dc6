import type { Application } from "./application.ts";
import { type Failure, prismaError } from "./database.ts";

/** What `docker compose logs` shows of the start that failed, and of the restart after it. */
export function composeLog({ service, migrations }: Application, failure: Failure): string {
  const boot = `
> ${service}@2.19.0 start-docker
> npm-run-all check-db update-tracker start-server

Environment variables loaded from .env
Prisma schema loaded from prisma/schema.prisma
Datasource "db": PostgreSQL database "${service}", schema "public" at "db:5432"

${migrations.length} migrations found in prisma/migrations
`;
  const moment = failure.startedAt.toISOString().replace("T", " ").replace("Z", "");
  return [
    line("db", `${moment} UTC [1] LOG:  database system is ready to accept connections`),
    ...lines(service, boot),
    ...lines(service, `Applying migration \`${failure.migration}\``),
    line("db", `${moment} UTC [71] ERROR:  ${failure.message}`),
    ...lines(service, `Error: P3018\n\n${prismaError(failure)}`),
    ...lines(service, 'ERROR: "update-db" exited with 1.'),
    ...lines(service, boot),
    ...lines(
      service,
      `Error: P3009

migrate found failed migrations in the target database, new migrations will not be applied. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve
The \`${failure.migration}\` migration started at ${moment} UTC failed
`,
    ),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

function lines(service: string, text: string): string[] {
  return text.split("\n").map((content) => line(service, content));
}

function line(service: string, content: string): string {
  return `${`${service}-1`.padEnd(12)}| ${content}`;
}
