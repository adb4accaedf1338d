/**
 * What no program uses again and no other collector removes: one entry for each repository and kind of piece.
 *
 * | id | what | removed |
 * | --- | --- | --- |
 * | `temporary-<repo>` | temporary files of a git that was killed, a gigabyte each after a gc | a day after they were last written |
 * | `locks-<repo>` | the lock of an index, which prevents every later snapshot | likewise |
 * | `ledgers-store` | notes of the single store on projects that no longer exist | by the retention, after a week at least |
 * | `indexes-store` | indexes of projects that no longer exist: the next snapshot would create a new one | likewise |
 * | `ref-<hash16>` | a ref of the single store whose project no longer exists, with its notes | by the retention, from its last commit |
 *
 * Only files and refs: no directory of a repository is ever removed, since git does not recognise a repository without
 * its empty ones.
 */
import { createYielder } from "../../../../fs/cooperative.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import type { Child } from "../../../../fs/listing.ts";
import { openFiles } from "../../../../fs/open-files.ts";
import { toIoError } from "../../../../fs/read-small.ts";
import { type Entry, type LastUse, type Member, refValue, type IoError } from "../../../../model/entry.ts";
import type { Inspection, LockFile, Reasoned } from "../../../../model/inspection.ts";
import { DAY } from "../../../../model/time.ts";
import type { Discovery, InspectOptions, Measured, MeasuringRun, Kind } from "../../../../stores/kind.ts";
import { unsupportedIn } from "../../../../stores/git-repository/format.ts";
import { usualLocks } from "../../../../stores/git-repository/files.ts";
import { because } from "../../reasons.ts";
import { guardOf } from "../store/layout.ts";
import { measureRefs } from "../store/measure.ts";
import { reserved, repositoriesIn } from "./repositories.ts";
import { abandonedIn, type Pieces } from "./store-pieces.ts";
import { leftByKilledGit } from "./temporary.ts";

const KIND = "hermes-debris";

/** Kinds of pieces, by the prefix of their ids. `after`: when they become abandoned (ms); null: the retention. */
const PIECES: Readonly<Record<Pieces, Reasoned & { readonly after: number | null }>> = {
  temporary: { reason: "temporary-files", after: DAY },
  locks: { reason: "stale-lock", after: DAY },
  ledgers: { ...because("orphaned-ledger"), after: null },
  indexes: { ...because("orphaned-index"), after: null },
  ref: { ...because("orphaned-ref"), after: null },
};

export const hermesDebris: Kind = {
  kind: KIND,
  reserved,
  inside: true,
  borrows: false,
  discover,
  isEntry,
  inspect,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure,
  guard: guardOf,
};

async function discover(base: string, listed: readonly Child[], now: number): Promise<Discovery> {
  const yieldIfDue = createYielder();
  const entries: Entry[] = [];
  for (const repository of repositoriesIn(base, listed)) {
    const name = repository.place.replaceAll("/", "-");
    const pieces = [...leftByKilledGit(repository, now), ...abandonedIn(repository, now)].filter(
      ({ members }) => members.length > 0,
    );
    // In an unknown format, what looks like a leftover piece may be in use.
    const supported = pieces.length === 0 || unsupportedIn(`${base}/${repository.place}`) === null;
    const found = supported ? pieces : [];
    for (const { pieces, of, members } of found) entries.push(...entryOf(base, `${pieces}-${of ?? name}`, members));
    await yieldIfDue();
  }
  return { entries, claimed: [] };
}

/**
 * A name in the trash counts members up to 9,999, and fewer are easier to review: the rest is found by the next run.
 */
const MAX_MEMBERS = 1000;

function entryOf(base: string, id: string, found: readonly Member[]): Entry[] {
  const [first, ...rest] = found.slice(0, MAX_MEMBERS);
  return first === undefined ? [] : [{ base, store: KIND, id, members: [first, ...rest] }];
}

/** What may be removed from a repository: nothing that git needs. */
const PIECE =
  /^(?:store|(?:legacy-[\w.-]+\/)?[0-9a-f]{16})\/(?:objects\/(?:pack\/|[0-9a-f]{2}\/)?\.?tmp[_-][^/]+|index\.lock|indexes\/[0-9a-f]{16}(?:\.lock)?|ledgers\/[0-9a-f]{16}\.json|refs\/hermes\/[0-9a-f]{16})$/;

function isEntry(id: string, places: readonly string[]): boolean {
  return Object.keys(PIECES).some((pieces) => id.startsWith(`${pieces}-`)) && places.every((one) => PIECE.test(one));
}

function inspect(entry: Entry, { now }: InspectOptions): Inspection {
  const { after, ...reason } = PIECES[piecesOf(entry.id)];
  const home = entry.members.filter(({ path, place }) => path === `${entry.base}/${place}`);
  const { newest, troubles } = newestOf(entry.members);
  const repository = repositoryOf(entry);
  const locks = home.length === 0 ? { locks: [], troubles: [] } : usualLocks(repository);
  const own = new Set(home.map(({ path }) => path));
  return {
    reading: {
      kind: "debris",
      ...reason,
      after,
      subject: null,
      evidence: { repo: repository, pieces: entry.members.length },
    },
    touched: null,
    // A ref has no time of its own: the time of its commit is measured.
    lastUse: piecesOf(entry.id) === "ref" ? null : newest,
    locks: [...locks.locks.filter(({ path }) => !own.has(path)), ...openOnes(entry.members, now)],
    borrows: [],
    borrowsTrouble: null,
    unsupported: home.length === 0 ? null : unsupportedIn(repository),
    troubles: [...troubles, ...locks.troubles],
  };
}

function piecesOf(id: string): Pieces {
  const found = (["temporary", "locks", "ledgers", "indexes"] as const).find((pieces) => id.startsWith(`${pieces}-`));
  return found ?? "ref";
}

/** The part of a place before git's own part. */
function repositoryOf({ base, members }: Entry): string {
  const { place } = members[0];
  const repository = /^(?:legacy-[^/]+\/)?[^/]+/.exec(place)?.[0] ?? place;
  return `${base}/${repository}`;
}

/** A process that has one of them open is at work, whatever its time says. */
function openOnes(members: readonly Member[], now: number): LockFile[] {
  const open = openFiles();
  return members.flatMap(({ path }) => (open.has(path) ? [{ path, at: now }] : []));
}

function newestOf(members: readonly Member[]): { newest: LastUse | null; troubles: IoError[] } {
  const troubles: IoError[] = [];
  let at: number | null = null;
  for (const { path, identity } of members) {
    if (refValue(identity) !== null) continue;
    try {
      const stat = lstatOrNull(bytePath(path));
      if (stat !== null) at = Math.max(at ?? stat.mtime, stat.mtime);
    } catch (error) {
      troubles.push(toIoError(bytePath(path), error));
    }
  }
  return { newest: at === null ? null : { at, from: "mtime" }, troubles };
}

async function measure(entries: readonly Entry[], run: MeasuringRun): Promise<ReadonlyMap<Entry, Measured>> {
  const refs = entries.filter(({ id }) => piecesOf(id) === "ref");
  const weighed = await measureRefs(refs, run);
  return new Map(entries.map((entry) => [entry, refs.includes(entry) ? (weighed.get(entry) ?? null) : "walk"]));
}
