// The store that the real writers of tapps-agents wrote: every row of it, what its own settings keep, and the way to the
// trash and back.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { gitIn } from "../../support/project-git.ts";
import { ageFile, outcomesOf, SESSION_NOW, takenBy, unpackSessions, verdictsOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SESSIONS = [
  "1a1a795c.json",
  "4c511d10.json",
  "5534b0ad-7eb0-5359-b552-2c6e8ea14f25.json",
  "96f80787.json",
  "c0051a7a-5a8e-5ab9-b8ce-8763cab75a22.json",
  "c288f87e.json",
];
const OF_COMMAND_LINE = ["1e648b90-4239-50a2-a385-a49cb233565d.json", "e720368f-62ef-50c5-9fd4-f8174a66b316.json"];

interface Store {
  readonly project: string;
  readonly base: string;
  readonly config: string;
  readonly options: ScanOptions;
}

function golden(collect: readonly string[] = ["tapps-sessions"]): Store {
  const { root, base } = unpackSessions("tapps", "project/.tapps-agents/sessions");
  const project = join(root, "project");
  const options = { env: { HOME: root }, cwd: project, agent: "tapps", now: () => SESSION_NOW } as const;
  return { project, base, config: join(dirname(base), "config.yaml"), options: { ...options, settings: { collect } } };
}

const WHOLE = {
  "1f749db2.json": "live not-applicable, no rule: keep",
  "92499895.json": "live not-applicable, no rule: keep",
  "dc6b3015.json": "live not-applicable, no rule: keep",
  "b5713fbd.json": "live not-applicable, no rule: keep",
  "c288f87e.json": "stale unused, keep-latest: remove",
  "96f80787.json": "stale unused, keep-latest: remove",
  "4c511d10.json": "stale unused, keep-latest: remove",
  "5534b0ad-7eb0-5359-b552-2c6e8ea14f25.json": "stale unused, expired: remove",
  "c0051a7a-5a8e-5ab9-b8ce-8763cab75a22.json": "stale unused, expired: remove",
  "a38256fb-c433-5dbd-a4e2-cf7f5a8df64a.json": "live not-applicable, no rule: keep",
  "72bf7945-2d6b-57c1-8622-2417b6e393e0.json": "live not-applicable, no rule: keep",
  "b886e827-8def-5d7b-bb4b-4f5735b521f6.json": "stale unused, expired: keep (active)",
  "3a95ff91-369a-54c8-b015-7a908c974790.json": "stale unused, expired: keep (active)",
  "f77abc0a-9544-5940-b89e-b42c13fb6761.json": "stale unused, expired: keep (active)",
  "1e648b90-4239-50a2-a385-a49cb233565d.json": "stale unused, expired: remove",
  "e720368f-62ef-50c5-9fd4-f8174a66b316.json": "stale unused, expired: remove",
  "bdc818b1-9d3f-5d6f-98a1-ff9991b2c93c.json": "live not-applicable, no rule: keep",
  "1a1a795c.json": "debris empty, empty: remove",
  "ff63daad.json": "debris empty, no rule: keep",
  "0badf00d.json": "unidentified not-json, no rule: keep",
  "0badf00e.json": "unidentified not-saved, no rule: keep",
};

describe("the golden store of tapps-agents", () => {
  it("is judged file by file as is written there", async () => {
    const { options } = golden();
    const plan = await scan({ ...options, everything: true });
    expect(verdictsOf(plan)).toEqual(WHOLE);
    expect(plan.bases.map(({ ref, foreign, settings }) => [ref.label, foreign, settings.kinds])).toEqual([
      [
        "project",
        ["enh-001-enhancement-session.json", "notes.md"],
        {
          "tapps-cli-sessions": { retention_days: 30 },
          "tapps-sessions": { retention_days: 30, keep_latest: 3 },
        },
      ],
    ]);
    // What is not measured first is planned alike.
    expect(takenBy(await scan(options))).toEqual([...SESSIONS, ...OF_COMMAND_LINE].toSorted());
  });

  it("loses sessions of the command line in automatic runs only where collect names them", async () => {
    expect(takenBy(await scan({ ...golden().options, mode: "automatic" }))).toEqual(SESSIONS);
    const { options } = golden(["tapps-cli-sessions"]);
    expect(takenBy(await scan({ ...options, mode: "automatic" }))).toEqual(OF_COMMAND_LINE);
  });

  it("says of a session in use which state it has", async () => {
    const plan = await scan({ ...golden().options, everything: true });
    const rows = plan.bases.flatMap(({ entries }) => entries);
    const sentences = rows.flatMap(({ ruling }) => ruling.holds.flatMap(({ sentence }) => sentence ?? []));
    expect(sentences.toSorted()).toEqual(["its state is active", "its state is paused", "its state is suspended"]);
  });

  it("changes nothing in a dry run, and comes back from the trash with its bytes, mode and time", async () => {
    const { project, base, options } = golden();
    const before = fingerprint(project);
    const plan = await scan({ ...options, disposal: "trash", mode: "automatic" });
    expect(diff(before, fingerprint(project))).toEqual([]);
    expect(outcomesOf(await prune(plan, options))).toEqual(
      expect.arrayContaining(SESSIONS.map((id) => [id, "trashed"])),
    );
    expect(readdirSync(base).filter((name) => SESSIONS.includes(name))).toEqual([]);
    expect(takenBy(await scan({ ...options, mode: "automatic" }))).toEqual([]);
    const back = await restore({ ...options, ids: SESSIONS });
    expect(back.rows.map(({ outcome }) => outcome)).toEqual(SESSIONS.map(() => "restored"));
    const after = fingerprint(project, { ignore: (path) => path.includes(".sessions.gc") });
    expect(diff(before, after).filter((line) => !/^~ \S+: dir/.test(line))).toEqual([]);
  });
});

describe("the settings of the project", () => {
  it.each([
    ["keeps more of the newest than ours", "keep_latest: 6", { keep_latest: 1 }, ["4c511d10.json"]],
    ["keeps for longer than ours", "keep_latest: 1\n    max_age_days: 70", { retention_days: 5 }, ["4c511d10.json"]],
  ])("are never made looser: a project that %s", async (_, text, ours, enhancements) => {
    const { config, options } = golden();
    writeFileSync(config, `cleanup:\n  sessions:\n    ${text}\n`);
    const settings = { collect: ["tapps-sessions"], ...ours };
    const taken = takenBy(await scan({ ...options, settings, mode: "automatic" }));
    expect(taken.filter((name) => /^[0-9a-f]{8}\.json$/.test(name) && name !== "1a1a795c.json")).toEqual(enhancements);
  });

  it("keep fifty where the project says nothing", async () => {
    const { config, options } = golden();
    rmSync(config);
    expect(takenBy(await scan({ ...options, mode: "automatic" }))).toEqual([
      "1a1a795c.json",
      "5534b0ad-7eb0-5359-b552-2c6e8ea14f25.json",
      "c0051a7a-5a8e-5ab9-b8ce-8763cab75a22.json",
    ]);
  });

  it("that cannot be read remove nothing", async () => {
    const { base, config, options } = golden();
    writeFileSync(config, "cleanup: [\n");
    const swept = await autoPrune({ ...options, optIn: true, force: true });
    expect(swept.bases.map(({ error }) => error?.code)).toEqual(["settings-unreadable"]);
    expect(existsSync(join(base, "4c511d10.json"))).toBe(true);
  });
});

describe("a session between the plan and the move", () => {
  it.each([
    ["is resumed", (text: string) => text.replace('"completed"', '"active"')],
    ["is used", (text: string) => text.replace("2026-10-17T12:00:00+00:00", "2026-11-26T11:00:00+00:00")],
    ["is being written", (text: string) => text.slice(0, 100)],
    ["is being written anew", () => ""],
  ])("stays where it %s", async (_, change) => {
    const { base, options } = golden();
    const plan = await scan({ ...options, disposal: "trash" });
    const path = join(base, "5534b0ad-7eb0-5359-b552-2c6e8ea14f25.json");
    const text = change(readFileSync(path, "utf8"));
    writeFileSync(path, text);
    ageFile(path, 40 * DAY);
    const changed = ["5534b0ad-7eb0-5359-b552-2c6e8ea14f25.json", "changed"];
    expect(outcomesOf(await prune(plan, options))).toContainEqual(changed);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("a project in git", () => {
  function repository(project: string): void {
    gitIn(project, "init", "--quiet");
  }

  it("keeps all sessions where git tracks one of them, and says so", async () => {
    const { project, options } = golden();
    repository(project);
    gitIn(project, "add", "--force", ".tapps-agents/sessions/notes.md");
    const plan = await scan({ ...options, everything: true });
    expect(takenBy(plan)).toEqual([]);
    const holds = plan.bases.flatMap(({ entries }) => entries).flatMap(({ ruling }) => ruling.holds);
    expect(holds.map(({ by }) => by)).toContain(project);
    expect(holds[0]?.sentence).toMatch(/^git tracks files of .*: remove them with git/);
  });

  it("loses them where git tracks others alone, and never sees what is kept beside them", async () => {
    const { project, options } = golden();
    repository(project);
    writeFileSync(join(project, ".gitignore"), ".tapps-agents/sessions/\n");
    gitIn(project, "add", ".gitignore", ".tapps-agents/config.yaml");
    gitIn(project, "commit", "--quiet", "--message", "all");
    expect(outcomesOf(await prune(await scan({ ...options, disposal: "trash" }), options))).toHaveLength(8);
    expect(gitIn(project, "status", "--porcelain")).toBe("");
    expect(readFileSync(join(project, ".tapps-agents/.sessions.gc/.gitignore"), "utf8")).toBe("*\n");
  });

  it("keeps all where one is added between the plan and the move", async () => {
    const { project, options } = golden();
    repository(project);
    const plan = await scan({ ...options, disposal: "trash" });
    expect(takenBy(plan)).toHaveLength(8);
    gitIn(project, "add", "--force", ".tapps-agents/sessions/4c511d10.json");
    const outcomes = outcomesOf(await prune(plan, options)).map(([, outcome]) => outcome);
    expect([...new Set(outcomes)]).toEqual(["changed"]);
  });

  it("keeps all where git cannot tell, and loses them where the repository is of a directory below", async () => {
    const { project, options } = golden();
    writeFileSync(join(project, ".git"), "gitdir: /not/there\n");
    expect(takenBy(await scan(options))).toEqual([]);
    rmSync(join(project, ".git"));
    gitIn(join(project, ".tapps-agents"), "init", "--quiet", "elsewhere");
    expect(takenBy(await scan(options))).toHaveLength(8);
  });

  it("counts a linked worktree as the repository that it belongs to", async () => {
    const { project, options } = golden();
    const main = join(dirname(project), "main");
    gitIn(dirname(project), "init", "--quiet", main);
    gitIn(main, "commit", "-q", "--allow-empty", "-m", "x");
    gitIn(main, "worktree", "add", "--quiet", "--detach", join(dirname(project), "linked"));
    writeFileSync(join(project, ".git"), readFileSync(join(dirname(project), "linked/.git")));
    expect(takenBy(await scan(options))).toHaveLength(8);
    gitIn(project, "add", "--force", ".tapps-agents/sessions/notes.md");
    expect(takenBy(await scan(options))).toEqual([]);
  });
});
