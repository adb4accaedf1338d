/**
 * A sentence for every reason code, about "it", the directory that the snapshots are of. Where nobody can tell whether
 * it is still there, the sentence says what is in the way, and after the colon what that may mean or what to do.
 * `brief` is for narrow columns.
 */
import type { ReasonCode } from "../../model/reasons.ts";

export interface Wording {
  readonly full: string;
  /** At most 36 columns. */
  readonly brief: string;
  /** At most 11, for where the verdict beside it says the rest. */
  readonly tiny?: string;
}

export function reasonSentence(code: ReasonCode): Wording {
  switch (code) {
    case "workdir-present":
      return wording("its directory is there", "present");
    case "not-applicable":
      return wording("it is in use", "it is in use");
    case "absent-observed":
      return { ...wording("its directory was deleted", "directory deleted"), tiny: "dir deleted" };
    case "absent-witnessed":
      return {
        ...wording("its directory was deleted: it was seen here before", "directory deleted"),
        tiny: "dir deleted",
      };
    case "unused":
      return { ...wording("unused for longer than the retention", "unused for too long"), tiny: "unused" };
    case "symlink":
      return wording(
        "a symlink stands in its place: its files may live on where it leads",
        "a symlink stands in its place",
      );
    case "symlink-above":
      return wording("the way to it leads through a symlink: it may have been moved", "a symlink is on the way to it");
    case "foreign-path":
      return wording("its path is one of another system, and says nothing here", "a path of another system");
    case "unexpanded-home":
      return wording(
        "its path has a ~ in the middle, an old bug: the project may be alive elsewhere",
        "~ in its path: alive elsewhere?",
      );
    case "name-variant":
      return wording(
        "a name that differs only in case or accents is there: it may be the same",
        "a name much like it is there",
      );
    case "parent-missing":
      return wording(
        "its parent directory is missing too: the disk may be unplugged",
        "parent missing: disk unplugged?",
      );
    case "parent-empty":
      return wording("its parent directory is empty: the disk may not be mounted", "parent empty: disk not mounted?");
    case "parent-is-root":
      return wording(
        "it was directly below /: containers and mounts come and go there",
        "directly below /: a container's?",
      );
    case "parent-of-homes":
      return wording(
        "it was among the home directories: one may be kept elsewhere for now",
        "was among the home directories",
      );
    case "parent-replaced":
      return wording(
        "its parent directory is another one than before: a disk may be missing",
        "parent is another one than before",
      );
    case "not-a-directory":
      return wording("a file stands where a directory above it was", "a file stands above its place");
    case "volume-place":
      return wording(
        "disks come and go where it was: plug in or mount its disk to tell",
        "on a disk that comes and goes",
      );
    case "cloud-folder":
      return wording("it was in a cloud folder: the folder may not be in sync", "in a cloud folder: not in sync?");
    case "other-mount":
      return wording(
        "it was on another disk than these snapshots: that one may have changed",
        "on another disk than the snapshots",
      );
    case "fstab-unmounted":
      return wording(
        "a disk that /etc/fstab wants is not mounted: mount it to tell",
        "a disk of /etc/fstab is unmounted",
      );
    case "mount-gone":
      return wording(
        "a disk that was mounted when it was last seen is gone: mount it to tell",
        "its disk is not mounted now",
      );
    case "mount-appeared":
      return wording(
        "a disk was mounted over its place: it may be hidden underneath",
        "another disk is mounted over it",
      );
    case "mounts-unknown":
      return wording("what is mounted here could not be found out", "mounts could not be found out");
    case "seen-elsewhere":
      return wording(
        "another machine, user or container saw it alive: look from there",
        "only seen alive from elsewhere",
      );
    case "access-denied":
      return wording(
        "permission to look was denied (EACCES): run as somebody who may",
        "no permission to look (EACCES)",
      );
    case "not-permitted":
      return wording(
        "the system forbids looking (EPERM): on a Mac, allow full disk access",
        "looking is forbidden (EPERM)",
      );
    case "link-loop":
      return wording("the symlinks on the way to it go round in a circle (ELOOP)", "symlinks in a circle (ELOOP)");
    case "name-too-long":
      return wording("its path is longer than this system allows (ENAMETOOLONG)", "path too long for this system");
    case "io-error":
      return wording("its disk reports errors (EIO): look after the disk first", "its disk reports errors (EIO)");
    case "stale-handle":
      return wording(
        "its network disk lost its connection (ESTALE): mount it again",
        "network disk went stale (ESTALE)",
      );
    case "timed-out":
      return wording("its disk gave no answer in time: the server may be down", "no answer in time: server down?");
    case "probe-failed":
      return wording("looking for it failed in a way that is not known", "looking for it failed");
    case "marker-missing":
      return wording("nothing says whose snapshots these are: HERMES_WORKDIR is missing", "HERMES_WORKDIR is missing");
    case "marker-empty":
      return wording("nothing says whose snapshots these are: HERMES_WORKDIR is empty", "HERMES_WORKDIR is empty");
    case "marker-not-utf8":
      return wording(
        "whose snapshots these are cannot be read: HERMES_WORKDIR is not UTF-8",
        "HERMES_WORKDIR is not UTF-8",
      );
    case "marker-too-large":
      return wording("HERMES_WORKDIR is far too large to be a path", "HERMES_WORKDIR is far too large");
    case "marker-not-one-line":
      return wording("HERMES_WORKDIR holds more than one line, so no path counts", "HERMES_WORKDIR is not one line");
    case "marker-relative":
      return wording(
        "HERMES_WORKDIR holds no absolute path: nobody can tell from where it counts",
        "HERMES_WORKDIR is not absolute",
      );
    case "marker-not-normal":
      return wording("HERMES_WORKDIR holds a path that Hermes would not write", "HERMES_WORKDIR: an odd path");
    case "marker-not-a-file":
      return wording("HERMES_WORKDIR is no ordinary file, so it is not read", "HERMES_WORKDIR is no file");
    case "marker-unreadable":
      return wording(
        "HERMES_WORKDIR cannot be read: run as the owner of the snapshots",
        "HERMES_WORKDIR cannot be read",
      );
    case "paths-disagree":
      return wording(
        "HERMES_WORKDIR and core.worktree name different directories, neither fits the id",
        "its two paths disagree",
      );
    case "project-unreadable":
      return wording(
        "its file in projects/ cannot be read: make it a file that its owner may read",
        "its file in projects/: unreadable",
      );
    case "project-broken":
      return wording(
        "its file in projects/ is no JSON: repair it, or delete it to let its snapshots age",
        "its file in projects/ is broken",
      );
    case "project-without-path":
      return wording(
        'its file in projects/ names no directory: write {"workdir": "/the/path"} into it',
        "its file in projects/ has no path",
      );
    case "temporary-files":
      return wording(
        "temporary files of a git that was killed over a day ago: no program has them open",
        "temporary files of a killed git",
      );
    case "dead-lock":
      return wording(
        "a lock that a killed git left over a day ago: git refuses to work there",
        "a lock of a killed git",
      );
    case "ledger-alone":
      return wording("notes on projects that are not there any more", "notes on projects that are gone");
    case "ref-alone":
      return wording(
        "snapshots that no project claims: their file in projects/ is gone",
        "snapshots without a project",
      );
    case "remains":
      return wording("what is left of a repo that another program destroyed by half", "remains of a repo");
    case "half-destroyed":
      return wording(
        "another program destroyed it by half long ago: nothing can be restored from it",
        "half destroyed",
      );
  }
}

function wording(full: string, brief: string): Wording {
  return { full, brief };
}
