// Does the steps of a trace one by one: what happens to the world directly, and the runs through the library, each
// checked against the model.

import { join } from "node:path";
import {
  autoPrune,
  emptyTrash,
  type Plan,
  prune,
  restore,
  type RestoreResult,
  type RunResult,
  scan,
  type ScanOptions,
} from "../../src/index.ts";
import { trashId } from "../../src/model/trash-name.ts";
import { DAY_MS, namesIn } from "../reclaim/runs.ts";
import { stopIntercepting } from "../support/intercept-calls.ts";
import type { ByHand, Event, Step, Store, Trouble } from "./arbitrary.ts";
import { ClockMemory, Witness } from "./memory.ts";
import { nameOf, settle } from "./observe.ts";
import { Scene } from "./scene.ts";
import type { Repo } from "./things.ts";
import { type Struck, strike } from "./trouble.ts";
import { type Run, type Truth, truthOf } from "./verdicts.ts";

const HOUR_MS = 3_600_000;

export class Runner {
  readonly scene: Scene;
  readonly #clock = new ClockMemory();
  readonly #witness: Witness;
  #directories = 0;

  constructor(root: string, store: Store) {
    this.scene = new Scene(root, store);
    this.#witness = new Witness(this.scene);
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "wait":
        this.scene.clock += step.hours * HOUR_MS;
        return;
      case "jump":
        this.scene.clock += step.days * DAY_MS;
        return;
      case "prune":
        return this.#prune(step.by, step.between, step.trouble);
      case "sweep":
        return this.#sweep(step.force, step.trouble);
      case "restore":
        return this.#restore(step.which, step.how, step.trouble);
      case "empty":
        return this.#empty(step.trouble);
      default:
        this.scene.happen(step);
    }
  }

  /** After weeks in which nothing happens, what was removed is removed, and none of our files is left of it. */
  async rest(): Promise<void> {
    for (const disk of [false, true]) this.scene.happen({ do: "mount", disk });
    const { settings } = this.scene;
    for (let day = 0; day < 2 * (Math.max(settings.retention_days, 7) + settings.trash_days) + 6; day++) {
      this.scene.clock += 25 * HOUR_MS;
      await this.#rested();
    }
    const left = namesIn(this.scene.trash);
    if (left.length > 0) throw new Error(`after weeks the trash still holds ${left.join(", ")}`);
    const state = namesIn(join(this.scene.trash, "..")).filter((name) => name.startsWith(".tmp-"));
    if (state.length > 0) throw new Error(`after weeks there still are ${state.join(", ")}`);
    for (const repo of this.scene.repos)
      if (repo.path !== null && this.#isDue(repo)) throw new Error(`after weeks ${repo.uid} is still at ${repo.path}`);
  }

  async #rested(): Promise<void> {
    const { settings } = this.scene;
    const run = this.#run("sweep", { settings, destroys: settings.trash_days === 0 });
    await this.#carryOut(run, null, { is: "none" }, false, async () =>
      autoPrune({ ...this.#options(), settings, force: true }),
    );
  }

  #isDue({ subject, newest }: Repo): boolean {
    const { settings, clock } = this.scene;
    // What was used or put back while the clock was ahead is held until then.
    if (subject.kind.kept || newest > clock || (subject.restoredAt ?? 0) > clock) return false;
    return (
      settings.retention_days > 0 ||
      (settings.delete_orphans &&
        subject.kind.naming === "plain" &&
        this.scene.presence(subject) === "gone" &&
        subject.seen)
    );
  }

  async #prune(by: ByHand, between: Event | null, trouble: Trouble): Promise<void> {
    const settings = { ...this.scene.settings, ...(by.retention === null ? {} : { retention_days: by.retention }) };
    const { include } = by;
    const plan = await this.#scan({
      settings,
      include,
      disposal: by.trash ? "trash" : "destroy",
      ...(by.only === null ? {} : { only: by.only }),
    });
    const planned = truthOf(this.scene);
    const changed = between !== null && this.scene.happen(between);
    const run = this.#run("prune", { settings, include, only: by.only, destroys: !by.trash, planned });
    await this.#carryOut(run, plan, trouble, changed, async () => prune(plan, this.#options()));
  }

  async #sweep(force: boolean, trouble: Trouble): Promise<void> {
    const { settings } = this.scene;
    const plan = await this.#scan({ mode: "automatic", settings });
    const run = this.#run("sweep", { settings, destroys: settings.trash_days === 0 });
    await this.#carryOut(run, plan, trouble, false, async () => autoPrune({ ...this.#options(), settings, force }));
  }

  async #empty(trouble: Trouble): Promise<void> {
    const plan = await this.#scan({ settings: this.scene.settings });
    const run = this.#run("empty", {});
    await this.#carryOut(run, { ...plan, bases: [] }, trouble, true, async () =>
      emptyTrash({ ...this.#options(), plan }),
    );
  }

  async #restore(which: number, how: "back" | "swap" | "to", trouble: Trouble): Promise<void> {
    const items = this.scene.repos.filter((repo) => repo.path !== null && nameOf(repo.path)?.marked === false);
    const wanted = items[which % Math.max(1, items.length)];
    const name = nameOf(wanted?.path ?? "");
    if (wanted === undefined || name === null) return;
    const taken = this.scene.inPlace(wanted.subject) !== undefined;
    const to = how === "to" ? join(this.scene.root, "to", String(this.#directories++)) : null;
    const run = this.#run("restore", {});
    const options = { ids: [trashId(name)], swap: how === "swap", ...(to === null ? {} : { to }) };
    const struck = await this.#under(run, trouble, to, async () =>
      restore({ ...this.#options(), settings: this.scene.settings, ...options }),
    );
    const died = struck.value === null;
    const isBack = died || struck.value.rows[0]?.outcome === "restored";
    this.#witness.restored(isBack ? [wanted.subject] : [], run, died);
    if (struck.value === null || trouble.is !== "none") return;
    const [row] = struck.value.rows;
    const expected = taken && how === "back" ? "conflict" : "restored";
    if (row?.outcome !== expected)
      throw new Error(
        `restoring ${wanted.uid} (${how}) was ${row?.outcome}, expected ${expected}: ${row?.error?.message}`,
      );
    if (expected === "restored" && wanted.path !== (to === null ? this.scene.placeOf(wanted.subject) : null))
      throw new Error(`${wanted.uid} was restored, and is at ${wanted.path}`);
  }

  async #carryOut(
    run: Run,
    plan: Plan | null,
    trouble: Trouble,
    changed: boolean,
    act: () => Promise<RunResult>,
  ): Promise<void> {
    const before = this.#witness.look(run.kind);
    const { value, hit } = await this.#under(run, trouble, null, act);
    const done = value?.status === "done";
    if (value !== null && !done && value.status !== "not-due")
      throw new Error(`a ${run.kind} ended with ${value.status}: ${JSON.stringify(value.bases[0]?.error)}`);
    this.#witness.after(before, run, value === null ? "killed" : done && wrote(value) ? "wrote" : "nothing");
    if (value === null || !done || run.kind === "empty") return;
    const kept = resultsOf(value);
    if (new Set(kept.ids).size !== kept.all.length)
      throw new Error(`something had two results: ${JSON.stringify(kept.all)}`);
    if (changed || hit || plan === null) return;
    const promised = promisesOf(plan);
    if (JSON.stringify(promised) !== JSON.stringify(kept.all))
      throw new Error(`the plan said ${JSON.stringify(promised)}, the run did ${JSON.stringify(kept.all)}`);
  }

  /** Runs something with its trouble, and looks afterwards at what became of every repo. */
  async #under<T extends RunResult | RestoreResult>(
    run: Run,
    trouble: Trouble,
    to: string | null,
    act: () => Promise<T>,
  ): Promise<Struck<T>> {
    const begun = truthOf(this.scene);
    const struck = await strike(this.scene, trouble, act).finally(stopIntercepting);
    const truths: readonly [Truth, Truth] = [begun, truthOf(this.scene)];
    settle(this.scene, { run, truths, to, killed: struck.value === null, watched: (repo) => struck.watched === repo });
    if (struck.value === null) this.#clock.lose();
    else if (recorded(struck.value)) this.#clock.keep(run.now);
    return struck;
  }

  #run(kind: Run["kind"], more: Partial<Run>): Run {
    const now = this.scene.clock;
    return {
      kind,
      now,
      settings: this.scene.settings,
      include: [],
      only: null,
      destroys: false,
      doubted: this.#clock.doubts(now),
      planned: null,
      ...more,
    };
  }

  /** A dry run, which changes nothing and lists everything. */
  async #scan(options: ScanOptions): Promise<Plan> {
    const before = this.#names();
    const plan = await scan({ ...this.#options(), snapshots: "none", ...options });
    if (this.#names() !== before) throw new Error(`a dry run changed ${before} to ${this.#names()}`);
    const listed = new Set(
      plan.bases.flatMap((base) => base.trash.flatMap(({ item }) => item.members.map(({ path }) => path))),
    );
    const lost = this.scene.repos.filter(({ path }) => path !== null && nameOf(path) !== null && !listed.has(path));
    if (lost.length > 0) throw new Error(`in the trash and not listed: ${lost.map(({ path }) => path).join(", ")}`);
    return plan;
  }

  #names(): string {
    const { base, trash, home } = this.scene;
    return [home, base, join(trash, ".."), trash].map((directory) => namesIn(directory).join(" ")).join(" | ");
  }

  #options(): { home: string; env: Record<string, string>; now: () => number } {
    const now = this.scene.clock;
    return { home: this.scene.home, env: { HOME: this.scene.root }, now: () => now };
  }
}

