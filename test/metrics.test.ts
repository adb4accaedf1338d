// The file for the node exporter's text collector, read by the parsers of prometheus_client.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderMetrics } from "../src/report/metrics.ts";
import { plannedBase, plannedEntry, sweepRecord } from "./report/build.ts";
import { namesIn } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { world } from "./support/world.ts";

/** Both formats: what OpenMetrics says, and what the collector reads. Prints [name, labels, value] of each. */
const PARSE = `
import json, sys
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics import parser as open_parser
text = sys.stdin.read()
read = [[[s.name, s.labels, s.value] for f in p.text_string_to_metric_families(text) for s in f.samples] for p in (open_parser, parser)]
assert read[0] == read[1], "the two formats differ"
json.dump(read[0], sys.stdout)
`;

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/** Debian's own Python has Debian's packages, whatever other one comes first on the PATH. */
const python = ["/usr/bin/python3", "python3"].find(
  (each) => spawnSync(each, ["-c", "import prometheus_client.openmetrics.parser"]).status === 0,
);
if (python === undefined) console.warn("no python3-prometheus-client: the format of --metrics-file is not checked");

function parsed(text: string): readonly Sample[] {
  const { status, stdout, stderr } = spawnSync(python ?? "", ["-c", PARSE], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(`${stderr}\n${text}`);
  return JSON.parse(stdout) as readonly Sample[];
}

describe.runIf(python !== undefined)("a real parser", () => {
  it("accepts what a sweep writes, with the numbers that it reported", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    w.repo("live");
    const file = join(w.root, "out", "cgc.prom");
    mkdirSync(join(w.root, "out"));
    const flags = ["--opt-in", "--set", "orphan_grace_hours=0", "--metrics-file", "out/cgc.prom", "--json"];
    const done = await run(["auto", ...flags], { home: w, cwd: w.root });
    expect(done.code).toBe(0);
    const samples = parsed(readFileSync(file, "utf8"));
    const value = (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined =>
      samples.find(
        (one) => one[0] === `checkpoint_gc_${name}` && same(one[1], { base: w.base, agent: "hermes", ...labels }),
      )?.[2];
    expect(value("up")).toBe(1);
    expect(value("entries", { verdict: "live" })).toBe(1);
    expect(value("entries", { verdict: "orphan" })).toBe(0);
    expect(value("entry_bytes", { verdict: "live" })).toBeGreaterThan(0);
    expect(value("trash_entries")).toBe(1);
    expect(value("last_sweep_taken_entries", { rule: "orphan" })).toBe(1);
    expect(value("last_sweep_trashed_bytes")).toBe(done.report().totals.bytesTrashed);
    expect(value("last_sweep_reclaimed_bytes")).toBe(0);
    expect(value("last_sweep_failed_entries")).toBe(0);
    expect(value("last_success_timestamp_seconds")).toBeCloseTo(Date.now() / 1000, -2);
    expect(value("failures")).toBe(0);
  });

  it("accepts any path, any number, and a base that cannot be read", () => {
    const hostile = plannedBase({ entries: [plannedEntry({ bytes: 2 ** 52 }), plannedEntry({ bytes: null })] });
    const text = renderMetrics([
      {
        agent: "hermes",
        base: '/a "b"\\c\nd',
        planned: hostile,
        sweeps: [sweepRecord({ error: { code: "EIO", message: "x" } })],
        failures: 3,
      },
      { agent: "acme", base: "/broken", planned: null, sweeps: [], failures: 0 },
    ]);
    const samples = parsed(text);
    expect(samples.filter(([, { base }]) => base === "/broken")).toEqual([
      ["checkpoint_gc_up", { base: "/broken", agent: "acme" }, 0],
    ]);
    expect(samples.find(([name]) => name === "checkpoint_gc_failures")).toEqual([
      expect.any(String),
      { base: '/a "b"\\c\nd', agent: "hermes" },
      3,
    ]);
    expect(samples.some(([name]) => name.includes("last_success"))).toBe(false);
    expect(parsed(renderMetrics([]))).toEqual([]);
  });
});

describe("the file", () => {
  it("is replaced as a whole, and every user may read it whatever the umask", async () => {
    const w = world();
    const file = join(w.root, "cgc.prom");
    writeFileSync(file, "old\n", { mode: 0o600 });
    const before = statSync(file).ino;
    const umask = process.umask(0o077);
    try {
      expect((await run(["auto", "--metrics-file", file], { home: w })).code).toBe(0);
    } finally {
      process.umask(umask);
    }
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(statSync(file).ino).not.toBe(before);
    expect(namesIn(w.root).filter((name) => name.startsWith(".tmp"))).toEqual([]);
    // Switched off or not due: what is there is written all the same.
    expect(readFileSync(file, "utf8")).toMatch(/^# HELP[^]*\n# EOF\n$/);
    expect(readFileSync(file, "utf8")).toContain(`checkpoint_gc_automatic{base="${w.base}",agent="hermes"} 0\n`);
  });

  it("says up 0 of a home whose settings are broken, and has the other homes as usual", async () => {
    const w = world();
    w.config("checkpoints: {retention_days: soon}\n");
    const profile = w.profile("night");
    const file = join(w.root, "cgc.prom");
    expect((await run(["auto", "--metrics-file", file], { home: w })).code).toBe(2);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(`checkpoint_gc_up{base="${w.base}",agent="hermes"} 0\n`);
    expect(text).toContain(`checkpoint_gc_up{base="${profile.base}",agent="hermes"} 1\n`);
  });

  it("that cannot be written is reported, and the sweep is done", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const flags = ["--opt-in", "--set", "orphan_grace_hours=0", "--metrics-file", join(w.root, "nowhere", "x.prom")];
    const { code, stderr } = await run(["auto", ...flags], { home: w });
    expect([code, stderr]).toEqual([1, expect.stringContaining("cannot write")]);
    expect(namesIn(w.base)).not.toContain(gone.id);
  });

  it("is left alone where everything is switched off", async () => {
    const w = world();
    const file = join(w.root, "cgc.prom");
    await run(["auto", "--metrics-file", file], { home: w, env: { CHECKPOINT_GC: "off" } });
    expect(namesIn(w.root)).not.toContain("cgc.prom");
  });
});

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
}
