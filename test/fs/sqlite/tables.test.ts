// Definitions of tables in all their spellings: the columns are those that SQLite sees, and what it would not accept
// either is refused.

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parseCreateTable } from "../../../src/fs/sqlite/create-table.ts";
import { refusalOf } from "../../../src/fs/sqlite/refusal.ts";
import { scratch } from "../support.ts";
import { needSqlite, random, rowsOf, sqlite } from "./support.ts";

beforeEach(needSqlite);

const DEFINITIONS = [
  "a, b, c",
  "a int, b text, c real",
  `"a" integer primary key, [b c] text, \`d\`\`e\` blob, 'f''g' x`,
  "a integer primary key autoincrement, b",
  "a INTEGER not null primary key on conflict replace, b",
  "a int primary key, b unique",
  "b, a integer, primary key (a)",
  "b, a integer, constraint k primary key (a) on conflict ignore, constraint u unique (b, a)",
  "a text primary key, b text unique, unique (a), unique (b, a), unique (a, b)",
  "a text unique primary key, b",
  "a text collate nocase primary key, b text collate binary",
  "a text, b text, primary key (b, a)",
  "a varchar(10) default 'x,y)', b decimal(10, -2) default -5.5, c unsigned big int default +3 not null",
  "a check (a <> ')' and (a or 1)), b default (1 + (2)), c check (b in (1, 2, 'x''y'))",
  "a constraint n not null constraint u unique constraint d default 5, b null",
  "a /* a comment, b */ text, -- another, c\n b /*)*/ -- )\n",
  "a references t (a) on delete set null on update cascade match simple not deferrable initially deferred, b",
  "a references u deferrable not null, b references u not null default 3",
  "a, b, foreign key (a, b) references t (a, b) on delete no action deferrable initially immediate, check (a > 0)",
  "a, b, check (a) unique (a) foreign key (b) references t",
  "\u00e4 text, \u{1f600} int, _x$1 real",
  'key, action, replace, "primary", no, temp, "check" text',
  'a text default "quoted", b default current_timestamp, c default true',
  "a TEXT\n\tNOT\r\nNULL , b",
  "a long type name with words, b 'quoted type' (3)",
  'a generated_by text, b "as" int',
  "a default x'00ff', b default 0x10, c default 1e10, d default .5, e default -1",
];

describe("the columns of a table", () => {
  it.each(DEFINITIONS)("%s", (definition) => {
    const path = join(scratch(), "a.db");
    sqlite(path, `create table t (${definition});`);
    const names = sqlite(path, ".mode list\n.separator ' ' \\n\nselect hex(name) from pragma_table_info('t');")
      .trim()
      .split("\n")
      .map((name) => Buffer.from(name, "hex").toString());
    // Each column has its own value, so that any shift shows; a key has to be an integer.
    sqlite(
      path,
      `pragma ignore_check_constraints=on;
      insert into t values (${names.map((_, at) => 10 + at).join()}); insert into t values (${names.map((_, at) => 30 + at).join()});`,
    );
    const rows = [10, 30].map((first) => names.map((_, at) => first + at));
    const read = rowsOf(path, "t", names);
    expect(Array.isArray(read) ? read.map((row: unknown[]) => row.map(Number)) : read).toEqual(rows);
    // The reader's own list, without being asked for names.
    expect(parseCreateTable(`CREATE TABLE t (${definition})`, "t").columns.map(({ name }) => name)).toEqual(names);
  });
});

describe("a definition that is not understood is refused", () => {
  it.each([
    "",
    "a",
    "(a",
    "(a))",
    "()",
    "(a,)",
    "(a, a)",
    "(a, A)",
    "(a) nonsense",
    "(a 'x)",
    '(a "x)',
    "(a [x)",
    "(a primary)",
    "(a primary key, b primary key)",
    "(a, primary key (b))",
    "(a, unique (a collate nocase))",
    "(a, unique (a desc))",
    "(a default)",
    "(a default -)",
    "(a default ,)",
    "(a default 5x)",
    "(a check)",
    "(a check (b)",
    "(a references)",
    "(a references t on delete)",
    "(a on conflict fail)",
    "(a not)",
    "(a \u0001)",
    "(a; b)",
    "(a, check (1), b)",
  ])("t %s", (rest) => {
    expect(() => parseCreateTable(`CREATE TABLE t ${rest}`, "the table t")).toThrow(
      /^the definition of the table t is|^a def/,
    );
  });

  it("and nothing but a refusal is thrown for any change of a text", () => {
    const next = random(5);
    const signs = " ,()'\"[]`-*/xAS0\n".split("");
    for (let round = 0; round < 20_000; round += 1) {
      const text = `CREATE TABLE t (${DEFINITIONS[next(DEFINITIONS.length)]!})`.split("");
      for (let change = 0; change <= next(3); change += 1)
        text.splice(next(text.length), next(3), signs[next(signs.length)]!);
      try {
        parseCreateTable(text.join(""), "t");
      } catch (error) {
        if (refusalOf(error) === null) throw error;
      }
    }
  });
});
