import type { SchemaObject } from "../schema/object.ts";

/** Objects by their keys: what a statement about one of them has to know of the others. */
export type Objects = ReadonlyMap<string, SchemaObject>;

/** Statements about single objects, made from what a snapshot knows of them. Nothing is ever removed with CASCADE. */
export interface ObjectSql {
  /**
   * @param objects one, or tables, which may reference each other
   * @returns undefined for what cannot be removed (a value of an enum) or is not one application's own
   */
  drop(objects: readonly SchemaObject[], among: Objects): string | undefined;
  /**
   * Makes an object as it was, without rows. A table comes with its columns, and what belongs to it is made apart.
   *
   * @param among the snapshot in which the object was
   * @returns undefined where a snapshot does not know enough of it
   */
  make(object: SchemaObject, among: Objects): readonly string[] | undefined;
  /**
   * Adds a value to an enum, at its place among those which are there or were added before it.
   *
   * @param among where it is to be added
   * @returns undefined where the enum is not there
   */
  addValue(value: SchemaObject, among: Objects): readonly string[] | undefined;
  /** What a column that is added again gets when its rows have their values. */
  afterRows(column: SchemaObject): readonly string[];
  /**
   * Makes of an object that is there what it was.
   *
   * @returns undefined where that cannot be done, or not without making it anew
   */
  change(from: SchemaObject, to: SchemaObject, among: Objects): readonly string[] | undefined;
  /** Gives an object a former name. */
  rename(from: SchemaObject, to: SchemaObject): string;
  /**
   * Owner, comment and rights of an object that is made again.
   *
   * @param role who makes it
   */
  dress(object: SchemaObject, role: string): readonly string[];
  /** Ties a sequence that was made again to its column. */
  own(sequence: SchemaObject, among: Objects): readonly string[];
}
