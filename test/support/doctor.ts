// `doctor` of a world, its checks by topic, and what it says mends them, done.

import { join } from "node:path";
import { expect } from "vitest";
import type { Check } from "../../src/model/doctor.ts";
import { type DocumentOf, schemaOf } from "../../src/report/schema.ts";
import { run, type RunOptions, type RunResult } from "./run.ts";
import { writeFiles } from "./shadow.ts";
import { type World, world } from "./world.ts";

export type Doctor = DocumentOf<"doctor">;
export type ShownCheck = Doctor["checks"][number];

export async function doctor(w: World, words: readonly string[] = [], options: RunOptions = {}): Promise<Doctor> {
  return documentOf(await run(["doctor", "--json", ...words], { home: w, ...options }));
}

/** Checked against its schema, and its exit code against what it counts. */
export function documentOf(ended: Pick<RunResult, "code" | "stdout" | "stderr">): Doctor {
  expect(ended.stdout, ended.stderr).not.toBe("");
  const document = JSON.parse(ended.stdout) as Doctor;
  expect(schemaOf("doctor").safeParse(document).error).toBeUndefined();
  const levels = document.checks.map(({ level }) => level);
  expect(document.faults).toBe(levels.filter((level) => level === "fault").length);
  expect(document.warnings).toBe(levels.filter((level) => level === "warning").length);
  expect(ended.code).toBe(document.faults > 0 ? 1 : 0);
  return document;
}

export function on(topic: string, { checks }: Pick<Doctor, "checks">): ShownCheck | undefined {
  const levels: readonly Check["level"][] = ["ok", "note", "warning", "fault"];
  const own = checks.filter((check) => check.topic === topic);
  return own.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level))[0];
}

/** A base of which nothing is wrong: it has been swept, and something starts sweeps. */
export async function healthy(): Promise<World> {
  const w = world();
  w.repo("alpha");
  w.settings({ auto_prune: true }, "checkpoint_gc");
  await run(["auto"], { home: w });
  return w;
}

/** Runs a command that mends something, with the answer to its question. */
export async function mend({ fix }: ShownCheck, w: World, options: RunOptions = {}): Promise<void> {
  for (const command of (fix ?? "").split(" && ")) {
    const [program, ...words] = command.split(" ");
    expect(program, command).toBe("checkpoints");
    const asks = ["prune", "trash", "hook", "schedule"].includes(words[0] ?? "");
    const ended = await run([...words, ...(asks ? ["--yes"] : [])], { home: w, ...options });
    expect(ended.code, `${command}: ${ended.stderr}`).toBe(0);
  }
}

/** Directories that are repos by their names and contents, and hold next to nothing. */
export function tinyRepos(w: World, many: number): void {
  for (let n = 0; n < many; n++) {
    const id = n.toString(16).padStart(16, "0");
    writeFiles(join(w.base, id), {
      "HEAD": "ref: refs/heads/main\n",
      "HERMES_WORKDIR": `${w.work}\n`,
      "objects/x": "",
      "refs/x": "",
    });
  }
}
