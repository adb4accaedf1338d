/**
 * What no program uses again and nobody collects: one entry for each repository and kind of piece.
 *
 * | id | what | taken |
 * | --- | --- | --- |
 * | `temporary-<repo>` | temporary files of a git that was killed, a gigabyte each after a gc | a day after they were last written |
 * | `locks-<repo>` | the lock of an index, which keeps every later snapshot from being taken | likewise |
 * | `ledgers-store` | notes of the single store on projects that are gone | by the retention, after a week at least |
 * | `ref-<hash16>` | a ref of the single store whose project is gone, with its index and notes | by the retention, from its last commit |
 *
 * Only files and refs: no directory of a repository is ever taken, for without its empty ones git takes it for none.
 */
import { errnoOf } from "../../errors.ts";
import { pace } from "../../fs/breathe.ts";
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import type { Child } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";
import { troubleOf } from "../../fs/read-small.ts";
import { type Entry, type LastUse, type Member, refValue, type Trouble } from "../../model/entry.ts";
import type { Inspection, LockFile } from "../../model/inspection.ts";
import type { ReasonCode } from "../../model/reasons.ts";
import { DAY } from "../../model/time.ts";
import type { Discovery, Look, Measured, StoreAdapter } from "../adapter.ts";
import { usualLocks } from "../git-files.ts";
import { guardOf } from "../hermes-store/layout.ts";
import { measureRefs } from "../hermes-store/measure.ts";
import { reserved, repositoriesIn } from "./repositories.ts";
import { abandonedIn, type Pieces } from "./store-pieces.ts";
import { killedIn } from "./temporary.ts";

const KIND = "hermes-debris";

/** Kinds of pieces, by how their ids begin. `after`: from when on they are nobody's (ms); null: the retention. */
const PIECES: Readonly<Record<Pieces, { readonly reason: ReasonCode; readonly after: number | null }>> = {
  temporary: { reason: "temporary-files", after: DAY },
  locks: { reason: "dead-lock", after: DAY },
  ledgers: { reason: "ledger-alone", after: null },
  ref: { reason: "ref-alone", after: null },
};

export const hermesDebris: StoreAdapter = {
  kind: KIND,
  reserved,
  inside: true,
  discover,
  inspect,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure,
  guard: guardOf,
};

async function discover(base: string, listed: readonly Child[], now: number): Promise<Discovery> {
  const breathe = pace();
  const entries: Entry[] = [];
  for (const repository of repositoriesIn(base, listed)) {
    const name = repository.place.replaceAll("/", "-");
    const found = [...killedIn(repository, now), ...abandonedIn(repository, now)];
    for (const { pieces, of, members } of found) entries.push(...entryOf(base, `${pieces}-${of ?? name}`, members));
    await breathe();
  }
  return { entries, claimed: [] };
}

/** A name in the trash counts members up to 9,999, and a person reads fewer: the rest is there the next time. */
const MOST_MEMBERS = 1000;

function entryOf(base: string, id: string, found: readonly Member[]): Entry[] {
  const [first, ...rest] = found.slice(0, MOST_MEMBERS);
  return first === undefined ? [] : [{ base, store: KIND, id, members: [first, ...rest] }];
}

function inspect(entry: Entry, { now }: Look): Inspection {
  const { reason, after } = PIECES[piecesOf(entry.id)];
  const home = entry.members.filter(({ path, place }) => path === `${entry.base}/${place}`);
  const { newest, troubles } = newestOf(entry.members);
  const repository = repositoryOf(entry);
  const locks = home.length === 0 ? { locks: [], troubles: [] } : usualLocks(repository);
  const own = new Set(home.map(({ path }) => path));
  return {
    reading: {
      kind: "debris",
      reason,
      after,
      subject: null,
      evidence: { repo: repository, pieces: entry.members.length },
    },
    touched: null,
    // A ref has no time of its own: when its commit was made is measured.
    lastUse: piecesOf(entry.id) === "ref" ? null : newest,
    locks: [...locks.locks.filter(({ path }) => !own.has(path)), ...openOnes(entry.members, now)],
    borrows: [],
    borrowsTrouble: null,
    troubles: [...troubles, ...locks.troubles],
  };
}

function piecesOf(id: string): Pieces {
  const found = (["temporary", "locks", "ledgers"] as const).find((pieces) => id.startsWith(`${pieces}-`));
  return found ?? "ref";
}

/** The part of a place before what is git's own. */
function repositoryOf({ base, members }: Entry): string {
  const { place } = members[0];
  const repository = /^(?:legacy-[^/]+\/)?[^/]+/.exec(place)?.[0] ?? place;
  return `${base}/${repository}`;
}

/** Somebody who has one of them open is at work, whatever its time says. */
function openOnes(members: readonly Member[], now: number): LockFile[] {
  const open = openFiles();
  return members.flatMap(({ path }) => (open.has(path) ? [{ path, at: now }] : []));
}

function newestOf(members: readonly Member[]): { newest: LastUse | null; troubles: Trouble[] } {
  const troubles: Trouble[] = [];
  let at: number | null = null;
  for (const { path, identity } of members) {
    if (refValue(identity) !== null) continue;
    try {
      const stat = lstatOrNull(bytePath(path));
      if (stat !== null) at = Math.max(at ?? stat.mtime, stat.mtime);
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      troubles.push(troubleOf(bytePath(path), error));
    }
  }
  return { newest: at === null ? null : { at, from: "mtime" }, troubles };
}

async function measure(entries: readonly Entry[], until: number): Promise<ReadonlyMap<Entry, Measured>> {
  const refs = entries.filter(({ id }) => piecesOf(id) === "ref");
  const weighed = await measureRefs(refs, until);
  return new Map(entries.map((entry) => [entry, refs.includes(entry) ? (weighed.get(entry) ?? null) : "walk"]));
}