/** A run that had nothing to do writes nothing down, not even that it was there: the clock counts from what is recorded. */
function recorded(result: RunResult | RestoreResult): boolean {
  return "rows" in result ? result.rows.length > 0 : wrote(result);
}

function wrote({ plan, status }: RunResult): boolean {
  if (plan.mode === "automatic") return status === "done";
  return plan.bases.some(
    ({ entries, trash }) =>
      entries.some(({ ruling }) => ruling.action === "remove") ||
      trash.some(({ action, reason }) => action !== "keep" || reason === "place-taken" || reason === "future-date"),
  );
}

/** What a plan shows, row by row: what is removed, what is returned, and what is destroyed in the trash. */
function promisesOf(plan: Plan): readonly string[] {
  const rows = plan.bases.flatMap((base) => [
    ...base.entries
      .filter((row) => row.ruling.action === "remove")
      .map((row) => `${row.judged.entry.id} ${row.steps.length > 1 ? "removed" : "trashed"}`),
    ...base.trash
      .filter((row) => row.action !== "keep")
      .map((row) => `${row.item.id} ${row.action === "destroy" ? "removed" : "returned"}`),
  ]);
  return rows.toSorted();
}

function resultsOf(result: RunResult): { readonly all: readonly string[]; readonly ids: readonly string[] } {
  const entries = result.bases.flatMap((base) => base.entries.map((one) => [one.planned.judged.entry.id, one.outcome]));
  const trash = result.bases.flatMap((base) => base.trash.map((one) => [one.planned.item.id, one.outcome]));
  const rows = [...entries, ...trash.filter(([, outcome]) => outcome !== "conflict")];
  return { all: rows.map((row) => row.join(" ")).toSorted(), ids: rows.map(([id = ""]) => id) };
}
