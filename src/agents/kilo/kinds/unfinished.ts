/**
 * What its own remover was deleting when it was ended: `<project>/.<sha1>.cleanup-<uuid>`, which nothing reads again.
 * By the newest time of what is left in it.
 */
import { ifReadable } from "../../../errors.ts";
import type { Child } from "../../../fs/listing.ts";
import { bytePath, lstatOrNull } from "../../../fs/syscalls.ts";
import { DAY } from "../../../model/time.ts";
import { directoryEntry } from "../../../stores/directory-entry.ts";
import type { Discovery, Kind } from "../../../stores/kind.ts";
import { layoutOf, listProject } from "../../../stores/worktree-repos/layout.ts";
import { isUnfinished } from "../names.ts";
import { REMOVED_REASONS } from "../reasons.ts";

const KIND = "kilo-unfinished";

export const kiloUnfinished: Kind = {
  kind: KIND,
  inside: true,
  borrows: false,
  discover: (base, listed): Discovery => {
    const projects = listed.filter(({ name, kind }) => kind === "directory" && layoutOf(name) === "project");
    const places = projects.flatMap((project) =>
      unfinishedIn(base, project).map(({ name }) => `${project.name}/${name}`),
    );
    return { entries: places.flatMap((place) => directoryEntry(base, KIND, idOf(place), place) ?? []), claimed: [] };
  },
  isEntry: (id, places) => places.length === 1 && isPlace(places[0] ?? "") && idOf(places[0] ?? "") === id,
  inspect: ({ members: [{ path, place }] }) => {
    const stat = ifReadable(() => lstatOrNull(bytePath(path)));
    return {
      reading: {
        kind: "debris",
        reason: "left-by-remover",
        sentence: REMOVED_REASONS["left-by-remover"],
        after: DAY,
        subject: null,
        evidence: { directory: place },
      },
      // Its own time is that of the last thing that was deleted directly in it: what is below may be younger.
      touched: stat === null ? null : { at: stat.mtime, from: "mtime" },
      lastUse: null,
      locks: [],
      borrows: [],
      borrowsTrouble: null,
      troubles: [],
    };
  },
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
};

function unfinishedIn(base: string, project: Child): readonly Child[] {
  return listProject(base, project).filter(({ name, kind }) => kind === "directory" && isUnfinished(name));
}

function isPlace(place: string): boolean {
  const [project = "", name = "", ...more] = place.split("/");
  return layoutOf(project) === "project" && isUnfinished(name) && more.length === 0;
}

/** `cleanup-` and the first digits of the uuid, which no other has. */
function idOf(place: string): string {
  return `cleanup-${place.slice(place.indexOf(".cleanup-") + ".cleanup-".length).slice(0, 18)}`;
}
