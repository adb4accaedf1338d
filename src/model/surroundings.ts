/** One line of the mount table. */
export interface Mount {
  /** Mount id of the kernel, or null where the system has none (macOS). */
  readonly id: string | null;
  /** Where it is mounted. */
  readonly point: string;
  /** What is mounted: a device, `server:/export`, ... */
  readonly source: string;
  /** Which directory of the source is the mount's root (bind mounts). */
  readonly root: string;
  readonly type: string;
}

/** The machine as one run sees it. `mounts` null: the table could not be read, and then nothing counts as absent. */
export interface Machine {
  readonly platform: string;
  /** Who looks: machine id, host name, uid, device and inode of `/`, in one string. */
  readonly observer: string;
  readonly mounts: readonly Mount[] | null;
  /** Mount points that `/etc/fstab` wants, without swap and `none`; null: it is there and cannot be read. */
  readonly fstab: readonly string[] | null;
  readonly uid: number | null;
  readonly userHome: string;
}

/** Fields first, as pino has it. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message?: string): void;
  info(fields: Readonly<Record<string, unknown>>, message?: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message?: string): void;
}

/** Progress of a stage: `done` of `total` entries; `total` null while nobody knows. */
export interface Progress {
  readonly stage: "scan" | "measure" | "remove" | "trash" | "pack";
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
}
