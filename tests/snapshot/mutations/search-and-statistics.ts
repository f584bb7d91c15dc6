import { type Mutation, nothing, semantic } from "./mutation.ts";

const found = "text-search-configuration app.found";
const words = "text-search-dictionary app.words";
const kinds = "statistics app.item_kinds";
const parser = (rest: string) =>
  `DROP TEXT SEARCH PARSER parts; CREATE TEXT SEARCH PARSER parts (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype${rest})`;

export const searchAndStatistics: readonly Mutation[] = [
  semantic(found, "ALTER TEXT SEARCH CONFIGURATION found ADD MAPPING FOR numword WITH words"),
  semantic(found, "ALTER TEXT SEARCH CONFIGURATION found DROP MAPPING FOR word"),
  semantic(
    found,
    "ALTER TEXT SEARCH CONFIGURATION found ALTER MAPPING FOR word WITH pg_catalog.simple, words",
    { name: "another order of dictionaries" },
  ),
  semantic(found, "ALTER TEXT SEARCH CONFIGURATION found ALTER MAPPING FOR word WITH words"),
  semantic(found, "ALTER TEXT SEARCH CONFIGURATION found ALTER MAPPING REPLACE words WITH english_stem"),
  semantic(
    found,
    "DROP TEXT SEARCH CONFIGURATION found; CREATE TEXT SEARCH CONFIGURATION found (PARSER = parts)",
    {
      setup:
        'DROP TEXT SEARCH CONFIGURATION found; CREATE TEXT SEARCH CONFIGURATION found (PARSER = pg_catalog."default")',
      name: "another parser",
    },
  ),
  semantic(
    [found, "text-search-configuration app.sought"],
    "ALTER TEXT SEARCH CONFIGURATION found RENAME TO sought",
  ),
  nothing(
    "ALTER TEXT SEARCH CONFIGURATION found DROP MAPPING FOR word; ALTER TEXT SEARCH CONFIGURATION found ADD MAPPING FOR word WITH app.words, simple",
  ),
  semantic(words, "ALTER TEXT SEARCH DICTIONARY words (STOPWORDS = german)"),
  semantic(words, "ALTER TEXT SEARCH DICTIONARY words (ACCEPT = false)"),
  semantic(
    words,
    "DROP TEXT SEARCH DICTIONARY words CASCADE; CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = lexical, STOPWORDS = english)",
    {
      setup: "ALTER TEXT SEARCH CONFIGURATION found DROP MAPPING FOR asciiword, word",
      name: "another template",
    },
  ),
  semantic("text-search-parser app.parts", parser("")),
  semantic("text-search-parser app.parts", "DROP TEXT SEARCH PARSER parts"),
  nothing(parser(", HEADLINE = prsd_headline")),
  semantic(
    "text-search-template app.lexical",
    "DROP TEXT SEARCH TEMPLATE lexical; CREATE TEXT SEARCH TEMPLATE lexical (LEXIZE = dsimple_lexize)",
  ),
  semantic(
    "text-search-template app.lexical",
    "DROP TEXT SEARCH TEMPLATE lexical; CREATE TEXT SEARCH TEMPLATE lexical (INIT = dsimple_init, LEXIZE = dispell_lexize)",
  ),

  semantic(kinds, "ALTER STATISTICS item_kinds SET STATISTICS 100"),
  semantic(kinds, "ALTER STATISTICS item_kinds SET STATISTICS 0"),
  nothing("ALTER STATISTICS item_kinds SET STATISTICS -1"),
  semantic(
    kinds,
    "DROP STATISTICS item_kinds; CREATE STATISTICS item_kinds (ndistinct) ON status, name FROM item",
  ),
  semantic(
    kinds,
    "DROP STATISTICS item_kinds; CREATE STATISTICS item_kinds (ndistinct, dependencies, mcv) ON status, name FROM item",
  ),
  semantic(
    kinds,
    "DROP STATISTICS item_kinds; CREATE STATISTICS item_kinds (ndistinct, dependencies) ON status, price FROM item",
  ),
  nothing(
    "DROP STATISTICS item_kinds; CREATE STATISTICS item_kinds (dependencies, ndistinct) ON name, status FROM item",
  ),
  semantic([kinds, "statistics app.item_sorts"], "ALTER STATISTICS item_kinds RENAME TO item_sorts"),
  semantic(
    "statistics app.item_expressed",
    "DROP STATISTICS item_expressed; CREATE STATISTICS item_expressed ON (price * 3), status FROM item",
    { since: 14 },
  ),
];
