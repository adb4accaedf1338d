// A store and the directories it is about, on the real file system, with small plain files in place of git's, and the
// clock; what happens to them by others than the tool.

import { existsSync, lstatSync, lutimesSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Settings } from "../../src/index.ts";
import { DAY_MS, hash16 } from "../support/paths.ts";
import type { Event, Home, Leaving, Store } from "./arbitrary.ts";
import { attach, detach, listInFstab, resetMounts } from "./mounts.ts";
import type { Repo, Subject, Volume } from "./things.ts";

const START = Date.UTC(2026, 5, 1);

export class Scene {
  readonly root: string;
  readonly home: string;
  readonly base: string;
  readonly trash: string;
  readonly settings: Settings;
  readonly subjects: Subject[] = [];
  readonly repos: Repo[] = [];
  readonly volumes: Volume[];
  readonly fstab: boolean;
  clock: number = START;

  constructor(root: string, store: Store) {
    this.root = root;
    this.home = join(root, ".hermes");
    this.base = join(this.home, "checkpoints");
    this.trash = join(this.home, ".checkpoints.gc", "checkpoints");
    this.fstab = store.fstab;
    resetMounts();
    for (const directory of [this.base, join(root, "work"), join(root, ".away"), join(root, "to")])
      mkdirSync(directory, { recursive: true });
    writeFileSync(join(root, "work", "notes.txt"), "notes\n");
    this.volumes = [this.#volume("usb"), this.#volume("disk")];
    const keep: string[] = [];
    for (const [index, kind] of store.kinds.entries()) {
      const workdir = this.#workdirOf(kind.home, index);
      if (this.subjects.some((other) => other.workdir === workdir)) continue;
      const id = kind.naming === "plain" ? hash16(workdir) : hash16(`another/${workdir}`);
      mkdirSync(workdir, { recursive: true });
      this.subjects.push({
        kind,
        workdir,
        id,
        state: "there",
        seen: false,
        bare: false,
        missingSince: null,
        restoredAt: null,
      });
      if (kind.kept) keep.push(workdir);
    }
    for (const subject of this.subjects) this.#plant(subject, this.clock - subject.kind.ageDays * DAY_MS);
    this.settings = { ...store.settings, keep };
  }

  #volume(home: "usb" | "disk"): Volume {
    const point = join(this.root, home);
    mkdirSync(point);
    writeFileSync(join(point, "on-the-volume.txt"), "x\n");
    attach(point, `/dev/${home}`);
    if (this.fstab) listInFstab(point);
    return { home, point, mounted: true, leaving: "empty" };
  }

