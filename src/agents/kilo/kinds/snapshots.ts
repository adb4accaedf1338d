/** Its repositories, by worktree; of versions before 7.7 one a project. */
import { namesOrNone } from "../../../fs/listing.ts";
import { bytePath } from "../../../fs/syscalls.ts";
import { ifReadable } from "../../../errors.ts";
import { readPackedRefs } from "../../../git/refs.ts";
import type { Entry, Snapshots } from "../../../model/entry.ts";
import type { Kind } from "../../../stores/kind.ts";
import { findByProject } from "../../../stores/worktree-repos/layout.ts";
import { worktreeSnapshots } from "../../../stores/worktree-repos/snapshots.ts";
import { temporaryFiles } from "../../../stores/worktree-repos/temporary.ts";
import { heldLocks, repoLock } from "../lock.ts";
import { isUnfinished } from "../names.ts";

/** They are there while objects that it borrowed are copied in; its own remover leaves such a repository alone. */
const HALF_WAY = ["alternates.materializing", "alternates.seed"].map((name) => `objects/info/${name}`);

/** `refs/kilo/snapshots/<ms>/<tree>`: one each time that something had changed. */
const SNAPSHOTS = "refs/kilo/snapshots";

/**
 * Since 7.7 an undo without its snapshot fails and touches no file, but versions before have the code of opencode, which
 * deletes, and a user may have several.
 */
export const kiloSnapshots: Kind = worktreeSnapshots({
  kind: "kilo-snapshots",
  find: (base, listed) => {
    const { strays, ...found } = findByProject(base, listed);
    return { ...found, strays: strays.filter((place) => !isUnfinished(place.slice(place.indexOf("/") + 1))) };
  },
  undoDeletes: true,
  unfinished: HALF_WAY,
  locksOf: heldLocks,
  snapshots: (entry) => ({ kind: "known", snapshots: countRefs(entry) }),
  guard: ({ base, members: [{ place }] }) => repoLock(base, place),
});

/** Its hourly collection is not under its lock, so `gc.pid` alone tells of it. */
export const kiloTemporary: Kind = temporaryFiles("kilo-temporary", findByProject);

/** Each tree counts once. Null where the refs cannot be read. */
function countRefs({ members: [{ path }] }: Entry): Snapshots | null {
  const packed = readPackedRefs(path);
  const times = ifReadable(() => namesOrNone(bytePath(`${path}/${SNAPSHOTS}`)));
  if (packed === null || times === null) return null;
  const loose = times.flatMap((time) =>
    (ifReadable(() => namesOrNone(bytePath(`${path}/${SNAPSHOTS}/${time}`))) ?? []).map(
      (tree) => [time, tree] as const,
    ),
  );
  const inFile = [...packed.keys()]
    .filter((name) => name.startsWith(`${SNAPSHOTS}/`))
    .map((name) => name.slice(SNAPSHOTS.length + 1).split("/"));
  const all = [...loose, ...inFile].filter(
    ([time = "", tree = "", ...more]) => /^\d+$/.test(time) && /^[0-9a-f]{40,64}$/.test(tree) && more.length === 0,
  );
  if (all.length === 0) return null;
  const last = all.reduce((latest, [time]) => Math.max(latest, Number(time)), 0);
  return { count: new Set(all.map(([, tree]) => tree)).size, last };
}
