/**
 * Checks the rows of a plan that may have been changed in between: each names places of its own base, and no others.
 */
import { basename, dirname } from "node:path";
import { expectErrno, UNREADABLE } from "../errors.ts";
import type { Entry, Member } from "../model/entry.ts";
import { isOurs } from "../model/names.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash, TrashItem } from "../model/trash.ts";
import { readTrashName } from "../fs/spelled-name.ts";
import { formatTrashName, isPlace, parseTrashName, trashId, type TrashName } from "../model/trash-name.ts";
import type { Agent } from "../agents/agent.ts";
import { isFor } from "../scan/discover.ts";
import { linkAbove } from "../reclaim/containers.ts";
import type { TrashPlace } from "../scan/trash-places.ts";
import { recordAt } from "../stores/json-records/place.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";
import { fits, invalid, isObject, schemas, shown, valueAt } from "./row-schemas.ts";

export interface CheckedBase {
  readonly agent: Agent;
  readonly base: string;
  readonly stores: readonly Kind[];
  /** The directories where isolated members of this base may lie. */
  readonly trash: readonly TrashPlace[];
}

/** Throws `plan-invalid`, as every function here. */
export function checkEntryRow(row: PlannedEntry, facts: CheckedBase): void {
  fits(schemas().row, row, `the row of ${nameOf(row, "judged", "entry")}`);
  const { entry } = row.judged;
  checkEntry(entry, facts);
  const { rule: by } = row.ruling;
  const step = row.steps[0];
  if (step?.kind === "isolate" && step.rule !== by) throw invalid(`rule of ${nameOf(entry)}`, step.rule, String(by));
}

export function checkEntry(entry: Entry, { agent, base, stores }: CheckedBase): void {
  const name = nameOf(entry);
  fits(schemas().entry, entry, name);
  if (entry.base !== base) throw invalid(`base of ${name}`, entry.base, base);
  for (const member of entry.members) checkMember(member, name, base);
  for (const [at, { path, place }] of entry.members.entries()) {
    if (path !== `${base}/${place}`) throw invalid(`path of ${name}`, path, `${base}/${place}`);
    checkTrashName(entry, at);
  }
  checkContainer(entry);
  const places = entry.members.map(({ place }) => place);
  const store = kindNamed(stores, entry.store);
  // An unknown kind fails as its own row later on: nothing of it is moved.
  if (store === null) return;
  const [first = ""] = entry.members[0].place.split("/");
  const isFree = !isOurs(first) && isFor(store, first, agent);
  if (!isFree || store.isEntry?.(entry.id, places) === false)
    throw invalid(`place of ${name}`, places.join(", "), `what ${entry.store} keeps of an entry called ${entry.id}`);
}

export function checkTrashRow(row: PlannedTrash, facts: CheckedBase): void {
  fits(schemas().trash, row, `the row of ${nameOf(row, "item")}`);
  checkItem(row.item, facts);
}

/** Each member lies in a trash of this base, and its name there matches the plan. */
function checkItem(item: TrashItem, { base, trash }: CheckedBase): void {
  const name = `${item.id} in the trash`;
  if (item.base !== base) throw invalid(`base of ${name}`, item.base, base);
  const names = item.members.map((member) => {
    checkMember(member, name, base);
    const found = trash.find(({ directory }) => directory === dirname(member.path));
    const isThere = found !== undefined && basename(member.path).startsWith(found.prefix);
    const said = isThere ? readTrashName(member.path) : null;
    if (said === null) throw invalid(`path of ${name}`, member.path, `a name in the trash of ${base}`);
    if (said.place !== member.place) throw invalid(`place of ${name}`, member.place, said.place);
    if (said.as !== member.as) throw invalid(`kind of ${name}`, member.as, String(said.as));
    return said;
  });
  const said = namedBy(names);
  // A partly restored item is incomplete, although its names match.
  const keys = ["entryId", "store", "rule", "taken", "since", "marked", "conflicted", "returned", "id"] as const;
  for (const key of item.complete ? [...keys, "complete" as const] : keys) {
    if (item[key] !== said[key]) throw invalid(`${key} of ${name}`, item[key], `${shown(said[key])}, as its name says`);
  }
}

