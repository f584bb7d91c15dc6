// What the native engine says, after its source: schema-engine/connectors/sql-schema-connector/src/flavour/postgres.

/** P3018, as the native engine words what the server said about a migration. */
export function migrationError(error, { migration, script }) {
  const code = error.code ?? "none";
  const described = describe(error, script);
  const message = `A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: ${migration}

Database error code: ${code}

Database error:
${described}
`;
  const meta = { migration_name: migration, database_error_code: code, database_error: described };
  return { is_panic: false, message, meta, error_code: "P3018" };
}

/** The error as a sentence, the lines of the file before it, and the error as Rust prints a structure. */
function describe(error, script) {
  // Lost connections have no severity.
  if (error.severity === undefined) return error.message;
  const sentence = [
    `${error.severity}: ${error.message}`,
    ...(error.detail === undefined ? [] : [`DETAIL: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`HINT: ${error.hint}`]),
  ].join("\n");
  const structure = [
    `severity: ${JSON.stringify(error.severity)}`,
    "parsed_severity: Some(Error)",
    `code: SqlState(E${error.code})`,
    `message: ${JSON.stringify(error.message)}`,
    `detail: ${optional(error.detail)}`,
    `hint: ${optional(error.hint)}`,
    `position: ${error.position === undefined ? "None" : `Some(Original(${error.position}))`}`,
    `where_: ${optional(error.where)}`,
    `schema: ${optional(error.schema)}`,
    `table: ${optional(error.table)}`,
    `column: ${optional(error.column)}`,
    `datatype: ${optional(error.dataType)}`,
    `constraint: ${optional(error.constraint)}`,
    `file: ${optional(error.file)}`,
    `line: ${error.line === undefined ? "None" : `Some(${error.line})`}`,
    `routine: ${optional(error.routine)}`,
  ].join(", ");
  return `${sentence}${linesAround(error.position, script)}\n\nDbError { ${structure} }`;
}

function optional(text) {
  return text === undefined ? "None" : `Some(${JSON.stringify(text)})`;
}

/** The line of the error in bold and red, after five others; the position counts characters, and it takes them for bytes. */
function linesAround(position, script) {
  if (position === undefined) return "";
  const lines = script.split("\n");
  let bytes = 0;
  const at = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return Number(position) <= bytes;
  });
  if (at === -1) return "";
  const before = Array.from({ length: 5 }, (_, i) => ({ number: at - 4 + i, line: lines[at - 5 + i] ?? "" }));
  const shown = before
    .filter(({ number }) => number >= 0)
    .map(({ number, line }) => `\x1b[1m${String(number).padStart(3)}\x1b[0m${line && " "}${line}`);
  return `\n\nPosition:\n${shown.join("\n")}\n\x1b[1m${String(at + 1).padStart(3)}\x1b[1;31m ${lines[at]}\x1b[0m`;
}

/** What the command line is told where there is no connection. */
export function connectionError(error, { host, port, user, database }) {
  if (error.code === "3D000") {
    const message = `Database \`${database}\` does not exist`;
    return { error_code: "P1003", message, meta: { database_name: database } };
  }
  if (error.code === "28P01") {
    const message = `Authentication failed against database server, the provided database credentials for \`${user}\` are not valid.\n\nPlease make sure to provide valid database credentials for the database server at the configured address.`;
    return { error_code: "P1000", message, meta: { database_user: user } };
  }
  if (["ECONNREFUSED", "ENOTFOUND", "ENOENT", "ETIMEDOUT"].includes(error.code)) {
    const place = `\`${host}:${port}\``;
    const message = `Can't reach database server at ${place}\n\nPlease make sure your database server is running at ${place}.`;
    return { error_code: "P1001", message, meta: { database_location: `${host}:${port}` } };
  }
  return { error_code: "P1010", message: String(error.message), meta: {} };
}
