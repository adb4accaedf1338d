/**
 * A sentence for every reason code, about "it", the directory that the snapshots are of. Where it is unknown whether it
 * still exists, the sentence says what prevents the check, and after the colon what that may mean or what to do.
 */
import type { Judged } from "../../model/judgement.ts";
import type { GeneralReason, ReasonCode } from "../../model/reasons.ts";

export const REASON_SENTENCES: Readonly<Record<GeneralReason, string>> = {
  "workdir-present": "its directory exists",
  "workdir-in-trash": "its directory is in the desktop's trash and can be restored",
  "not-applicable": "it was used recently",
  "absent-observed": "its directory was deleted",
  "absent-witnessed": "its directory was deleted: it existed here before",
  "unused": "unused for longer than the retention",
  "symlink": "a symlink is in its place: its files may be where it points",
  "symlink-above": "its path leads through a symlink: it may have been moved",
  "foreign-path": "its path belongs to another operating system",
  "unexpanded-home": "its path has a ~ in the middle (an old bug): the project may be elsewhere",
  "name-variant": "a name that differs only in case or accents exists: it may be the same",
  "renamed": "it was renamed: the same directory exists under another name",
  "name-in-trash": "a directory of this name is in the desktop's trash: it may be the same",
  "parent-missing": "its parent directory is missing too: the disk may be unplugged",
  "parent-empty": "its parent directory is empty: the disk may not be mounted",
  "parent-bare": "its parent directory holds only links or a note: the disk may not be mounted",
  "locked": "the directory above it is encrypted and locked: unlock it to find out",
  "parent-is-root": "it was directly below /: containers and mounts come and go there",
  "parent-of-homes": "it was a home directory: it may be elsewhere for now",
  "parent-replaced": "its parent directory is a different one than before: a disk may be missing",
  "not-a-directory": "a file is where a directory above it was",
  "volume-place": "it was on a removable disk: plug in or mount the disk to find out",
  "cloud-folder": "it was in a cloud folder: the folder may not be in sync",
  "other-mount": "it was on a different disk than these snapshots, which may have changed",
  "fstab-unmounted": "a disk in /etc/fstab is not mounted: mount it to find out",
  "configured-unmounted": "a disk that systemd, autofs or a login mounts is missing: mount it to find out",
  "mount-gone": "a disk that was mounted when it was last seen is missing: mount it to find out",
  "layers-changed": "its union mount has different layers than before: mount all of them to find out",
  "mount-appeared": "a disk was mounted over its place: it may be hidden underneath",
  "mounts-unknown": "the list of mounts could not be read",
  "seen-elsewhere": "another machine, user or container saw it: check from there",
  "access-denied": "permission was denied (EACCES): run as a user with access",
  "not-permitted": "the system denied access (EPERM): on macOS, allow full disk access",
  "link-loop": "the symlinks on its path form a loop (ELOOP)",
  "name-too-long": "its path is longer than this system allows (ENAMETOOLONG)",
  "io-error": "its disk reports errors (EIO): check the disk first",
  "stale-handle": "its network disk lost its connection (ESTALE): mount it again",
  "timed-out": "its disk did not answer in time: the server may be down",
  "probe-failed": "looking for it failed with an unknown error",
  "unreadable": "it cannot be read; prune --include unreadable moves it to the trash",
  "temporary-files": "temporary files of a git that was killed over a day ago: no program has them open",
  "stale-lock": "a lock that a killed git left over a day ago: git refuses to work there",
  "partial-remains": "what is left of a repo that another program partly deleted",
  "partially-removed": "another program partly deleted it long ago: nothing can be restored from it",
};

/** The sentence of a verdict: that of its kind, where the reason is the kind's own. */
export function verdictSentence({ reason, sentence }: Pick<Judged, "reason" | "sentence">): string {
  return sentence ?? generalSentence(reason);
}

/** A code that only a newer version knows is shown as it is. */
export function generalSentence(reason: ReasonCode): string {
  return isGeneral(reason) ? REASON_SENTENCES[reason] : reason;
}

function isGeneral(reason: ReasonCode): reason is GeneralReason {
  return Object.hasOwn(REASON_SENTENCES, reason);
}
