/**
 * What the names in a directory say about it. Pure.
 *
 * A bare mount point is rarely empty: eCryptfs leaves two links in it, macOS its `.DS_Store`, mkfs `lost+found`, and
 * administrators put a NOT_MOUNTED there. Only a name that is none of these says that the actual directory is there.
 * And an encrypted directory that is locked lists everything under other names.
 */
import type { FileKind } from "../fs/syscalls.ts";

/**
 * What a directory shows: content of its `own`; `nothing`, or dotfiles alone; or `leftovers`, which a bare mount point
 * has as well.
 */
export type Showing = "own" | "leftovers" | "nothing";

/** What systems create in the root of a volume, or in any folder they display. Folded to lower case. */
const BY_SYSTEMS: ReadonlySet<string> = new Set([
  "lost+found",
  "desktop.ini",
  "thumbs.db",
  "icon\r",
  "$recycle.bin",
  "recycler",
  "system volume information",
  "access-your-private-data.desktop",
  "@eadir",
  "#recycle",
  "aquota.user",
  "aquota.group",
]);

/** A file about the place itself: README, NOT_MOUNTED, nas-offline.txt, do-not-write-here. */
const NOTE =
  /(?:^|[^a-z])(?:read[-_ ]?me|(?:not|un|re)?[-_ ]?mount(?:ed|point|s|me)?|offline|unavailable|unplugged|disconnected|locked|placeholder|do[-_ ]?not[-_ ].*|not[-_ ]here|nothing[-_ ]here|empty|keep|underlay)(?:$|[^a-z])/i;

function shown(name: string, kind: FileKind): Showing {
  if (name.startsWith(".")) return "nothing";
  if (kind === "symlink" || BY_SYSTEMS.has(name.toLowerCase())) return "leftovers";
  return kind === "file" && NOTE.test(name) ? "leftovers" : "own";
}

/**
 * A name of fscrypt(4) without its key: base64 of a hash and the encrypted name, `+` and `,` before Linux 5.16, at
 * least 22 characters. All but one in a million contain letters of both cases.
 */
const FSCRYPT = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_,+-]{22,}$/;

/** One such name suffices: eCryptfs marks its names, the others keep their settings beside the data. */
const ENCRYPTED =
  /^(?:ECRYPTFS_FNEK_ENCRYPTED\..*|gocryptfs\.(?:conf|diriv)|\.encfs\d\.xml|cryfs\.config|(?:vault|masterkey)\.cryptomator)$/;

export interface NameTally {
  readonly add: (name: string, kind: FileKind) => void;
  readonly shows: () => Showing;
  /** Its names are ciphertext: they say nothing about what it contains. */
  readonly locked: () => boolean;
}

export function newTally(): NameTally {
  let shows: Showing = "nothing";
  let count = 0;
  let ciphertexts = 0;
  let digits = false;
  let marked = false;
  return {
    add: (name, kind) => {
      count += 1;
      if (FSCRYPT.test(name)) ciphertexts += 1;
      if (/\d/.test(name)) digits = true;
      if (ENCRYPTED.test(name)) marked = true;
      if (shows === "own") return;
      const one = shown(name, kind);
      if (one !== "nothing") shows = one;
    },
    shows: () => shows,
    // fscrypt encrypts every name of a directory. Plain words, however long, have no digits.
    locked: () => marked || (count > 0 && ciphertexts === count && digits),
  };
}
