/**
 * The only way to resolve paths that come from a setting, an argument or a repo: `keep`, a base, a profile,
 * config.yaml, git alternates, the argument of `explain`. Such a path may be on a mount whose server is unreachable, or
 * lead there through a symlink on a local disk, and a system call on such a mount never returns. So each component is
 * checked separately: a child with a deadline (remote.ts) checks what is on a network, FUSE or autofs mount, this
 * process the rest. A timeout is a result (`ETIMEDOUT`), and nothing here throws an errno.
 *
 * scripts/layers.table.mjs enforces it: no other file follows links or resolves paths.
 */
import { realPathOrNull } from "../fs/syscalls.ts";
import { bytePath } from "../fs/byte-path.ts";
import { errnoOf, messageOf } from "../errors.ts";
import { type Child, children } from "../fs/listing.ts";
import { readTextFile, type TextFile } from "../fs/read-text.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import { followLinks, type Link, lookAtLink, type Resolution, type PathQuery } from "./links.ts";
import { isAtOrBelow } from "./mount-table.ts";
import { askChild, isAsked, isSilent, keyOf, remoteMounts, type ProbeRequest } from "./remote.ts";

export interface ForeignPaths {
  /** Resolves all of them, keyed by the text that was given. */
  readonly resolve: (paths: Iterable<string>) => Promise<ReadonlyMap<string, Resolution>>;
  readonly list: (path: string) => Promise<ListResult>;
  /** Reads a text file, through symlinks. */
  readonly read: (path: string) => Promise<TextFile>;
}

/** `briefly`: what looks at no path twice, for one search of many places that share most of their directories. */
export type ForeignSearch = ForeignPaths & { readonly briefly: () => ForeignPaths };

export type ListResult =
  | { readonly kind: "names"; readonly names: readonly Child[] }
  | { readonly kind: "trouble"; readonly code: string; readonly message: string };

/** A child's answer about the links of a path. */
export interface Followed {
  readonly path: string;
  readonly links: readonly (readonly [string, Link])[];
}

export interface ForeignContext {
  readonly machine: Pick<Machine, "mounts" | "platform">;
  /** The base of this run, which is read anyway: mounts above it are accessed directly. Null: none yet. */
  readonly own: string | null;
  readonly signal: AbortSignal | undefined;
  /**
   * Once a mount has answered, this process accesses it directly: for places that the run reads anyway once they are
   * found.
   */
  readonly trusting?: boolean;
}

/** Where the mount table cannot be read, anything may be on a mount that does not answer. */
const ANYTHING: readonly Mount[] = [{ id: null, point: "/", source: "unknown", root: "/", type: "fuse" }];

export function foreignPaths({ machine, own, signal, trusting = false }: ForeignContext): ForeignSearch {
  const mounts = machine.mounts ?? ANYTHING;
  // No mount is at or above the empty path.
  const asked = mounts.filter((mount) => isAsked(mount, own ?? ""));
  const trusted = new Set<string>();
  const mountOf = (path: string): Mount | null => {
    if (!asked.some(({ point }) => isAtOrBelow(path, point))) return null;
    const mount = remoteMounts(path, own ?? "", mounts).at(-1) ?? null;
    return mount === null || trusted.has(mount.point) ? null : mount;
  };
  const known = new Map<string, Link>();

  /** Null: a child has to check it. */
  const look = (path: string): Link | null => known.get(path) ?? (mountOf(path) === null ? lookAtLink(path) : null);

  const ask = async (mount: Mount, wanted: ReadonlyMap<string, PathQuery>): Promise<void> => {
    const { point } = mount;
    const others = asked.flatMap((other) =>
      other.point !== point && isAtOrBelow(other.point, point) ? other.point : [],
    );
    const paths = [...new Set([...wanted.values()].map(({ whole }) => whole()))];
    const followed = await asking<Followed>(mount, { kind: "follow", point, others, paths }, signal);
    if (trusting && followed.length === paths.length) trusted.add(point);
    for (const { links } of followed) for (const [path, link] of links) known.set(path, link);
    for (const { at } of wanted.values()) if (!known.has(at)) known.set(at, timedOutLink(point));
  };

  const through = (looking: typeof look): ForeignPaths => {
    const resolve: ForeignPaths["resolve"] = async (paths) => {
      const all = [...new Set(paths)];
      for (;;) {
        const walked = all.map((path) => [path, walk(path, looking)] as const);
        const waiting = new Map<Mount, Map<string, PathQuery>>();
        for (const [path, found] of walked) {
          const mount = found.waiting === null ? null : mountOf(found.waiting.at);
          if (found.waiting === null || mount === null) continue;
          waiting.set(mount, (waiting.get(mount) ?? new Map<string, PathQuery>()).set(path, found.waiting));
        }
        if (waiting.size === 0)
          return new Map(walked.flatMap(([path, { done }]) => (done === null ? [] : [[path, done]])));
        await Promise.all([...waiting].map(async ([mount, wanted]) => ask(mount, wanted)));
      }
    };

    /** The result for each path: where it really is, or why that is unknown. */
    const real = async (path: string): Promise<RealLocation> => {
      const found = (await resolve([path])).get(path);
      if (found === undefined || found.end.kind === "missing")
        return { kind: "trouble", code: "ENOENT", message: `ENOENT: ${path} is not there` };
      return found.end.kind === "trouble" ? found.end : { kind: "there", path: found.at, mount: mountOf(found.at) };
    };

    const list: ForeignPaths["list"] = async (path) => {
      const place = await real(path);
      if (place.kind === "trouble") return place;
      if (place.mount === null) return listHere(place.path);
      const [listed] = await asking<ListResult>(place.mount, { kind: "list", path: place.path }, signal);
      return listed ?? timedOutLink(path);
    };

    const read: ForeignPaths["read"] = async (path) => {
      const place = await real(path);
      if (place.kind === "trouble")
        return place.code === "ENOENT" ? { kind: "missing" } : { ...place, kind: "unreadable" };
      if (place.mount === null) return readTextFile(place.path);
      const [text] = await asking<TextFile>(place.mount, { kind: "read", path: place.path }, signal);
      return text ?? { ...timedOutLink(path), kind: "unreadable" };
    };

    return { resolve: machine.platform === "win32" ? resolveByName : resolve, list, read };
  };
  return { ...through(look), briefly: () => through(lookingOnce(look)) };
}

