import type { Observer } from "./observer.ts";

/** One line of the mount table. */
export interface Mount {
  /** The kernel's mount id, or null where the system has none (macOS). */
  readonly id: string | null;
  /** The mount point. */
  readonly point: string;
  /** The source: a device, `server:/export`, ... */
  readonly source: string;
  /** Which directory of the source is the mount's root (bind mounts). */
  readonly root: string;
  readonly type: string;
  /** The layers of a union, as far as the table names them; left out for every other mount. */
  readonly layers?: readonly string[];
  /** Of an overlay that is written to: the directory of its upper layer, and its `redirect_dir` where the table has it. */
  readonly upper?: { readonly path: string; readonly redirect: string | null };
}

/** A mount that this machine makes at times. */
export interface ConfiguredMount {
  readonly point: string;
  /** The file that configures it. */
  readonly file: string;
}

/** The machine as one run sees it. `mounts` null: the table could not be read, and then nothing counts as absent. */
export interface Machine {
  readonly platform: string;
  readonly observer: Observer;
  readonly mounts: readonly Mount[] | null;
  /** Mount points in `/etc/fstab`, without swap and `none`; null: the file exists and cannot be read. */
  readonly fstab: readonly string[] | null;
  /** Mounts of systemd units, the automounter or pam_mount; null: their configuration cannot be read. */
  readonly configured: readonly ConfiguredMount[] | null;
  readonly uid: number | null;
  readonly userHome: string;
  /** The desktop's data directory of this user, in place of `~/.local/share`; null: that one. */
  readonly dataHome?: string | null;
}

/** Fields first, as in pino. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message?: string): void;
  info(fields: Readonly<Record<string, unknown>>, message?: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message?: string): void;
}

/** Progress of a stage: `done` of `total` entries; `total` is null while unknown. */
export interface Progress {
  readonly stage: "scan" | "measure" | "remove" | "trash" | "pack";
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
  /** How much of the whole run is done, over all bases (0 to 1); absent: it is not known. */
  readonly whole?: number;
}
