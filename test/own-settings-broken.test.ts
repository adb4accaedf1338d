// A file of our own that cannot be read, or is wrong, stops whatever it speaks for.
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT_NAMES } from "../src/agents/names.ts";
import { prune } from "../src/runs/prune.ts";
import { scan } from "../src/runs/scan.ts";
import { stateOf } from "./hook/support.ts";
import { expectBothThere, expectOneGone, OLD, SWEEP, twins, write } from "./support/own-settings.ts";
import { run } from "./support/run.ts";

describe("a file of ours that is broken", () => {
  const BROKEN: readonly (readonly [string, (file: string) => void, string])[] = [
    [
      "has a wrong value",
      (file) => write(file, "keep:\n  - 7\n"),
      "keep[0] in FILE, line 2, is 7: expected a path or glob as text",
    ],
    ["has an unknown key", (file) => write(file, "kep: ~/a\n"), "kep in FILE, line 1, is not a setting"],
    [
      "is wrong for another agent",
      (file) => write(file, "agents: {x: {}}"),
      `agents.x in FILE, line 1, is not an agent: expected one of ${AGENT_NAMES.join(", ")}`,
    ],
    [
      "cannot be parsed",
      (file) => write(file, "keep: ["),
      "FILE, line 1, column 8: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "is a directory",
      (file) => void mkdirSync(file, { recursive: true }),
      "FILE cannot be read (EISDIR): it is not a regular file",
    ],
    [
      "is a FIFO",
      (file) => void execFileSync("mkfifo", [file]),
      "FILE cannot be read (EISDIR): it is not a regular file",
    ],
    [
      "is too large",
      (file) => write(file, "#".repeat(4 * 1024 * 1024 + 1)),
      "FILE cannot be read (EFBIG): it has 4194305 bytes, expected at most 4194304",
    ],
    [
      "is a link to a disk that is not there",
      (file) => symlinkSync("/nowhere/dotfiles.yaml", file),
      "FILE cannot be read (ENOENT): FILE leads to /nowhere, which is not there",
    ],
    [
      "is below such a link",
      (file) => {
        rmSync(dirname(file), { recursive: true });
        symlinkSync("/nowhere/dotfiles", dirname(file));
      },
      "FILE cannot be read (ENOENT): PARENT leads to /nowhere, which is not there",
    ],
    [
      "is below a file",
      (file) => {
        rmSync(dirname(file), { recursive: true });
        writeFileSync(dirname(file), "");
      },
      "FILE cannot be read (ENOTDIR): ENOTDIR: PARENT is not a directory",
    ],
  ];

  it.each(BROKEN)("stops every command: %s", async (_name, plant, message) => {
    const t = twins();
    rmSync(t.file);
    plant(t.file);
    const expected = message.replaceAll("FILE", t.file).replaceAll("PARENT", dirname(t.file));
    for (const words of [["prune", "--yes"], ["status"], ["config"]]) {
      const { code, stderr } = await run(words, { home: t.w });
      expect([words[0], code, stderr.split("\n")[0]]).toEqual([words[0], 2, `checkpoints: ${expected}`]);
    }
    const { code, stderr } = await run(["auto", "--opt-in", "--now"], { home: t.w });
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
    expectBothThere(t);
  });

  it("makes sweeps skip every home, and try again later and not at every start", async () => {
    const t = twins();
    const profile = t.w.profile("work");
    const ofProfile = profile.repo("gone", OLD);
    write(t.file, "keep: 7\n");
    const swept = (await run(SWEEP, { home: t.w })).report();
    expect(swept.bases.map(({ error }) => error?.code)).toEqual(["settings-invalid", "settings-invalid"]);
    expectBothThere(t);
    expect(existsSync(ofProfile.path)).toBe(true);
    for (const base of [t.w.base, profile.base]) {
      expect(lstatSync(join(stateOf(base), "next")).mtimeMs).toBeGreaterThan(Date.now());
    }

    write(t.file, `keep: ${t.kept.workdir}\n`);
    expect((await run(SWEEP, { home: t.w })).code).toBe(0);
    expectOneGone(t);
    expect(existsSync(ofProfile.path)).toBe(false);
  });

  it("stops a plan that was made before", async () => {
    const t = twins();
    const options = { home: t.w.home, env: { HOME: t.w.root } };
    const plan = await scan(options);
    write(t.file, "keep: 7\n");
    await expect(prune(plan, options)).rejects.toMatchObject({ code: "settings-invalid" });
    expectBothThere(t);
    rmSync(t.file);
    expect((await prune(plan, options)).status).toBe("done");
    expect(existsSync(t.taken.path)).toBe(false);
  });
});