type NamedFacts = Pick<
  TrashItem,
  "entryId" | "store" | "rule" | "taken" | "since" | "marked" | "conflicted" | "returned" | "complete" | "id"
>;

/** As scan/trash-places.ts reads them. */
function namedBy(names: readonly TrashName[]): Partial<NamedFacts> {
  const [first] = names;
  if (first === undefined) return {};
  const taken = Math.min(...names.map((one) => one.taken));
  const alike = names.every(({ entryId, nonce }) => entryId === first.entryId && nonce === first.nonce);
  return {
    entryId: alike ? first.entryId : "",
    store: first.store,
    rule: first.rule,
    taken,
    since: Math.max(...names.map((one) => one.since)),
    marked: names.some(({ marked }) => marked),
    conflicted: names.some(({ conflicted }) => conflicted),
    ...(names.every(({ returned }) => returned === true) ? { returned: true } : {}),
    complete: names.length === first.of,
    id: trashId({ ...first, taken }),
  };
}

/** A record that no document can have would be looked for in another one. */
function checkMember({ place, as }: Pick<Member, "place" | "as">, name: string, base: string): void {
  const record = as === "record" ? recordAt(place) : undefined;
  if (record === null) throw invalid(`place of ${name}`, place, "the path of a record");
  checkPlace(record === undefined ? { place } : { place: record.document }, name, base);
  if (record !== undefined) checkPlace({ place }, name, base);
}

/** Below the base by its text, and with no symlink on the way, which could lead elsewhere. */
function checkPlace({ place }: Pick<Member, "place">, name: string, base: string): void {
  if (!isPlace(place)) throw invalid(`place of ${name}`, place, "a path below the base, without . and ..");
  const link = linkOnTheWay(base, place);
  if (link !== null)
    throw invalid(`place of ${name}`, `${base}/${place}`, `no symlink on the way to it (${link} is one)`);
}

function linkOnTheWay(base: string, place: string): string | null {
  try {
    return linkAbove(base, place);
  } catch (error) {
    // A path that cannot be read cannot be moved either, and fails as its own row.
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

/** The name alone is the record of a move: an item whose name cannot be parsed is lost in the trash. */
function checkTrashName({ id, store, members }: Entry, at: number): void {
  const member = members[at];
  if (member === undefined) return;
  const name: TrashName = {
    marked: false,
    entryId: id,
    taken: 0,
    since: 0,
    nonce: "00000000",
    rule: "orphan",
    conflicted: false,
    store,
    member: at + 1,
    of: members.length,
    place: member.place,
    ...(member.as === undefined ? {} : { as: member.as }),
  };
  if (!isReadBack(name))
    throw invalid(`name of ${nameOf({ id })}`, [id, store, member.place], "one that the trash can hold");
}

function isReadBack(name: TrashName): boolean {
  try {
    return parseTrashName(formatTrashName(name)) !== null;
  } catch (error) {
    // Half a surrogate pair cannot be encoded.
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** A directory that is removed when it is empty: only one around the entry's own members, in the base. */
function checkContainer({ base, container, members, id }: Entry): void {
  if (container === undefined) return;
  const place = container.startsWith(`${base}/`) ? container.slice(base.length + 1) : "";
  const around = isPlace(place) && members.every((member) => member.place.startsWith(`${place}/`));
  if (!around) throw invalid(`container of ${id}`, container, "a directory around its members");
}

/** The name that an unvalidated value has under one of some keys. */
function nameOf(value: unknown, ...keys: readonly string[]): string {
  return `entry ${shown(valueAt(value, [...keys, "id"]) ?? "?")}`;
}

/** A list in a plan. */
export function listIn(value: unknown, what: string): void {
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid(what, value, "a list of rows");
}
