// One document on stdout whatever happens, and it is what `checkpoints schema` says.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Command } from "../../src/report/schema.ts";
import { COMMANDS, jsonSchema, schemaOf } from "../../src/report/schema.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

interface Outcome {
  readonly line: string;
  readonly command: Command;
  readonly code: number;
  readonly status: string;
  readonly error?: string;
  readonly before?: (w: World) => Promise<void> | void;
}

const toTrash = async (w: World): Promise<void> => {
  await run(["prune", "--yes", "--trash"], { home: w });
};
const broken = (w: World): void => w.config("checkpoint_gc: {retention_days: soon}\n");

const OUTCOMES: readonly Outcome[] = [
  { line: "report --html -", command: "report", code: 2, status: "error", error: "usage" },
  { line: "report", command: "report", code: 2, status: "error", error: "usage" },
  { line: "", command: "status", code: 0, status: "done" },
  { line: "status --all", command: "status", code: 0, status: "done" },
  { line: "status", command: "status", code: 2, status: "error", error: "settings-invalid", before: broken },
  { line: "prune -n", command: "prune", code: 0, status: "done" },
  { line: "prune -y", command: "prune", code: 0, status: "done" },
  { line: "prune -y --trash", command: "prune", code: 0, status: "done" },
  { line: "prune", command: "prune", code: 3, status: "declined", error: "declined" },
  { line: "prune -y --only stale", command: "prune", code: 0, status: "done" },
  { line: "prune -y nowhere", command: "prune", code: 2, status: "error", error: "not-found" },
  { line: "prune --rows x", command: "prune", code: 2, status: "error", error: "usage" },
  { line: "prune -y", command: "prune", code: 2, status: "error", error: "settings-invalid", before: broken },
  { line: "compact -n", command: "compact", code: 0, status: "done" },
  { line: "compact -y", command: "compact", code: 0, status: "done" },
  { line: "compact nowhere", command: "compact", code: 2, status: "error", error: "not-found" },
  { line: "auto", command: "auto", code: 0, status: "disabled" },
  { line: "auto --opt-in", command: "auto", code: 0, status: "done" },
  {
    line: "auto --opt-in",
    command: "auto",
    code: 0,
    status: "not-due",
    before: async (w) => void (await run(["auto", "--opt-in"], { home: w })),
  },
  { line: "auto -n", command: "auto", code: 0, status: "done" },
  { line: "auto --opt-in", command: "auto", code: 2, status: "error", error: "settings-invalid", before: broken },
  { line: "explain ID", command: "explain", code: 0, status: "done" },
  { line: "explain ID", command: "explain", code: 0, status: "done", before: toTrash },
  { line: "explain nowhere", command: "explain", code: 2, status: "error", error: "not-found" },
  { line: "sessions", command: "sessions stats", code: 0, status: "done" },
  { line: "sessions prune -n", command: "prune", code: 0, status: "done" },
  { line: "sessions --set trash_days=x", command: "sessions stats", code: 2, status: "error", error: "usage" },
  { line: "trash", command: "trash list", code: 0, status: "done" },
  { line: "trash list", command: "trash list", code: 0, status: "done", before: toTrash },
  { line: "trash restore ID", command: "trash restore", code: 0, status: "done", before: toTrash },
  { line: "trash restore ID", command: "trash restore", code: 2, status: "error", error: "not-found" },
  { line: "trash restore ID -n", command: "trash restore", code: 0, status: "done", before: toTrash },
  { line: "undo", command: "undo", code: 0, status: "done", before: toTrash },
  { line: "undo -n", command: "undo", code: 0, status: "done", before: toTrash },
  { line: "undo", command: "undo", code: 2, status: "error", error: "not-found" },
  { line: "history", command: "history", code: 0, status: "done", before: toTrash },
  { line: "trash empty", command: "trash empty", code: 0, status: "done" },
  { line: "trash empty", command: "trash empty", code: 3, status: "declined", error: "declined", before: toTrash },
  { line: "trash empty -y", command: "trash empty", code: 0, status: "done", before: toTrash },
  { line: "config", command: "config", code: 0, status: "done" },
  { line: "config", command: "config", code: 2, status: "error", error: "settings-invalid", before: broken },
  { line: "doctor", command: "doctor", code: 0, status: "done" },
  { line: "doctor", command: "doctor", code: 1, status: "done", before: broken },
  { line: "doctor --set trash_days=x", command: "doctor", code: 2, status: "error", error: "usage" },
];

describe("--json", () => {
  it.each(OUTCOMES)("checkpoints $line --json: $status", async ({ line, command, code, status, error, before }) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    w.repo("alive");
    w.repo("lost", { workdir: "delete-parent" });
    await before?.(w);
    const words = line === "" ? [] : line.replace("ID", gone.id).split(" ");
    const result = await run([...words, "--json"], { home: w });
    expect(result.code, result.stderr).toBe(code);
    const document = result.json();
    expect(document).toMatchObject({ schema: 1, tool: "checkpoint-gc", command, status });
    expect(document).toMatchObject({ error: error === undefined ? null : { code: error } });
    expect(schemaOf(command).safeParse(document).error).toBeUndefined();
  });

  it("prints the plan also where nothing was confirmed", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const report = (await run(["prune", "--json"], { home: w })).report();
    expect(report.entries).toMatchObject([{ id: gone.id, action: "remove", outcome: null }]);
    expect(report.totals).toMatchObject({ toRemove: 1, removed: 0 });
  });

  it("says the same as a dry run and as what was then done", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    w.repo("old", { ageDays: 30 });
    w.repo("alive");
    const planned = (await run(["prune", "-n", "--json"], { home: w })).report();
    const done = (await run(["prune", "-y", "--json"], { home: w })).report();
    expect(planned).toMatchObject({ dryRun: true });
    expect(done).toMatchObject({ dryRun: false });
    const without = ({ entries }: typeof done): unknown => entries.map((entry) => ({ ...entry, outcome: null }));
    expect(without(done)).toEqual(without(planned));
    expect(done.totals.removed).toBe(planned.totals.toRemove);
  });
});

describe("checkpoints schema", () => {
  it.each(COMMANDS)("%s", async (command) => {
    const result = await run(["schema", ...command.split(" ")]);
    expect(result.code).toBe(0);
    expect(result.json()).toEqual(JSON.parse(JSON.stringify(jsonSchema(command))));
  });

  it("without a name is one for all", async () => {
    expect((await run(["schema"])).json()).toEqual(JSON.parse(JSON.stringify(jsonSchema(null))));
  });
});

describe("config", () => {
  it("says where each value comes from", async () => {
    const w = world();
    writeFileSync(join(w.home, "config.yaml"), "checkpoints: {retention_days: 30}\ncheckpoint_gc: {trash_days: 3}\n");
    const { stdout, code } = await run(["config", "--set", "min_interval_hours=6", "--home", w.home], { home: w });
    expect(code).toBe(0);
    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(["auto_prune", "false", "default"]);
    expect(rows).toContainEqual(["retention_days", "30", "~/.hermes/config.yaml, checkpoints:"]);
    expect(rows).toContainEqual(["trash_days", "3", "~/.hermes/config.yaml, checkpoint_gc:"]);
    expect(rows).toContainEqual(["min_interval_hours", "6", "--set min_interval_hours"]);
  });
});
