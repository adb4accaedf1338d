/**
 * Looks at paths on network, FUSE and autofs mounts without asking them here: a server that does not answer holds a
 * system call for ever, and no signal ends it. A child process asks; when it falls silent for the deadline it is left
 * to its fate, and everything else on that mount counts as timed out for the rest of the run.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { MINUTE } from "../model/time.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import type { Listing, RemoteAnswers, Seen } from "./ancestors.ts";
import { isAtOrBelow } from "./mount-table.ts";

/** How long a mount may take for one answer. A sleeping disk behind a server wakes in less. */
const DEADLINE_MS = 5000;

/** File systems that somebody else serves (Linux, then macOS). `fuseblk` is a local disk through FUSE, and may hang as well. */
const REMOTE =
  /^(?:nfs|nfs4|cifs|smb3|smbfs|afs|ceph|glusterfs|lustre|9p|ncpfs|davfs|autofs|beegfs|gpfs|orangefs|fuse|fuseblk|fuse\..*|afpfs|webdav|osxfuse|macfuse)$/;

/** What a child says of one path: what it met from the mount point down, and what the last directory there lists. */
export interface Report {
  readonly path: string;
  readonly seen: readonly (readonly [string, Seen])[];
  readonly listing: readonly [string, SentListing] | null;
}

/** A set does not survive JSON. */
export type SentListing =
  | { readonly kind: "names"; readonly folded: readonly string[]; readonly visible: boolean }
  | { readonly kind: "trouble"; readonly code: string };

/**
 * The remote mounts that a path leads through, from the root down: a local disk mounted below one is reached through it.
 * Those above the base are not asked about, since the base itself is read here.
 */
function remoteMounts(path: string, base: string, mounts: readonly Mount[]): Mount[] {
  // The last of several mounts on one point is the one that is seen.
  const seen = new Map(mounts.filter(({ point }) => isAtOrBelow(path, point)).map((mount) => [mount.point, mount]));
  const remote = [...seen.values()].filter((mount) => isAsked(mount, base));
  return remote.toSorted((a, b) => a.point.length - b.point.length);
}

function isAsked({ point, type }: Mount, base: string): boolean {
  return REMOTE.test(type) && !isAtOrBelow(base, point);
}

/** Mounts that let a deadline pass, and until when they are not asked again: as long as any run takes. */
const silent = new Map<string, number>();
const SILENT_FOR: number = 10 * MINUTE;

function isSilent(key: string): boolean {
  return (silent.get(key) ?? 0) > performance.now();
}

/** Paths that one child asks about: all on the same remote mount, reached through the same first one. */
interface Group {
  /** The mount itself: one that is mounted again is another. */
  readonly key: string;
  readonly first: string;
  readonly paths: Set<string>;
}

/** Asks about all paths that are on remote mounts: one child a mount, all mounts at once. Null where there are none. */
export async function askRemote(
  paths: Iterable<string>,
  base: string,
  machine: Machine,
  signal?: AbortSignal,
): Promise<RemoteAnswers | null> {
  const groups = new Map<string, Group>();
  const mounts = machine.mounts ?? [];
  const points = mounts.filter((mount) => isAsked(mount, base)).map(({ point }) => point);
  for (const path of paths) {
    // Nearly always none leads through any, and there are thousands of paths to look at.
    if (!points.some((point) => isAtOrBelow(path, point))) continue;
    const through = remoteMounts(path, base, mounts);
    const [first, last] = [through[0], through.at(-1)];
    if (first === undefined || last === undefined) continue;
    const group = groups.get(last.point) ?? {
      key: `${last.id ?? ""} ${last.source} ${last.point}`,
      first: first.point,
      paths: new Set(),
    };
    groups.set(last.point, { ...group, paths: group.paths.add(path) });
  }
  if (groups.size === 0) return null;
  const all = [...groups.values()];
  const reports = await Promise.all(all.map(async (group) => (isSilent(group.key) ? [] : askMount(group, signal))));
  return answersOf(
    all.map(({ first }) => first),
    reports.flat(),
  );
}

function answersOf(points: readonly string[], reports: readonly Report[]): RemoteAnswers {
  const seen = new Map<string, Seen>(reports.flatMap((report) => report.seen));
  const listings = new Map<string, Listing>();
  for (const { listing } of reports) if (listing !== null) listings.set(listing[0], received(listing[1]));
  return {
    covers: (path) => points.some((point) => isAtOrBelow(path, point)),
    look: (path) => seen.get(path) ?? TIMED_OUT,
    list: (path) => listings.get(path) ?? TIMED_OUT,
  };
}

const TIMED_OUT = { kind: "trouble", code: "ETIMEDOUT" } as const;

function received(listing: SentListing): Listing {
  return listing.kind === "trouble" ? listing : { ...listing, folded: new Set(listing.folded) };
}

/** The reports of one mount, as many as came before it fell silent. */
function askMount({ key, first, paths }: Group, signal: AbortSignal | undefined): Promise<Report[]> {
  return new Promise((resolve) => {
    const program = fileURLToPath(new URL("./probe.js", __DIST__));
    const child = spawn(process.execPath, [program], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "", ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const reports: Report[] = [];
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      child.kill("SIGKILL");
      // One that hangs in the kernel does not die; nothing of ours may wait for it.
      child.unref();
      child.stdin.destroy();
      child.stdout.destroy();
      resolve(reports);
    };
    function late(): void {
      silent.set(key, performance.now() + SILENT_FOR);
      end();
    }
    // The first answer has to start a program as well.
    let timer = setTimeout(late, DEADLINE_MS + 1000);
    signal?.addEventListener("abort", end, { once: true });
    child.once("error", end);
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${JSON.stringify({ point: first, paths: [...paths] })}\n`);
    createInterface({ input: child.stdout })
      .on("line", (line) => {
        clearTimeout(timer);
        timer = setTimeout(late, DEADLINE_MS);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own probe.ts prints
        reports.push(JSON.parse(line) as Report);
        if (reports.length === paths.size) end();
      })
      .once("close", end);
  });
}
