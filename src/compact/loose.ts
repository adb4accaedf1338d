/** The loose objects of a git directory: one file each, `objects/<2 hex>/<38 or 62 hex>`. */
import { errnoOf } from "../errors.ts";
import { pace } from "../fs/breathe.ts";
import { below, bytePath, type BytePath, lstat, lstatOrNull } from "../fs/door.ts";
import { names } from "../fs/listing.ts";
import type { LooseSum } from "../model/compaction.ts";

const FAN_OUT = /^[0-9a-f]{2}$/;
const REST = /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;

export interface LooseObject {
  /** Its name in full. */
  readonly name: string;
  readonly size: number;
  /** Allocated; none where a link elsewhere keeps the file. */
  readonly bytes: number;
}

export interface Loose extends LooseSum {
  readonly files: readonly LooseObject[];
}

export function objectsOf(gitDirectory: string): BytePath {
  return bytePath(`${gitDirectory}/objects`);
}

export function placeOf(gitDirectory: string, name: string): BytePath {
  return bytePath(`${gitDirectory}/objects/${name.slice(0, 2)}/${name.slice(2)}`);
}

/**
 * Null where `objects` or `objects/pack` is no directory on the repo's own file system: through a symlink we would move
 * what belongs to somebody else. Throws the errno.
 */
export async function listLoose(gitDirectory: string, signal?: AbortSignal): Promise<Loose | null> {
  const breathe = pace(signal);
  const objects = objectsOf(gitDirectory);
  const device = lstatOrNull(bytePath(gitDirectory))?.identity.dev;
  if (!isOwnDirectory(objects, device) || !isOwnDirectory(below(objects, "pack"), device)) return null;
  const files: LooseObject[] = [];
  for (const fan of names(objects)) {
    const directory = below(objects, fan);
    if (!FAN_OUT.test(fan) || !isOwnDirectory(directory, device)) continue;
    for (const rest of names(directory)) {
      if (REST.test(rest)) files.push(...objectAt(below(directory, rest), fan + rest));
      await breathe();
    }
  }
  return { files, ...sumOf(files) };
}

export function sumOf(files: readonly LooseObject[]): LooseSum {
  return { objects: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function objectAt(path: BytePath, name: string): LooseObject[] {
  try {
    const { kind, size, bytes, links } = lstat(path);
    return kind === "file" ? [{ name, size, bytes: links > 1 ? 0 : bytes }] : [];
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function isOwnDirectory(path: BytePath, device: string | undefined): boolean {
  const stat = lstatOrNull(path);
  return stat?.kind === "directory" && stat.identity.dev === device;
}
