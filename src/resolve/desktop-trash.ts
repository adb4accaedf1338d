/**
 * Directories that a desktop moved to its trash instead of deleting them, and that can be put back with a click.
 *
 * Linux: the Trash specification of freedesktop.org (GNOME, KDE, Xfce, trash-cli). One trash is in the user's home, one
 * in the root of each other volume; a program in a snap has one in its own home. `info/<name>.trashinfo` says where
 * `files/<name>` came from, percent-encoded, in the trash of a volume relative to its root, and spelled with the
 * symlinks of that time: they are resolved as far as they still exist, and otherwise the ledger's inode identifies the
 * directory. macOS: `~/.Trash` and `.Trashes/<uid>` of a volume record no origin; the inode identifies it, and without
 * one a name alone is a doubt. A trash on a mount that may not answer, or that a symlink leads to there, is not read.
 */
import { errnoOf } from "../errors.ts";
import { type BytePath, bytePath, rawPath, textOf } from "../fs/syscalls.ts";
import { streamOrNone } from "../fs/listing.ts";
import { readSmall } from "../fs/read-small.ts";
import type { Ancestor } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { reasonOfErrno, unknown } from "./errno.ts";
import { resolveHere } from "./foreign.ts";
import { isAtOrBelow, mountAt } from "./mount-table.ts";
import { foldName } from "./places.ts";
import { renamedTo } from "./renamed.ts";
import { whileUnchanged } from "./unchanged.ts";

interface DesktopTrashContext {
  readonly machine: Machine;
  readonly base: string;
  readonly mounts: readonly Mount[];
  readonly ancestors: Ancestors;
}

/** A path and a date fit. */
const LIMIT = 64 * 1024;
/** Half a second of reading. */
const MAX_ITEMS = 20_000;

/** `lost`: the part of the path from the first missing name to the workdir, as it was recorded. */
export function inDesktopTrash(path: string, lost: readonly Ancestor[], scene: DesktopTrashContext): Presence | null {
  const { machine, mounts, ancestors } = scene;
  if (machine.platform === "win32") return null;
  const volume = mountAt(mounts, path)?.point ?? "/";
  const real = realPathsIn(scene);
  const isAnswering = (directory: string): boolean => real(directory) !== null;
  const snaps = `${machine.userHome}/snap`;
  const ofSnaps = machine.platform === "linux" && isAnswering(snaps) ? homesIn(snaps, ancestors) : [];
  const trashes = [...trashesOf(machine, volume), ...ofSnaps.map((home) => `${home}/.local/share/Trash`)].filter(
    isAnswering,
  );
  if (machine.platform === "darwin") return byName(path, trashes, lost, scene);
  return byInfo(path, trashes, { volume, real }, scene) ?? byInode(trashes, lost, scene);
}

/** A path without its symlinks, as far as it exists; null where it leads onto a mount that may not answer. */
type RealPath = (path: string) => string | null;

const KNOWN = new WeakMap<Ancestors, Map<string, string | null>>();

/** The same few places are checked for each missing workdir. */
function realPathsIn({ machine, base, mounts, ancestors }: DesktopTrashContext): RealPath {
  const known = KNOWN.get(ancestors) ?? new Map<string, string | null>();
  KNOWN.set(ancestors, known);
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = resolveHere(path, { machine: { platform: machine.platform, mounts }, own: base });
    const real = found?.forms.at(-1) ?? null;
    known.set(path, real);
    return real;
  };
}

function trashesOf({ platform, userHome, dataHome = null, uid }: Machine, volume: string): string[] {
  const top = volume === "/" ? "" : volume;
  if (platform === "darwin") return [`${userHome}/.Trash`, ...(uid === null ? [] : [`${top}/.Trashes/${uid}`])];
  const homes = new Set([`${userHome}/.local/share`, ...(dataHome?.startsWith("/") === true ? [dataHome] : [])]);
  const own = [...homes].map((home) => `${home}/Trash`);
  return uid === null ? own : [...own, `${top}/.Trash/${uid}`, `${top}/.Trash-${uid}`];
}

/** `~/snap/<name>/<revision>`, each the home of what runs in that snap. Both are in lower case. */
function homesIn(snaps: string, ancestors: Ancestors): string[] {
  const below = (directory: string): string[] => {
    const listing = ancestors.list(directory);
    return listing.kind === "names" ? [...listing.folded].map((name) => `${directory}/${name}`) : [];
  };
  return below(snaps).flatMap(below);
}

