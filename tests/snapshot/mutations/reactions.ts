import { environmental, type Mutation, nothing, semantic } from "./mutation.ts";

const noted = "trigger app.item.item_noted";
const trigger = (definition: string) =>
  `DROP TRIGGER item_noted ON item; CREATE TRIGGER item_noted ${definition}`;
const seen = "policy app.item.item_seen";
const quiet = "rule app.item.item_quiet";

export const reactions: readonly Mutation[] = [
  semantic(
    noted,
    trigger(
      "BEFORE INSERT ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE OF name, status ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "AFTER INSERT OR UPDATE OF name, price ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH ROW WHEN (NEW.status IN ('new')) EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger("BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH ROW EXECUTE FUNCTION noted('a', 'b')"),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION noted('a', 'c')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH ROW WHEN (NEW.status IN ('new', 'old')) EXECUTE FUNCTION also_noted('a', 'b')",
    ),
  ),
  semantic(
    noted,
    trigger(
      "BEFORE INSERT OR UPDATE OF name, price ON item FOR EACH STATEMENT EXECUTE FUNCTION noted('a', 'b')",
    ),
  ),
  nothing(
    trigger(
      "BEFORE UPDATE OF name, price OR INSERT ON app.item FOR EACH ROW WHEN ((NEW.status IN ('new', 'old'))) EXECUTE PROCEDURE app.noted('a', 'b')",
    ),
  ),
  semantic(noted, "ALTER TABLE item DISABLE TRIGGER item_noted"),
  semantic(noted, "ALTER TABLE item ENABLE REPLICA TRIGGER item_noted"),
  semantic(noted, "ALTER TABLE item ENABLE ALWAYS TRIGGER item_noted"),
  nothing("ALTER TABLE item DISABLE TRIGGER item_noted; ALTER TABLE item ENABLE TRIGGER item_noted"),
  semantic([noted, "trigger app.item.item_told"], "ALTER TRIGGER item_noted ON item RENAME TO item_told"),
  semantic(noted, "ALTER TRIGGER item_noted ON item DEPENDS ON EXTENSION citext"),
  semantic(noted, "DROP TRIGGER item_noted ON item"),
  semantic(
    "trigger app.item.item_counted",
    "DROP TRIGGER item_counted ON item; CREATE TRIGGER item_counted AFTER DELETE ON item REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION also_noted()",
  ),
  semantic(
    "trigger app.item.item_counted",
    "DROP TRIGGER item_counted ON item; CREATE TRIGGER item_counted AFTER UPDATE ON item REFERENCING NEW TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION also_noted()",
  ),
  semantic(
    "trigger app.item.item_emptied",
    "CREATE TRIGGER item_emptied BEFORE TRUNCATE ON item EXECUTE FUNCTION noted()",
  ),
  semantic(
    "trigger app.item.item_checked",
    "DROP TRIGGER item_checked ON item; CREATE CONSTRAINT TRIGGER item_checked AFTER INSERT ON item FROM parent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION also_noted()",
  ),
  semantic(
    "trigger app.item.item_checked",
    "DROP TRIGGER item_checked ON item; CREATE CONSTRAINT TRIGGER item_checked AFTER INSERT ON item FROM parent FOR EACH ROW EXECUTE FUNCTION also_noted()",
  ),
  semantic(
    "trigger app.item.item_checked",
    "DROP TRIGGER item_checked ON item; CREATE CONSTRAINT TRIGGER item_checked AFTER INSERT ON item DEFERRABLE FOR EACH ROW EXECUTE FUNCTION also_noted()",
  ),
  semantic("trigger app.measured_1.measured_noted", "ALTER TABLE measured_1 DISABLE TRIGGER measured_noted"),
  semantic("trigger app.measured.measured_noted", "ALTER TABLE ONLY measured DISABLE TRIGGER measured_noted"),
  semantic(
    "trigger app.measured_1.own",
    "CREATE TRIGGER own AFTER INSERT ON measured_1 FOR EACH ROW EXECUTE FUNCTION noted()",
  ),

  semantic("event-trigger watch", "ALTER EVENT TRIGGER watch DISABLE"),
  semantic("event-trigger watch", "ALTER EVENT TRIGGER watch ENABLE ALWAYS"),
  semantic("event-trigger watch", "ALTER EVENT TRIGGER watch ENABLE REPLICA"),
  semantic("event-trigger watch", "DROP EVENT TRIGGER watch"),
  semantic(
    "event-trigger watch",
    "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE SERVER') EXECUTE FUNCTION watched()",
  ),
  semantic(
    "event-trigger watch",
    "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER') EXECUTE FUNCTION watched()",
  ),
  semantic(
    "event-trigger watch",
    "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER') EXECUTE FUNCTION watched_too()",
    {
      setup: "CREATE FUNCTION watched_too() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
      name: "another function of an event trigger",
    },
  ),
  semantic(["event-trigger watch", "event-trigger look"], "ALTER EVENT TRIGGER watch RENAME TO look"),
  semantic("event-trigger greet", "CREATE EVENT TRIGGER greet ON login EXECUTE FUNCTION watched()", {
    since: 17,
  }),

  semantic(quiet, "ALTER TABLE item DISABLE RULE item_quiet"),
  semantic(quiet, "ALTER TABLE item ENABLE REPLICA RULE item_quiet"),
  semantic(quiet, "ALTER TABLE item ENABLE ALWAYS RULE item_quiet"),
  semantic(quiet, "DROP RULE item_quiet ON item"),
  semantic([quiet, "rule app.item.item_silent"], "ALTER RULE item_quiet ON item RENAME TO item_silent"),
  semantic(
    quiet,
    "CREATE OR REPLACE RULE item_quiet AS ON DELETE TO item WHERE OLD.status IN ('old') DO INSTEAD NOTHING",
  ),
  semantic(
    quiet,
    "CREATE OR REPLACE RULE item_quiet AS ON UPDATE TO item WHERE OLD.status IN ('old', 'new') DO INSTEAD NOTHING",
  ),
  semantic(
    quiet,
    "CREATE OR REPLACE RULE item_quiet AS ON DELETE TO item WHERE OLD.status IN ('old', 'new') DO ALSO DELETE FROM second_base",
  ),
  semantic(
    quiet,
    "CREATE OR REPLACE RULE item_quiet AS ON DELETE TO item WHERE OLD.status IN ('old', 'new') DO INSTEAD DELETE FROM second_base",
    {
      setup:
        "CREATE OR REPLACE RULE item_quiet AS ON DELETE TO item WHERE OLD.status IN ('old', 'new') DO ALSO DELETE FROM second_base",
      name: "INSTEAD for ALSO",
    },
  ),
  nothing(
    "CREATE OR REPLACE RULE item_quiet AS ON DELETE TO item WHERE OLD.status IN ('old', 'new') DO INSTEAD NOTHING",
  ),

  semantic(seen, "ALTER POLICY item_seen ON item USING (true)"),
  semantic(seen, "ALTER POLICY item_seen ON item TO reader"),
  semantic("policy app.item.item_written", "ALTER POLICY item_written ON item TO reader, second_reader"),
  semantic("policy app.item.item_written", "ALTER POLICY item_written ON item WITH CHECK (price > 1)"),
  semantic(
    seen,
    "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item AS RESTRICTIVE FOR SELECT TO public USING (status IN ('new', 'old'))",
  ),
  semantic(
    seen,
    "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item FOR DELETE TO public USING (status IN ('new', 'old'))",
  ),
  semantic(
    seen,
    "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item TO public USING (status IN ('new', 'old'))",
  ),
  semantic(
    seen,
    "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item FOR UPDATE TO public USING (status IN ('new', 'old')) WITH CHECK (status IN ('new', 'old'))",
  ),
  nothing(
    "DROP POLICY item_seen ON item; CREATE POLICY item_seen ON item AS PERMISSIVE FOR SELECT USING (status IN ('new', 'old'))",
  ),
  semantic([seen, "policy app.item.item_shown"], "ALTER POLICY item_seen ON item RENAME TO item_shown"),
  semantic(seen, "DROP POLICY item_seen ON item"),
  environmental(seen, "COMMENT ON POLICY item_seen ON item IS 'said'"),
];
