/**
 * `JSON.stringify(document, null, 2)`, written piece by piece: the document of ten thousand entries has megabytes, and
 * need not be held as one string beside its values.
 */

/** How many rows of a list are serialized at once. */
const ROWS = 100;

/**
 * Passes the text of a document and a newline to `write`. A field may be any iterable: it becomes a list, and its rows
 * are requested as they are written.
 */
export function writeJson(document: object, write: (text: string) => void): void {
  const fields = Object.entries(document).filter(([, value]) => value !== undefined);
  write("{");
  fields.forEach(([key, value]: [string, unknown], at) => {
    write(`${at === 0 ? "" : ","}\n  ${JSON.stringify(key)}: `);
    if (isIterable(value)) writeList(value, write);
    else write(JSON.stringify(value, null, 2).replaceAll("\n", "\n  "));
  });
  write(fields.length === 0 ? "}\n" : "\n}\n");
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function writeList(rows: Iterable<unknown>, write: (text: string) => void): void {
  let begun = false;
  for (const some of portions(rows)) {
    // Without the brackets, indented one level more. A JSON string contains no line break, so this is safe.
    const text = JSON.stringify(some, null, 2).slice("[".length, -"\n]".length);
    write(`${begun ? "," : "["}${text.replaceAll("\n", "\n  ")}`);
    begun = true;
  }
  write(begun ? "\n  ]" : "[]");
}

function* portions(rows: Iterable<unknown>): Generator<unknown[], void> {
  let some: unknown[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < ROWS) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
