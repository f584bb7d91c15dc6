import type { ObjectSql } from "../../object-sql.ts";
import { change } from "./change.ts";
import { dress, own } from "./dress.ts";
import { drop, rename } from "./drop.ts";
import { addValue, afterRows, make } from "./make.ts";

/** Statements about single objects, for PostgreSQL. */
export const objectSql: ObjectSql = { drop, rename, make, addValue, afterRows, change, dress, own };