  #workdirOf(home: Home, index: number): string {
    if (home === "disk") return join(this.root, "disk");
    return join(this.root, home === "acme" ? "clients/acme" : home, `project-${index}`);
  }

  volumeOf(subject: Subject): Volume | null {
    return this.volumes.find(({ home }) => home === subject.kind.home) ?? null;
  }

  /** What is true of a workdir: an unmounted volume hides whatever became of it. */
  presence(subject: Subject): "present" | "gone" | "out-of-sight" {
    if (this.volumeOf(subject)?.mounted === false || subject.state === "linked") return "out-of-sight";
    return subject.state === "there" ? "present" : "gone";
  }

  inPlace(subject: Subject): Repo | undefined {
    return this.repos.find((repo) => repo.subject === subject && repo.path === this.placeOf(subject));
  }

  placeOf({ id }: Subject): string {
    return join(this.base, id);
  }

  #plant(subject: Subject, at: number): void {
    const path = this.placeOf(subject);
    mkdirSync(join(path, "objects"), { recursive: true });
    mkdirSync(join(path, "refs", "heads"), { recursive: true });
    const uid = `repo-${this.repos.length}`;
    const marker = subject.kind.naming === "unidentified" ? "\n" : `${subject.workdir}\n`;
    for (const [name, text] of [
      ["HEAD", "ref: refs/heads/main\n"],
      ["config", "[core]\n"],
      ["HERMES_WORKDIR", marker],
      ["index", "DIRC"],
      ["uid", uid],
    ] as const) {
      writeFileSync(join(path, name), text);
    }
    for (const name of ["", "objects", "refs", "refs/heads", "HEAD", "config", "HERMES_WORKDIR", "index", "uid"])
      touch(join(path, name), at);
    this.repos.push({ uid, subject, inode: inodeOf(path), newest: at, lockedAt: null, path });
  }

  /** Does what the event says where it can happen now; says whether it did. */
  happen(event: Event): boolean {
    if (event.do === "unmount" || event.do === "mount") {
      const volume = this.volumes[event.disk ? 1 : 0];
      if (volume === undefined || volume.mounted === (event.do === "mount")) return false;
      return event.do === "mount" ? this.#mount(volume) : this.#unmount(volume, event.leaving);
    }
    const subject = this.subjects[event.who % this.subjects.length];
    if (subject === undefined || this.volumeOf(subject)?.mounted === false) return false;
    switch (event.do) {
      case "snapshot":
        return this.#snapshot(subject);
      case "lock":
        return this.#lock(subject);
      case "remove":
      case "move":
      case "link":
        return this.#leave(subject, event.do);
      case "bring-back":
        return this.#bringBack(subject);
    }
  }

  /** A directory comes back, or is used. */
  use(subject: Subject): boolean {
    if (this.volumeOf(subject)?.mounted === false) return false;
    return subject.state === "there" ? this.#snapshot(subject) : this.#bringBack(subject);
  }

  #snapshot(subject: Subject): boolean {
    if (subject.state !== "there") return false;
    const repo = this.inPlace(subject);
    if (repo === undefined) {
      this.#plant(subject, this.clock);
      return true;
    }
    const path = this.placeOf(subject);
    for (const name of ["index", `objects/${this.clock}`]) writeFileSync(join(path, name), "x");
    for (const name of ["index", `objects/${this.clock}`, "objects"]) touch(join(path, name), this.clock);
    repo.newest = Math.max(repo.newest, this.clock);
    return true;
  }

  #lock(subject: Subject): boolean {
    const repo = this.inPlace(subject);
    if (repo === undefined || subject.state !== "there") return false;
    const path = join(this.placeOf(subject), "index.lock");
    writeFileSync(path, "");
    touch(path, this.clock);
    repo.lockedAt = this.clock;
    repo.newest = Math.max(repo.newest, this.clock);
    return true;
  }

  #leave(subject: Subject, how: "remove" | "move" | "link"): boolean {
    // The mount point of a mounted volume cannot be removed.
    if (subject.state !== "there" || subject.kind.home === "disk") return false;
    const { workdir } = subject;
    if (how === "remove") rmSync(workdir, { recursive: true });
    else renameSync(workdir, this.#away(workdir));
    if (how === "link") symlinkSync(this.#away(workdir), workdir);
    // `clients/acme` is deleted with the last directory in it.
    if (
      subject.kind.home === "acme" &&
      !this.subjects.some((one) => one !== subject && one.kind.home === "acme" && one.state !== "gone") &&
      how !== "link"
    ) {
      rmSync(dirname(workdir), { recursive: true });
    }
    subject.state = how === "link" ? "linked" : "gone";
    return true;
  }

  #bringBack(subject: Subject): boolean {
    if (subject.state === "there") return false;
    const { workdir } = subject;
    if (subject.state === "linked") rmSync(workdir);
    mkdirSync(dirname(workdir), { recursive: true });
    if (existsSync(this.#away(workdir))) renameSync(this.#away(workdir), workdir);
    else mkdirSync(workdir);
    subject.state = "there";
    return true;
  }

  #away(path: string): string {
    return join(this.root, ".away", basename(path));
  }

  /** What one look cannot tell is left to README: a volume of which no run ever saw anything, and that left no trace. */
  #unmount(volume: Volume, leaving: Leaving): boolean {
    const hidden = this.repos.filter((repo) => repo.path !== null && this.volumeOf(repo.subject) === volume);
    const unseen = hidden.some(({ subject }) => !subject.seen && !this.fstab);
    const tellsNothing = leaving === "populated" || (leaving === "missing" && volume.home === "disk");
    if (unseen && tellsNothing) return false;
    renameSync(volume.point, this.#away(volume.point));
    detach(volume.point);
    if (leaving !== "missing") mkdirSync(volume.point);
    if (leaving === "populated") writeFileSync(join(volume.point, "stray.txt"), "written while nothing was mounted\n");
    Object.assign(volume, { mounted: false, leaving });
    return true;
  }

  #mount(volume: Volume): boolean {
    if (volume.leaving !== "missing") rmSync(volume.point, { recursive: true });
    renameSync(this.#away(volume.point), volume.point);
    attach(volume.point, `/dev/${volume.home}`);
    volume.mounted = true;
    return true;
  }
}

function touch(path: string, at: number): void {
  lutimesSync(path, at / 1000, at / 1000);
}

export function inodeOf(path: string): string {
  const { ino, birthtimeNs } = lstatSync(path, { bigint: true });
  return `${ino}:${birthtimeNs}`;
}
