/**
 * The path of a record: that of its document with a JSON pointer after it (RFC 6901 in its form for a fragment), so that it is
 * one place below a base as any other, and no other record has it.
 *
 *   sessions.json#/agent:main:whatsapp         a member of the document
 *   sessions.json#/sessions/[id]/8f14e45f      an element of the array `sessions`, by its field `id`
 *
 * Escaped with a percent sign is what would be ambiguous there, or not a name in a path.
 */
import type { RecordList } from "./document.ts";

export interface RecordAddress {
  /** The path of the document, as the other paths of its entry are. */
  readonly document: string;
  readonly list: RecordList;
  readonly key: string;
}

const BETWEEN = "#/";

export function recordPath({ document, list: { path, field }, key }: RecordAddress): string {
  const tokens = [...path.map(escape), ...(field === undefined ? [] : [`[${escape(field)}]`]), escape(key)];
  return `${document}${BETWEEN}${tokens.join("/")}`;
}

/** Null where it is not the path of a record, as this writes it. */
export function recordAt(path: string): RecordAddress | null {
  const at = path.lastIndexOf(BETWEEN);
  const tokens = at <= 0 ? [] : path.slice(at + BETWEEN.length).split("/");
  const [last, ...above] = tokens.toReversed();
  if (last === undefined) return null;
  const field = above[0]?.startsWith("[") === true ? unescape(above.shift()?.slice(1, -1) ?? "") : undefined;
  const [key, names] = [unescape(last), above.toReversed().map(unescape)];
  if (key === null || field === null || names.includes(null)) return null;
  const list = { path: names.filter((name) => name !== null), ...(field === undefined ? {} : { field }) };
  const address = { document: path.slice(0, at), list, key };
  return recordPath(address) === path ? address : null;
}

/** An empty name has no other sign. */
const EMPTY = "%";

function escape(name: string): string {
  if (name === "") return EMPTY;
  return name.replaceAll(/[%/#[\]]|^\.{1,2}$/g, (text) =>
    [...text].map((one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).join(""),
  );
}

function unescape(token: string): string | null {
  if (token === EMPTY) return "";
  if (/%(?![0-9A-F]{2})/.test(token)) return null;
  return token.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
