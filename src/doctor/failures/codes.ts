/** A code that was read from a line, and how sure it is one. */
export interface Code {
  /** A SQLSTATE (`42P07`), a MySQL errno (`1050`), or a code of Prisma's (`P3009`). */
  readonly code: string;
  /** Only digits between quotes: it is a SQLSTATE beside an error, and may be anything elsewhere. */
  readonly needsError: boolean;
}

/** Exception classes of psycopg, asyncpg and Ruby's pg, which are named after PostgreSQL's conditions. */
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const conditions: Readonly<Record<string, string>> = {
  DuplicateTable: "42P07",
  DuplicateColumn: "42701",
  DuplicateObject: "42710",
  DuplicateSchema: "42P06",
  DuplicateFunction: "42723",
  UndefinedTable: "42P01",
  UndefinedColumn: "42703",
  UndefinedObject: "42704",
  UndefinedFunction: "42883",
  InvalidSchemaName: "3F000",
  InvalidCatalogName: "3D000",
  DependentObjectsStillExist: "2BP01",
  NotNullViolation: "23502",
  ForeignKeyViolation: "23503",
  UniqueViolation: "23505",
  InvalidForeignKey: "42830",
  StringDataRightTruncation: "22001",
  InvalidTextRepresentation: "22P02",
  NumericValueOutOfRange: "22003",
  InvalidDatetimeFormat: "22007",
  DatetimeFieldOverflow: "22008",
  LockNotAvailable: "55P03",
  DeadlockDetected: "40P01",
  TRDeadlockDetected: "40P01",
  QueryCanceled: "57014",
  ReadOnlySqlTransaction: "25006",
  TooManyConnections: "53300",
  DiskFull: "53100",
  CannotConnectNow: "57P03",
  InsufficientPrivilege: "42501",
  ActiveSqlTransaction: "25001",
  InvalidSqlStatementName: "26000",
  DuplicatePreparedStatement: "42P05",
  DuplicatePstatement: "42P05",
  UnsafeNewEnumValueUsage: "55P04",
  ProgramLimitExceeded: "54000",
};

/** Symbols which mysql2 and TypeORM print. */
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
const symbols: Readonly<Record<string, string>> = {
  ER_TABLE_EXISTS_ERROR: "1050",
  ER_DUP_FIELDNAME: "1060",
  ER_DUP_KEYNAME: "1061",
  ER_FK_DUP_NAME: "1826",
  ER_NO_SUCH_TABLE: "1146",
  ER_BAD_TABLE_ERROR: "1051",
  ER_BAD_FIELD_ERROR: "1054",
  ER_CANT_DROP_FIELD_OR_KEY: "1091",
  ER_SP_DOES_NOT_EXIST: "1305",
  ER_CANNOT_ADD_FOREIGN: "1215",
  ER_FK_INCOMPATIBLE_COLUMNS: "3780",
  ER_FK_NO_INDEX_PARENT: "1822",
  ER_TOO_LONG_KEY: "1071",
  ER_TOO_BIG_ROWSIZE: "1118",
  ER_INDEX_COLUMN_TOO_LONG: "1709",
  ER_BAD_NULL_ERROR: "1048",
  ER_INVALID_USE_OF_NULL: "1138",
  ER_NO_DEFAULT_FOR_FIELD: "1364",
  ER_DUP_ENTRY: "1062",
  ER_DUP_ENTRY_WITH_KEY_NAME: "1586",
  ER_NO_REFERENCED_ROW: "1216",
  ER_NO_REFERENCED_ROW_2: "1452",
  ER_ROW_IS_REFERENCED_2: "1451",
  ER_DATA_TOO_LONG: "1406",
  ER_TRUNCATED_WRONG_VALUE: "1292",
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: "1366",
  ER_WARN_DATA_OUT_OF_RANGE: "1264",
  ER_INVALID_DEFAULT: "1067",
  WARN_DATA_TRUNCATED: "1265",
  ER_LOCK_WAIT_TIMEOUT: "1205",
  ER_LOCK_DEADLOCK: "1213",
  ER_OPTION_PREVENTS_STATEMENT: "1290",
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: "1792",
  ER_CON_COUNT_ERROR: "1040",
  ER_TOO_MANY_USER_CONNECTIONS: "1203",
  ER_RECORD_FILE_FULL: "1114",
  ER_DISK_FULL: "1021",
  ER_QUERY_INTERRUPTED: "1317",
  ER_QUERY_TIMEOUT: "3024",
  ER_BAD_DB_ERROR: "1049",
  ER_DBACCESS_DENIED_ERROR: "1044",
  ER_TABLEACCESS_DENIED_ERROR: "1142",
  ER_SPECIFIC_ACCESS_DENIED_ERROR: "1227",
  ER_SERVER_SHUTDOWN: "1053",
};

