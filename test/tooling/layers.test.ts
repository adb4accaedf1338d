import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const checker = fileURLToPath(new URL("../../scripts/layers.mjs", import.meta.url));

it("accepts a tree that keeps to the table", () => {
  const { status, stdout } = check({
    "model/entry.ts": "export type Entry = { readonly id: string };",
    "fs/syscalls.ts": 'import { lstatSync } from "node:fs";\nexport const look = (p: string): object => lstatSync(p);',
    "classify/classify.ts": 'import type { Entry } from "../model/entry.ts";\nexport type Judged = { entry: Entry };',
    "plan/plan.ts": 'import type { Entry } from "../model/entry.ts";\nexport type Plan = Entry[];',
    "cli/main.ts": 'export async function main(): Promise<void> {\n  await import("../sweep.ts");\n}',
    "sweep.ts": 'export type { Plan } from "./plan/plan.ts";\nexport { look } from "./fs/syscalls.ts";',
  });
  expect(stdout).toBe("6 files, 0 findings\n");
  expect(status).toBe(0);
});

it.each<[string, Record<string, string>, string]>([
  [
    "a stage reaches into a later one",
    { "classify/a.ts": 'import { b } from "../reclaim/b.ts";', "reclaim/b.ts": "export const b = 1;" },
    "classify/a.ts:1: layer: classify may not import reclaim",
  ],
  [
    "a type alone is an import too",
    { "model/a.ts": 'export type A = import("../fs/b.ts").B;', "fs/b.ts": "export type B = 1;" },
    "model/a.ts:1: layer: model may not import fs",
  ],
  [
    "so is a dynamic import",
    { "scan/a.ts": '\nexport const a = () => import("../cli/main.ts");', "cli/main.ts": "export const main = 1;" },
    "scan/a.ts:2: layer: scan may not import cli",
  ],
  [
    "so is a re-export",
    { "report/a.ts": 'export * from "../gate/b.ts";', "gate/b.ts": "export const b = 1;" },
    "report/a.ts:1: layer: report may not import gate",
  ],
  [
    "a file system call outside fs",
    { "reclaim/a.ts": 'import { rm } from "node:fs/promises";' },
    "reclaim/a.ts:1: door: only fs may import node:fs/promises, not reclaim",
  ],
  [
    "the name of an agent outside its folder",
    { "scan/a.ts": "/** As HERMES does. */\nexport const a = 1;", "agents/hermes/b.ts": "export const hermes = 1;" },
    "scan/a.ts:1: agent: only agents/, cli/specs/topics.ts",
  ],
  [
    "the same without its prefix",
    { "scan/a.ts": 'import { rmSync } from "fs";' },
    "scan/a.ts:1: door: only fs and locations and hook may import node:fs, not scan",
  ],
  [
    "a path resolved past its guard",
    {
      "scan/a.ts":
        'import { lstat, realPathOrNull as real } from "../fs/syscalls.ts";\nexport const a = [lstat, real];',
      "fs/syscalls.ts": "export const lstat = 1;\nexport const realPathOrNull = 2;",
    },
    "scan/a.ts:1: foreign: only resolve/foreign.ts may use realPathOrNull of fs/syscalls.ts",
  ],
  [
    "the same by all of the module",
    {
      "stores/a.ts": 'import * as text from "../fs/read-text.ts";\nexport const a = text;',
      "fs/read-text.ts": "export const readTextFile = 1;",
    },
    "stores/a.ts:1: foreign: only resolve/foreign.ts, resolve/probe.ts",
  ],
  [
    "the same by a re-export",
    {
      "fs/b.ts": 'export { readLink as follow } from "./syscalls.ts";',
      "fs/syscalls.ts": "export const readLink = 1;",
    },
    "fs/b.ts:1: foreign: only resolve/links.ts may use readLink",
  ],
  [
    "a program started outside process",
    { "git/a.ts": 'import { spawn } from "node:child_process";' },
    "git/a.ts:1: door: only process and locations and hook and hook.ts and housekeeping may import node:child_process",
  ],
  [
    "the hook with a package",
    { "hook.ts": 'import { z } from "zod";' },
    "hook.ts:1: layer: hook.ts may not import zod",
  ],
  [
    "a built-in in a pure part",
    { "plan/a.ts": 'import { hostname } from "node:os";' },
    "plan/a.ts:1: layer: plan may not import node:os",
  ],
  ["the clock in a pure part", { "plan/a.ts": "export const now = (): number => Date.now();" }, "pure: plan is pure"],
  ["the date in a pure part", { "classify/a.ts": "export const d = new Date();" }, "may not use the current Date"],
  ["the process in a pure part", { "report/a.ts": "export const c = process.stdout.columns;" }, "may not use process"],
  [
    "the user's name past its fallback",
    { "cli/a.ts": 'import { userInfo } from "node:os";\nimport os from "node:os";' },
    "cli/a.ts:1: account: only fs/account.ts and locations/paths.ts may use os.userInfo()",
  ],
  [
    "the user's home past its fallback",
    { "runs/a.ts": 'import os from "node:os";\nexport const a = (): string => os.homedir();' },
    "runs/a.ts:2: account:",
  ],
  [
    "any errno passed over",
    {
      "errors.ts": "export const errnoOf = (e: unknown): string | null => (e === null ? null : String(e));",
      "fs/a.ts":
        'import { errnoOf } from "../errors.ts";\nexport function a(e: unknown): void {\n  if (errnoOf(e) === null) throw e;\n}',
    },
    "fs/a.ts:3: errno: name the errnos that are expected",
  ],
  [
    "an errno that is expected and not reported",
    {
      "errors.ts": "export const systemCode = (e: unknown): string => String(e);",
      "fs/a.ts":
        'import { systemCode } from "../errors.ts";\nexport const a = (e: unknown): void => {\n  systemCode(e);\n};',
    },
    "fs/a.ts:3: errno:",
  ],
  ["an unlisted part", { "helpers/a.ts": "export const a = 1;" }, 'helpers/a.ts:1: part: "helpers" has no row'],
  ["a file that is not there", { "model/a.ts": 'export * from "./b.ts";' }, "lost: there is no model/b.ts"],
  [
    "a cycle",
    {
      "fs/a.ts": 'export { b } from "./b.ts";',
      "fs/b.ts": 'export { c } from "./c.ts";',
      "fs/c.ts": 'import "./a.ts";\nexport const c = 1;',
    },
    "fs/c.ts:1: cycle: fs/a.ts -> fs/b.ts -> fs/c.ts -> fs/a.ts",
  ],
])("refuses: %s", (_, files, finding) => {
  const { status, stdout } = check(files);
  expect(stdout).toContain(finding);
  expect(stdout).toContain(", 1 findings\n");
  expect(status).toBe(1);
});

it("lets a pure part name a property `process` and date a known time", () => {
  const { stdout } = check({
    "report/a.ts": "export const a = (v: { process: number }): object => ({ process: v.process, at: new Date(0) });",
  });
  expect(stdout).toBe("1 files, 0 findings\n");
});

function check(files: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  const sources = mkdtempSync(join(tmpdir(), "layers-"));
  onTestFinished(() => rmSync(sources, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(sources, name)), { recursive: true });
    writeFileSync(join(sources, name), text);
  }
  return spawnSync(process.execPath, [checker, sources], { encoding: "utf8", cwd: sources });
}
