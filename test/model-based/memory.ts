// What the model remembers of what earlier runs may have written down: the last clock, and who was seen.

import { nameOf } from "./observe.ts";
import type { Scene } from "./scene.ts";
import type { Repo, Subject } from "./things.ts";
import type { Run } from "./verdicts.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whether an automatic run has to mistrust its clock. After a run that died it is unknown what it wrote. */
export class ClockMemory {
  #last: number | null = null;
  #doubtedSince: number | null = null;

  doubts(now: number): boolean {
    return this.#jumped(now) || (this.#doubtedSince !== null && now - this.#doubtedSince < DAY_MS);
  }

  #jumped(now: number): boolean {
    return this.#last !== null && (now - this.#last > 30 * DAY_MS || this.#last - now > HOUR_MS);
  }

  keep(now: number): void {
    if (!this.doubts(now)) this.#doubtedSince = null;
    else if (this.#jumped(now)) this.#doubtedSince = now;
    this.#last = now;
  }

  lose(): void {
    this.#last = null;
    this.#doubtedSince = null;
  }
}

interface Look {
  /** Null: the run forgets nothing. */
  readonly known: ReadonlySet<Subject> | null;
  readonly present: ReadonlySet<Subject>;
  readonly missing: ReadonlySet<Subject>;
}

/** Who was seen alive and who was missed, by the runs that wrote. */
export class Witness {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** What is in its place and what is in the trash; a run that empties the trash looks at nothing else. */
  look(kind: Run["kind"]): Look {
    const found = this.#scene.repos.filter(({ path }) => path !== null && nameOf(path)?.marked !== true);
    const isInPlace = ({ path }: Repo): boolean => path !== null && nameOf(path) === null;
    const listed = [...new Set((kind === "empty" ? found.filter((repo) => !isInPlace(repo)) : found).map(subjectOf))];
    // What cannot say what it is about may be about anything.
    const isWhole = kind !== "empty" && found.some(isInPlace) && found.every(({ subject }) => names(subject));
    return {
      known: isWhole ? new Set(found.map(subjectOf)) : null,
      ...this.#looked(listed),
    };
  }

  /** A restore looks at nothing but what it put back. */
  restored(back: readonly Subject[], run: Run, died: boolean): void {
    this.after({ known: null, ...this.#looked(back) }, run, died ? "killed" : "wrote");
  }

  #looked(listed: readonly Subject[]): Pick<Look, "present" | "missing"> {
    return {
      present: new Set(listed.filter((subject) => this.#scene.presence(subject) === "present")),
      missing: new Set(listed.filter((subject) => this.#scene.presence(subject) !== "present")),
    };
  }

  after({ known, present, missing }: Look, { now, settings }: Run, what: "wrote" | "killed" | "nothing"): void {
    if (what === "nothing") return;
    for (const subject of this.#scene.subjects) {
      // One that died may have missed it, and need not have seen anything.
      if (missing.has(subject)) subject.missingSince = Math.min(subject.missingSince ?? now, now);
      if (missing.has(subject) && subject.kind.home === "disk") subject.bare = true;
      // What a clock far ahead put back is shielded from the first run that sees it: one that died may have been that.
      if (subject.restoredAt !== null && subject.restoredAt > now + HOUR_MS) subject.restoredAt = now;
      if (what === "killed") continue;
      if (known !== null && !known.has(subject)) Object.assign(subject, { seen: false, missingSince: null });
      if (present.has(subject) && names(subject) && this.#scene.presence(subject) === "present")
        Object.assign(subject, { seen: true, bare: false, missingSince: null });
      const forgotten = now - Math.max(settings.retention_days, 7) * DAY_MS;
      if (subject.restoredAt !== null && subject.restoredAt < forgotten) subject.restoredAt = null;
    }
  }
}

function subjectOf({ subject }: Repo): Subject {
  return subject;
}

function names({ kind }: Subject): boolean {
  return kind.naming !== "unidentified";
}