/** Any of these must be in a line that holds a code: cheap to look for. */
export const codeHints: readonly string[] = [
  "SQLSTATE",
  "SqlState",
  "sqlState",
  "ERROR",
  "FATAL",
  "PANIC",
  "errno",
  "code:",
  'code"',
  "code=",
  "error code",
  "PG::",
  "psycopg",
  "asyncpg",
  "ER_",
  "WARN_DATA",
  "Error: P",
  "error_code",
  "pymysql",
  "MySQLdb",
  "Error: (",
];

/** A place that makes what stands in it a code; `has` is looked for first, because that is cheap. */
interface Spot {
  readonly has: string;
  readonly pattern: RegExp;
}

/** Each place that makes five characters a SQLSTATE, digits an errno, P and four digits a code of Prisma's. */
const spots: readonly Spot[] = [
  { has: "SQLSTATE", pattern: /\bSQLSTATE(?:\[|[:=]? ?)([0-9A-Z]{5})\b/g },
  { has: "SqlState(", pattern: /SqlState\(E?([0-9A-Z]{5})\)/g },
  { has: "error code", pattern: /Database error code: ([0-9A-Z]{5}|\d{4})\b/g },
  { has: ": ", pattern: /\b(?:ERROR|FATAL|PANIC): {1,3}([0-9A-Z]{5}): /g },
  { has: "rror (", pattern: /\b[Ee]rror \(([0-9A-Z]{5})\)/g },
  { has: "ERROR ", pattern: /\bERROR (\d{4}) \([0-9A-Z]{5}\)/g },
  { has: "(", pattern: /\((\d{4}), ["']/g },
  { has: "errno", pattern: /\berrno["']?\s?[:=]\s?(\d{4})\b/g },
  { has: "SQLSTATE[", pattern: /SQLSTATE\[[0-9A-Z]{5}\]: [^:[\]]{1,60}: (\d{4}) /g },
  { has: "SQLSTATE[", pattern: /SQLSTATE\[[0-9A-Z]{5}\] \[(\d{4})\]/g },
  { has: "Error: P", pattern: /(?:^|[\s(])Error: (P\d{4})\s*$/g },
  { has: "Error: P1", pattern: /(?:^|[\s(])Error: (P1\d{3}):/g },
  { has: "P", pattern: /\berror_?[cC]ode["']?\s?[:=]\s?["'](P\d{4})["']/g },
];
const quoted = /\bcode["']? ?[:=] ?["']([0-9A-Z]{5})["']/g;
const classes = /\b(?:PG::|psycopg2?\.errors\.|asyncpg\.exceptions\.)([A-Z][A-Za-z]{3,40})/g;
const symbol = /\b(?:ER|WARN)_[A-Z0-9_]{3,60}\b/g;

/**
 * Reads the error codes out of one line: only where the words around them make them codes. A product may be called
 * P3009, and an order 23505.
 *
 * @example
 * readCodes("SQLSTATE[42S01]: Base table or view already exists: 1050 Table 'a' already exists"); // 42S01, 1050
 * readCodes("order 23505 shipped"); // none
 */
export function readCodes(text: string): Code[] {
  const found = new Map<string, Code>();
  const add = (code: string | undefined, needsError = false): void => {
    if (code !== undefined && found.get(code)?.needsError !== false) found.set(code, { code, needsError });
  };
  for (const { has, pattern } of spots) {
    if (text.includes(has)) for (const match of text.matchAll(pattern)) add(match[1]);
  }
  if (text.includes("code")) {
    for (const match of text.matchAll(quoted)) {
      // Prisma's own errors have such a code as well; elsewhere P1234 is anything.
      const code = match[1] ?? "";
      if (!/^P\d{4}$/.test(code)) add(code, /^\d{5}$/.test(code));
      else if (/prisma|migrat/i.test(text)) add(code);
    }
  }
  for (const match of text.matchAll(classes)) add(conditions[(match[1] ?? "").replace(/Error$/, "")]);
  if (text.includes("ER_") || text.includes("WARN_"))
    for (const match of text.matchAll(symbol)) add(symbols[match[0]]);
  return [...found.values()];
}

/** Tells that an object which is being printed is a database's error. */
export const errorContext =
  /severity["']?: |routine["']?: |QueryFailedError|driverError|DatabaseError|sqlState["']?: |(?:^|[\s(])error: /;