function byInfo(
  path: string,
  trashes: readonly string[],
  { volume, real }: { readonly volume: string; readonly real: RealPath },
  { ancestors }: DesktopTrashContext,
): Presence | null {
  for (const trash of trashes) {
    const items = itemsIn(trash);
    if (typeof items === "string") return unknown(reasonOfErrno(items), { trash, error: items });
    for (const { from, name } of items) {
      const was = wasAt(path, from.startsWith("/") ? from : `${volume === "/" ? "" : volume}/${from}`, real);
      if (was === null) continue;
      // What was trashed with a directory is still inside it; what was deleted before is not.
      const place = `${trash}/files/${name}${path.slice(was.length)}`;
      if (ancestors.look(place).kind === "missing") continue;
      return { kind: "present", reason: "workdir-in-trash", evidence: { "in the trash": place } };
    }
  }
  return null;
}

/**
 * The form of `from` that a path is at or below; its last name is not a symlink, or the symlink itself would be in the
 * trash.
 */
function wasAt(path: string, from: string, real: RealPath): string | null {
  if (isAtOrBelow(path, from)) return from;
  const cut = from.lastIndexOf("/");
  const name = from.slice(cut);
  if (cut <= 0 || !`${path}/`.includes(`${name}/`)) return null;
  const above = real(from.slice(0, cut));
  const was = above === null ? null : `${above === "/" ? "" : above}${name}`;
  return was !== null && isAtOrBelow(path, was) ? was : null;
}

/** The very directory that was recorded is in the trash, whatever origin is noted for it. */
function byInode(
  trashes: readonly string[],
  lost: readonly Ancestor[],
  { ancestors }: DesktopTrashContext,
): Presence | null {
  if (lost.length === 0) return null;
  for (const trash of trashes) {
    const found = renamedTo(`${trash}/files`, lost, ancestors);
    if (found.kind === "renamed" && found.surely)
      return { kind: "present", reason: "workdir-in-trash", evidence: { "in the trash": found.to } };
  }
  return null;
}

/** macOS may deny listing it (full disk access): then its contents stay unknown. */
function byName(
  path: string,
  trashes: readonly string[],
  lost: readonly Ancestor[],
  { ancestors }: DesktopTrashContext,
): Presence | null {
  for (const trash of trashes) {
    const listing = ancestors.list(trash);
    if (listing.kind === "trouble") continue;
    if (lost.length > 0) {
      const found = renamedTo(trash, lost, ancestors);
      if (found.kind === "renamed")
        return { kind: "present", reason: "workdir-in-trash", evidence: { "in the trash": found.to } };
      continue;
    }
    const name = foldName(path.slice(path.lastIndexOf("/") + 1));
    // A second item of the same name gets the time of day appended.
    if ([...listing.folded].some((one) => one === name || (one.startsWith(`${name} `) && /\d$/.test(one))))
      return unknown("name-in-trash", { trash });
  }
  return null;
}

interface Item {
  readonly from: string;
  readonly name: string;
}

const itemsOf = whileUnchanged(8, readItems);

/** The items, or the errno. A directory that this user may not read holds nothing that this user could put back. */
function itemsIn(trash: string): readonly Item[] | string {
  try {
    return itemsOf(bytePath(`${trash}/info`));
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code === "EACCES" || code === "EPERM" || code === "ENOTDIR" ? [] : code;
  }
}

function readItems(info: BytePath): readonly Item[] {
  const items: Item[] = [];
  for (const name of streamOrNone(info)) {
    const stem = /^(.*)\.trashinfo$/.exec(name)?.[1];
    if (stem === undefined) continue;
    const file = readSmall(rawPath(`${info}/${name}`), LIMIT);
    const path = file.kind === "bytes" ? /^Path=(.*)$/m.exec(file.bytes.toString("latin1"))?.[1] : undefined;
    if (path !== undefined) items.push({ from: decoded(path), name: textOf(rawPath(stem)) });
    if (items.length >= MAX_ITEMS) break;
  }
  return items;
}

/** Bytes of the path; those that are not letters as `%` and two hex digits. */
function decoded(path: string): string {
  const bytes = path
    .replace(/\r$/, "")
    .replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return textOf(rawPath(bytes)).replace(/(.)\/$/, "$1");
}