function lookingOnce(look: (path: string) => Link | null): (path: string) => Link | null {
  const seen = new Map<string, Link>();
  return (path) => {
    const found = seen.get(path) ?? look(path);
    if (found !== null) seen.set(path, found);
    return found;
  };
}

async function asking<T>(mount: Mount, request: ProbeRequest, signal: AbortSignal | undefined): Promise<T[]> {
  if (isSilent(keyOf(mount))) return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the output of probe.ts
  return (await askChild(keyOf(mount), request, signal)) as T[];
}

type FailedLink = Extract<Link, { readonly kind: "trouble" }>;

/** Where a path really is, or why that is unknown. */
type RealLocation =
  | { readonly kind: "there"; readonly path: string; readonly mount: Mount | null }
  | Omit<FailedLink, "below">;

function timedOutLink(below: string): FailedLink {
  return { kind: "trouble", code: "ETIMEDOUT", message: `ETIMEDOUT: the mount of ${below} does not answer`, below };
}

/**
 * The same, synchronously, for callers that cannot wait (completion): null where the path leads onto a mount that may
 * not answer.
 */
export function resolveHere(path: string, { machine, own }: Omit<ForeignContext, "signal">): Resolution | null {
  const mounts = machine.mounts ?? ANYTHING;
  return walk(path, (at) => (remoteMounts(at, own ?? "", mounts).length === 0 ? lookAtLink(at) : null)).done;
}

/** The mount point of the first mount on the path that may not answer; null: there is none. */
export function silentPointOn(path: string, machine: ForeignContext["machine"]): string | null {
  const mounts = machine.mounts ?? ANYTHING;
  const { waiting } = walk(path, (at) => (remoteMounts(at, "", mounts).length === 0 ? lookAtLink(at) : null));
  return waiting === null ? null : (remoteMounts(waiting.at, "", mounts).at(-1)?.point ?? null);
}

type Walked =
  | { readonly done: Resolution; readonly waiting: null }
  | { readonly done: null; readonly waiting: PathQuery };

function walk(path: string, look: (path: string) => Link | null): Walked {
  const way = followLinks(path);
  let step = way.next();
  while (step.done !== true) {
    const found = look(step.value.at);
    if (found === null) return { done: null, waiting: step.value };
    step = way.next(found);
  }
  return { done: inTrueCase(step.value, look), waiting: null };
}

/** A case-insensitive file system records each name in one case only, which is used here. */
function inTrueCase(found: Resolution, look: (path: string) => Link | null): Resolution {
  if (process.platform !== "darwin" || (found.end.kind !== "directory" && found.end.kind !== "other")) return found;
  const isLocal = look(found.at)?.kind === found.end.kind;
  const real = isLocal ? realPathOrNull(found.at) : null;
  return real === null || found.forms.includes(real) ? found : { ...found, forms: [...found.forms, real] };
}

/** Windows has no mount table for drives and shares. */
function resolveByName(paths: Iterable<string>): Promise<ReadonlyMap<string, Resolution>> {
  return Promise.resolve(
    new Map(
      [...paths].map((path) => {
        const real = realPathOrNull(path);
        const end = real === null ? { kind: "missing" as const } : { kind: "directory" as const };
        return [path, { forms: [...new Set([path, real ?? path])], end, at: real ?? path }];
      }),
    ),
  );
}

/** Lists directories in this process. */
export function listHere(path: string): ListResult {
  try {
    return { kind: "names", names: children(bytePath(path)) };
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return { kind: "trouble", code, message: messageOf(error) };
  }
}
