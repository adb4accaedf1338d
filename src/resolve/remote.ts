/**
 * Checks paths on network, FUSE and autofs mounts in a child process: a server that does not answer blocks a system
 * call forever, and no signal ends it. When the child is silent for longer than the deadline it is abandoned, and
 * everything else on that mount counts as timed out for the rest of the run.
 */
import { fileURLToPath } from "node:url";
import { ownFile } from "../fs/own-file.ts";
import { runCommand } from "../process/run-command.ts";
import { MINUTE } from "../model/time.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import type { Directories, DirectoriesSeen, Listing, NamedDirectory, RemoteAnswers, PathState } from "./ancestors.ts";
import { isAtOrBelow } from "./mount-table.ts";

/** How long a mount may take for one answer. A sleeping disk behind a server wakes in less. */
const DEADLINE_MS = 5000;

/** The first answer includes the start of the child. */
const START_MS = 1000;

/**
 * File systems that another machine or program serves (Linux, then macOS). `fuseblk` is a local disk through FUSE, and
 * may hang as well.
 */
const REMOTE_TYPES =
  /^(?:nfs|nfs4|cifs|smb3|smbfs|afs|ceph|glusterfs|lustre|9p|ncpfs|davfs|autofs|beegfs|gpfs|orangefs|gfs2|ocfs2|coda|virtiofs|vboxsf|vmhgfs|prl_fs|fuse|fuseblk|fuse\..*|afpfs|webdav|osxfuse|macfuse)$/;

/** A child's answer for one path: what it met from the mount point down, and what the last directory there lists. */
export interface Report {
  readonly path: string;
  readonly seen: readonly (readonly [string, PathState])[];
  readonly listing: readonly [string, SentListing] | null;
  readonly directories: readonly [string, SentDirectories] | null;
}

/**
 * The request to a child. `follow`: the links of each path, as long as it stays at or below `point` and out of
 * `others`; `list` and `read`: one path.
 */
export type ProbeRequest =
  | { readonly kind: "presence"; readonly point: string; readonly paths: readonly string[] }
  | {
      readonly kind: "follow";
      readonly point: string;
      readonly others: readonly string[];
      readonly paths: readonly string[];
    }
  | { readonly kind: "list"; readonly path: string }
  | { readonly kind: "read"; readonly path: string };

/** A set does not survive JSON. */
export type SentListing =
  | (Omit<Extract<Listing, { kind: "names" }>, "folded"> & { readonly folded: readonly string[] })
  | { readonly kind: "trouble"; readonly code: string };

export type SentDirectories =
  | (Omit<Directories, "byInode"> & { readonly byInode: readonly (readonly [string, NamedDirectory])[] })
  | { readonly kind: "trouble"; readonly code: string };

/**
 * The remote mounts that a path leads through, from the root down: a local disk mounted below one is reached through
 * it. Those above the base are left out, since this process reads the base itself.
 */
export function remoteMounts(path: string, base: string, mounts: readonly Mount[]): Mount[] {
  // Of several mounts on one point the last is visible.
  const seen = new Map(mounts.filter(({ point }) => isAtOrBelow(path, point)).map((mount) => [mount.point, mount]));
  const remote = [...seen.values()].filter((mount) => isAsked(mount, base));
  return remote.toSorted((a, b) => a.point.length - b.point.length);
}

export function isAsked({ point, type }: Mount, base: string): boolean {
  return REMOTE_TYPES.test(type) && !isAtOrBelow(base, point);
}

/** Mounts that missed a deadline, and until when they are not checked again: as long as any run takes. */
const silent = new Map<string, number>();
const SILENT_FOR: number = 10 * MINUTE;

export function isSilent(key: string): boolean {
  return (silent.get(key) ?? 0) > performance.now();
}

export function keyOf({ id, source, point }: Mount): string {
  return `${id ?? ""} ${source} ${point}`;
}

