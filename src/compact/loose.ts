/** The loose objects of a git directory: one file each, `objects/<2 hex>/<38 or 62 hex>`. */
import { errnoOf } from "../errors.ts";
import { createYielder } from "../fs/cooperative.ts";
import { below, bytePath, type BytePath, lstat, lstatOrNull } from "../fs/syscalls.ts";
import { names } from "../fs/listing.ts";
import type { LooseTotals } from "../model/compaction.ts";

const FAN_OUT = /^[0-9a-f]{2}$/;
const REST = /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;

export interface LooseObject {
  /** Its name in full. */
  readonly name: string;
  readonly size: number;
  /** Allocated; 0 where another hard link keeps the file. */
  readonly bytes: number;
}

export interface LooseObjects extends LooseTotals {
  readonly files: readonly LooseObject[];
}

export function objectsDirectory(gitDirectory: string): BytePath {
  return bytePath(`${gitDirectory}/objects`);
}

export function looseObjectPath(gitDirectory: string, name: string): BytePath {
  return bytePath(`${gitDirectory}/objects/${name.slice(0, 2)}/${name.slice(2)}`);
}

/**
 * Null where `objects` or `objects/pack` is not a directory on the repo's own file system: behind a symlink the files may
 * belong to another repo. Throws the errno.
 */
export async function listLoose(gitDirectory: string, signal?: AbortSignal): Promise<LooseObjects | null> {
  const yieldIfDue = createYielder(signal);
  const objects = objectsDirectory(gitDirectory);
  const device = lstatOrNull(bytePath(gitDirectory))?.identity.dev;
  if (!isOwnDirectory(objects, device) || !isOwnDirectory(below(objects, "pack"), device)) return null;
  const files: LooseObject[] = [];
  for (const fan of names(objects)) {
    const directory = below(objects, fan);
    if (!FAN_OUT.test(fan) || !isOwnDirectory(directory, device)) continue;
    for (const rest of names(directory)) {
      if (REST.test(rest)) files.push(...objectAt(below(directory, rest), fan + rest));
      await yieldIfDue();
    }
  }
  return { files, ...totalsOf(files) };
}

export function totalsOf(files: readonly LooseObject[]): LooseTotals {
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
