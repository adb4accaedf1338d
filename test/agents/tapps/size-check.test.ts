// The warning about a large folder of sessions: it counts what the agent's own doctor counts, and what it proposes clears it,
// or it says what would. Its doctor warns over 100 files of `*.json`, hidden ones too, or over 1 MiB of apparent size.

import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { documentOf, type ShownCheck } from "../../support/doctor.ts";
import { removeTree } from "../../support/paths.ts";
import { run } from "../../support/run.ts";

const DAY = 86_400;

interface Project {
  readonly path: string;
  readonly base: string;
  /** Writes so many files. */
  readonly put: (many: number, name: (at: number) => string, text: (id: string) => string, days?: number) => void;
}

function project(): Project {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "cgc-tapps-")));
  onTestFinished(() => removeTree(path));
  const base = join(path, ".tapps-agents/sessions");
  mkdirSync(base, { recursive: true });
  writeFileSync(join(path, ".tapps-agents/config.yaml"), "cleanup:\n  sessions:\n    keep_latest: 1\n");
  const put: Project["put"] = (many, name, text, days = 90) => {
    for (let at = 0; at < many; at += 1) {
      const file = join(base, name(at));
      const id = name(at).replace(/\.json$/, "");
      writeFileSync(file, text(id));
      const seconds = Date.now() / 1000 - days * DAY - at;
      utimesSync(file, seconds, seconds);
    }
  };
  return { path, base, put };
}

const enhancement = (id: string): string =>
  JSON.stringify({ session_id: id, metadata: { created_at: "2024-05-01T00:00:00" }, stages: {} });
const young = (id: string): string =>
  JSON.stringify({ session_id: id, metadata: { created_at: new Date().toISOString().slice(0, 19) }, stages: {} });
const paused = (id: string): string =>
  JSON.stringify({ session_id: id, agent_id: "a", state: "paused", last_activity: "2024-05-01T00:00:00Z" });

const hex = (at: number): string => `${at.toString(16).padStart(8, "0")}.json`;
const uuid = (at: number): string => `00000000-0000-4000-8000-${at.toString(16).padStart(12, "0")}.json`;
const named = (at: number): string => `enh-${at}-session.json`;
const blank = (): string => "{}";

/** The warning in one line; null where there is none. */
async function warningOf({ path }: Project, command: readonly string[] = ["status"]): Promise<string | null> {
  const { code, stdout } = await run([...command, "--agent", "tapps"], {
    cwd: path,
    env: { HOME: join(path, ".."), XDG_CONFIG_HOME: join(path, "none") },
    columns: 1000,
  });
  expect(code).toBe(0);
  return stdout.split("\n").find((line) => line.includes("more than 100 files")) ?? null;
}

describe("a folder of sessions", () => {
  it("is large from 101 files on, whatever they are, hidden ones and directories too", async () => {
    const here = project();
    here.put(98, named, blank);
    here.put(1, () => ".hidden.json", blank);
    here.put(9, (at) => `note-${at}.txt`, blank);
    mkdirSync(join(here.base, "folder.json"));
    expect(await warningOf(here)).toBeNull();
    here.put(1, () => "one-more.json", blank);
    expect(await warningOf(here)).toContain("has 101 files, ");
    expect(await warningOf(here, ["sessions", "stats"])).toContain("has 101 files, ");
  });

  it("is large over 1 MiB by the sizes of its files, and not by what they take on the disk", async () => {
    const here = project();
    here.put(90, named, () => " ".repeat(10_000));
    expect(await warningOf(here)).toBeNull();
    here.put(
      1,
      () => "rest.json",
      () => " ".repeat(2 ** 20 - 900_000),
    );
    expect(await warningOf(here)).toBeNull();
    here.put(
      1,
      () => "byte.json",
      () => " ",
    );
    expect(await warningOf(here)).toContain("has 92 files, 1.0 MB: more than 100 files or 1.0 MB");
  });
});

describe("what doctor says", () => {
  it("is the same, with the command that clears it", async () => {
    const here = project();
    here.put(80, named, blank);
    here.put(20, hex, enhancement);
    const place = { cwd: here.path, env: { HOME: join(here.path, ".."), XDG_CONFIG_HOME: join(here.path, "none") } };
    const sizes = async (): Promise<readonly ShownCheck[]> => {
      const { checks } = documentOf(await run(["doctor", "--json", "--agent", "tapps"], place));
      return checks.filter(({ topic }) => topic === "size");
    };
    expect(await sizes()).toEqual([]);
    here.put(20, (at) => hex(at + 100), enhancement);
    const [check] = await sizes();
    expect(check).toMatchObject({
      level: "warning",
      text: expect.stringMatching(/ has 120 files, .* To remove 39 that are old/) as string,
      fix: "checkpoints sessions prune --agent tapps",
    });
    await run([...(check?.fix?.split(" ").slice(1) ?? []), "--yes"], place);
    expect(await sizes()).toEqual([]);
  });
});

describe("what is said against it", () => {
  it("is a command that clears the warning, where old sessions are enough", async () => {
    const here = project();
    here.put(80, named, blank);
    here.put(40, hex, enhancement);
    const warning = await warningOf(here);
    expect(warning).toMatch(
      /^.* has 120 files, [^:]*: more than 100 files or 1\.0 MB\. To remove 39 that are old, [\d.]+ kB: checkpoints sessions prune --agent tapps$/,
    );
    const words = warning?.split(": checkpoints ")[1]?.split(" ") ?? [];
    await run([...words, "--yes"], { cwd: here.path, env: { HOME: join(here.path, "..") } });
    expect(await warningOf(here)).toBeNull();
  });

  it("names no command where only other files are the reason, and says to move those", async () => {
    const here = project();
    here.put(101, named, blank);
    expect(await warningOf(here)).toMatch(
      / files or 1\.0 MB\. 101 files, 202 B, are not sessions and are never removed here: move or delete them yourself$/,
    );
  });

  it("is the command and what that leaves, where it is not enough", async () => {
    const here = project();
    here.put(105, named, blank);
    here.put(3, hex, enhancement);
    expect(await warningOf(here)).toMatch(
      /To remove 2 that are old, [^:]*: checkpoints sessions prune --agent tapps\. That leaves 106 files, [^.]*[\d.]+ k?B\. 105 files, 210 B, are not sessions .*\. 1 file, [\d.]+ B, is not old enough by the agent's own settings, or in use$/,
    );
  });

  it("names no command for what is young or in use, at any number", async () => {
    const here = project();
    here.put(60, hex, young, 0);
    here.put(60, uuid, paused);
    expect(await warningOf(here)).toMatch(
      / files or 1\.0 MB\. 120 files, [\d.]+ kB, are not old enough by the agent's own settings, or in use$/,
    );
  });
});