/** Paths for one child: all on the same remote mount, reached through the same first one. */
interface MountGroup {
  /** Identifies the mount: one that is mounted again is another. */
  readonly key: string;
  readonly first: string;
  readonly paths: Set<string>;
}

/** Checks all paths that are on remote mounts: one child per mount, all mounts at once. Null where there are none. */
export async function askRemote(
  paths: Iterable<string>,
  base: string,
  { mounts: table }: Pick<Machine, "mounts">,
  signal?: AbortSignal,
): Promise<RemoteAnswers | null> {
  const groups = new Map<string, MountGroup>();
  const mounts = table ?? [];
  const points = mounts.filter((mount) => isAsked(mount, base)).map(({ point }) => point);
  for (const path of paths) {
    // A shortcut, since there are thousands of paths and usually none is on a remote mount.
    if (!points.some((point) => isAtOrBelow(path, point))) continue;
    const through = remoteMounts(path, base, mounts);
    const [first, last] = [through[0], through.at(-1)];
    if (first === undefined || last === undefined) continue;
    const group = groups.get(last.point) ?? {
      key: keyOf(last),
      first: first.point,
      paths: new Set(),
    };
    groups.set(last.point, { ...group, paths: group.paths.add(path) });
  }
  if (groups.size === 0) return null;
  const all = [...groups.values()];
  const reports = await Promise.all(
    all.map(async ({ key, first, paths: asked }) => {
      const request: ProbeRequest = { kind: "presence", point: first, paths: [...asked] };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the output of probe.ts
      return isSilent(key) ? [] : ((await askChild(key, request, signal)) as Report[]);
    }),
  );
  return answersOf(
    all.map(({ first }) => first),
    reports.flat(),
  );
}

function answersOf(points: readonly string[], reports: readonly Report[]): RemoteAnswers {
  const seen = new Map<string, PathState>(reports.flatMap((report) => report.seen));
  const listings = new Map<string, Listing>();
  const inside = new Map<string, DirectoriesSeen>();
  for (const { listing, directories } of reports) {
    if (listing !== null) listings.set(listing[0], received(listing[1]));
    if (directories !== null) inside.set(directories[0], receivedDirectories(directories[1]));
  }
  return {
    covers: (path) => points.some((point) => isAtOrBelow(path, point)),
    look: (path) => seen.get(path) ?? TIMED_OUT,
    list: (path) => listings.get(path) ?? TIMED_OUT,
    directories: (path) => inside.get(path) ?? null,
  };
}

const TIMED_OUT = { kind: "trouble", code: "ETIMEDOUT" } as const;

function received(listing: SentListing): Listing {
  return listing.kind === "trouble" ? listing : { ...listing, folded: new Set(listing.folded) };
}

function receivedDirectories(sent: SentDirectories): DirectoriesSeen {
  return sent.kind === "trouble" ? sent : { ...sent, byInode: new Map(sent.byInode) };
}

/** The answers for one mount, one per line: as many as came before it fell silent. */
export async function askChild(
  key: string,
  request: ProbeRequest,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  // A host that bundled the library without the probe: such a mount counts as one that does not answer.
  const probe = ownFile(() => new URL("./probe.js", __DIST__));
  if (probe === null) return [];
  const { end, stdout } = await runCommand(
    {
      program: process.execPath,
      args: [fileURLToPath(probe)],
      env: { PATH: process.env["PATH"] ?? "", ELECTRON_RUN_AS_NODE: "1" },
      input: Buffer.from(`${JSON.stringify(request)}\n`),
    },
    // The child has nothing to clean up, and one that hangs in the kernel is left behind.
    { deadline: DEADLINE_MS + START_MS, sinceOutput: true, grace: 0, signal },
  );
  if (end.kind === "timed-out") silent.set(key, performance.now() + SILENT_FOR);
  // A last line without a line break was cut off.
  const lines = stdout.toString("utf8").split("\n").slice(0, -1);
  return lines.map((line): unknown => JSON.parse(line));
}
