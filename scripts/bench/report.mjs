/** What a benchmark found: its rows, as a table and as JSON, and beside those of an earlier run. */
import { readFileSync } from "node:fs";

/** Less than this is what two runs of the same program differ by. */
const MUCH = 1.1;

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} [note] figures that belong to it
 * @property {string} [yardstick] of a row that has a ratio
 * @property {number} [ratio] of our median to that of the yardstick
 * @property {Readonly<Record<string, number>>} [peers] ratios to others that do the same work, in the same turns
 * @property {number} [ms] of a row that has no yardstick
 * @property {number} [peakMb] of resident memory
 * @property {number | string | null} [target]
 *
 * @typedef {object} Report
 * @property {string} machine
 * @property {number} entries
 * @property {number} files
 * @property {number} pairs
 * @property {readonly Row[]} rows
 */

/** The whole report as a Markdown table. */
export function table(/** @type {Report} */ { machine, entries, files, pairs, rows }) {
  return [
    `${machine}; ${entries} entries of about ${files} files, ${pairs} pairs in turns, warm cache`,
    "",
    "| what | ours (min - max) | yardstick | ratio | at most | peers | peak |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${cells(row).join(" | ")} |`),
  ].join("\n");
}

function cells(row) {
  if (row.yardstick === undefined) return [row.what, `${row.ms} ms`, "", "", row.target ?? "", "", ""];
  const peers = Object.entries(row.peers ?? {}).map(([name, ratio]) => `${ratio} of ${name}`);
  return [
    row.note === undefined ? row.what : `${row.what} (${row.note})`,
    times(row.ours),
    `${row.yardstick}: ${times(row.theirs)}`,
    row.ratio,
    row.target ?? "",
    peers.join(", "),
    row.peakMb === undefined ? "" : `${row.peakMb} MB`,
  ];
}

function times({ median, min, max }) {
  const [middle, least, most] = [median, min, max].map((ms) => Number(ms.toFixed(1)));
  return `${middle} ms (${least} - ${most})`;
}

/**
 * Reads what an earlier run wrote (`--output`, `--json`). Throws an Error that says what is wrong with it, also where it
 * is of other sizes: ratios of those say nothing about the code.
 */
export function readEarlier(file, /** @type {{ entries: number, files: number }} */ sizes) {
  const earlier = parsed(file);
  if (typeof earlier !== "object" || earlier === null || !Array.isArray(earlier.rows))
    throw new Error(`${file} has no "rows": expected what --output or --json wrote`);
  for (const name of ["entries", "files"])
    if (earlier[name] !== sizes[name])
      throw new Error(`${file} is of ${earlier[name]} ${name}, this run is of ${sizes[name]}: expected the same sizes`);
  return /** @type {Report} */ (earlier);
}

function parsed(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`${file} cannot be read (${code})`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: expected what --output or --json wrote`, { cause: error });
  }
}

/** Lines that name what became slower, or larger in memory, by more than a tenth; and what could not be compared. */
export function compared(/** @type {Report} */ earlier, /** @type {Report} */ now, file) {
  const before = new Map(earlier.rows.map((row) => [keyOf(row), row]));
  const pairs = now.rows.flatMap((row) => {
    const old = before.get(keyOf(row));
    return old === undefined ? [] : [{ row, old }];
  });
  // Times of another machine, or of another Node, say nothing; ratios do.
  const sameMachine = earlier.machine === now.machine;
  const worse = pairs.flatMap(({ row, old }) => [
    ...worseIn(row, old, "ratio", row.yardstick === undefined ? "" : ` of ${row.yardstick}`),
    ...(sameMachine ? worseIn(row, old, "ms", " ms") : []),
    ...worseIn(row, old, "peakMb", " MB"),
  ]);
  const keys = new Set(now.rows.map(keyOf));
  return [
    ...(sameMachine
      ? []
      : [`${file} is of another machine (${earlier.machine}): only ratios and memory are compared.`]),
    worse.length === 0
      ? `Of ${pairs.length} rows none is worse than in ${file} by more than a tenth.`
      : `Worse than in ${file} by more than a tenth, ${worse.length} of ${pairs.length} rows:`,
    ...worse.map((line) => `  ${line}`),
    ...notIn("not in the earlier run", now.rows, before),
    ...notIn("only in the earlier run", earlier.rows, keys),
  ];
}

function keyOf({ what, yardstick = "" }) {
  return `${what}\n${yardstick}`;
}

function worseIn(row, old, field, unit) {
  const [now, before] = [row[field], old[field]];
  if (now === undefined || before === undefined || now <= before * MUCH) return [];
  const percent = before === 0 ? "" : `, ${Math.round((now / before - 1) * 100)} % more`;
  return [`${row.what}: ${now}${unit}, was ${before}${percent}`];
}

function notIn(how, rows, /** @type {{ has: (key: string) => boolean }} */ others) {
  const names = rows.filter((row) => !others.has(keyOf(row))).map(({ what }) => what);
  return names.length === 0 ? [] : [`Not compared, ${how}: ${names.join("; ")}`];
}
