import { type Mutation, nothing, semantic } from "./mutation.ts";

const near = 'operator app."~=" (integer, integer)';
const operator = (rest: string) =>
  `DROP OPERATOR ~= (int, int); CREATE OPERATOR ~= (LEFTARG = int, RIGHTARG = int, ${rest})`;
const backward = "operator-class app.backward USING btree";
const opclass = (head: string, rest: string) =>
  `DROP OPERATOR CLASS backward USING btree; CREATE OPERATOR CLASS backward ${head} AS ${rest}`;
const members =
  "OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 int_order(int, int)";
const loose = "operator-family app.loose USING hash";
const number = 'cast "(app.mood AS integer)"';
const cast = (rest: string) => `DROP CAST (mood AS int); CREATE CAST (mood AS int) ${rest}`;
const transform = 'transform "FOR integer LANGUAGE sql"';

export const operators: readonly Mutation[] = [
  semantic(near, "DROP OPERATOR ~= (int, int)"),
  semantic(near, operator("FUNCTION = int4eq, COMMUTATOR = ~=, RESTRICT = eqsel")),
  semantic(near, operator("FUNCTION = near, RESTRICT = eqsel")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=, RESTRICT = neqsel")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=, RESTRICT = eqsel, JOIN = eqjoinsel")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=, RESTRICT = eqsel, HASHES")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=, RESTRICT = eqsel, MERGES")),
  semantic(near, operator("FUNCTION = near, COMMUTATOR = ~=, RESTRICT = eqsel, NEGATOR = !~=")),
  semantic(near, "ALTER OPERATOR ~= (int, int) SET (RESTRICT = contsel)"),
  semantic([near, 'operator other."~=" (integer, integer)'], "ALTER OPERATOR ~= (int, int) SET SCHEMA other"),
  semantic('operator app."@@@" (NONE, integer)', "CREATE OPERATOR @@@ (RIGHTARG = int, FUNCTION = int4abs)", {
    name: "a prefix operator",
  }),
  nothing(operator("PROCEDURE = app.near, COMMUTATOR = OPERATOR(app.~=), RESTRICT = eqsel")),

  semantic(
    backward,
    opclass(
      "FOR TYPE int USING btree FAMILY numbers",
      "OPERATOR 1 >, OPERATOR 3 =, OPERATOR 5 <, FUNCTION 1 int_order(int, int)",
    ),
  ),
  semantic(
    backward,
    opclass("FOR TYPE int USING btree FAMILY numbers", members.replace("int_order", "btint4cmp")),
  ),
  semantic(
    [backward, "operator-family app.backward USING btree"],
    opclass("FOR TYPE int USING btree", members),
    { name: "another family of a class" },
  ),
  semantic(
    backward,
    opclass("DEFAULT FOR TYPE degree USING btree FAMILY numbers", "FUNCTION 1 degree_order(degree, degree)"),
    {
      setup: `CREATE FUNCTION degree_order(degree, degree) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp'; ${opclass("FOR TYPE degree USING btree FAMILY numbers", "FUNCTION 1 degree_order(degree, degree)")}`,
      name: "the default class of a type",
    },
  ),
  semantic(
    "operator-class app.kept USING gist",
    "DROP OPERATOR FAMILY kept USING gist CASCADE; CREATE OPERATOR FAMILY kept USING gist; CREATE OPERATOR CLASS kept FOR TYPE circle USING gist FAMILY kept AS OPERATOR 3 &&, STORAGE box",
    {
      setup:
        "CREATE OPERATOR FAMILY kept USING gist; CREATE OPERATOR CLASS kept FOR TYPE circle USING gist FAMILY kept AS OPERATOR 3 &&",
      name: "what a class stores",
    },
  ),
  nothing(opclass("FOR TYPE int USING btree FAMILY app.numbers", members)),
  semantic(
    [backward, "operator-class app.reversed USING btree"],
    "ALTER OPERATOR CLASS backward USING btree RENAME TO reversed",
  ),
  semantic(loose, "ALTER OPERATOR FAMILY loose USING hash ADD OPERATOR 1 = (int, bigint)"),
  semantic(loose, "ALTER OPERATOR FAMILY loose USING hash ADD FUNCTION 1 (int, int) hashint4(int)"),
  semantic(loose, "ALTER OPERATOR FAMILY loose USING hash DROP OPERATOR 1 (int, bigint)", {
    setup: "ALTER OPERATOR FAMILY loose USING hash ADD OPERATOR 1 = (int, bigint), OPERATOR 1 = (int, int)",
  }),
  semantic(
    "operator-family app.away USING gist",
    "ALTER OPERATOR FAMILY away USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops",
    { setup: "CREATE OPERATOR FAMILY away USING gist", name: "an operator that orders" },
  ),
  semantic(loose, "DROP OPERATOR FAMILY loose USING hash"),

  semantic(number, cast("WITH FUNCTION mood_number(mood)")),
  semantic(number, cast("WITH FUNCTION mood_number(mood) AS IMPLICIT")),
  semantic(number, cast("WITH FUNCTION mood_other(mood) AS ASSIGNMENT"), {
    setup: "CREATE FUNCTION mood_other(mood) RETURNS int LANGUAGE sql AS 'SELECT 2'",
  }),
  semantic(number, cast("WITH INOUT AS ASSIGNMENT")),
  semantic(number, "DROP CAST (mood AS int)"),
  semantic('cast "(app.degree AS integer)"', "CREATE CAST (degree AS int) WITHOUT FUNCTION"),
  semantic(
    transform,
    "DROP TRANSFORM FOR int LANGUAGE sql; CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
  ),
  semantic(
    transform,
    "DROP TRANSFORM FOR int LANGUAGE sql; CREATE TRANSFORM FOR int LANGUAGE sql (TO SQL WITH FUNCTION int4recv(internal))",
  ),
  semantic(transform, "DROP TRANSFORM FOR int LANGUAGE sql"),

  semantic(
    "conversion app.latin",
    "DROP CONVERSION latin; CREATE DEFAULT CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
  ),
  semantic(
    "conversion app.latin",
    "DROP CONVERSION latin; CREATE CONVERSION latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
  ),
  semantic("conversion app.latin", "DROP CONVERSION latin"),
  semantic(
    "language plmine",
    "CREATE OR REPLACE LANGUAGE plmine HANDLER plmine_call INLINE plmine_inline VALIDATOR plmine_check",
    { name: "a language that is not trusted" },
  ),
  semantic(
    "language plmine",
    "CREATE OR REPLACE TRUSTED LANGUAGE plmine HANDLER plmine_call VALIDATOR plmine_check",
    { name: "a language without inline code" },
  ),
  semantic(
    "language plmine",
    "CREATE OR REPLACE TRUSTED LANGUAGE plmine HANDLER plmine_call INLINE plmine_inline",
    { name: "a language without validator" },
  ),
  semantic(["language plmine", "language plours"], "ALTER LANGUAGE plmine RENAME TO plours"),
  semantic(
    "access-method btree2",
    "DROP ACCESS METHOD btree2; CREATE ACCESS METHOD btree2 TYPE INDEX HANDLER hashhandler",
  ),
  semantic(
    "access-method btree2",
    "DROP ACCESS METHOD btree2; CREATE ACCESS METHOD btree2 TYPE TABLE HANDLER heap_tableam_handler",
  ),
];
