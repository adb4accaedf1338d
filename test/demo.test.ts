// `npm run demo`, compared with the transcript that README quotes. After a change that is meant:
// UPDATE_DEMO=1 npm test -- test/demo.test.ts, and read the difference before committing it.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROJECT, removeTree } from "./support/paths.ts";
import { normalise } from "./support/transcript.ts";

const TRANSCRIPT = join(PROJECT, "test", "fixtures", "demo-transcript.txt");

interface Shown {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What is left of the demo's temporary directory. */
  readonly left: readonly string[];
  readonly temporary: string;
}

async function demo(env: Readonly<Record<string, string>> = {}): Promise<Shown> {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "cgc-demo-")));
  onTestFinished(() => removeTree(temporary));
  const child = spawn(process.execPath, [join(PROJECT, "scripts", "demo.mjs")], {
    env: { PATH: process.env["PATH"] ?? "", HOME: temporary, LANG: "C.UTF-8", TZ: "UTC", TMPDIR: temporary, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdout, stderr] = [Buffer.concat(out).toString("utf8"), Buffer.concat(err).toString("utf8")];
  return { code, stdout, stderr, left: readdirSync(temporary), temporary };
}

describe("npm run demo", () => {
  it("shows what the committed transcript shows, and cleans up", async () => {
    const shown = await demo();
    expect(shown.stderr).toBe("");
    expect(shown.code).toBe(0);
    expect(shown.left).toEqual([]);

    const home = new RegExp(`${shown.temporary}/demo-\\w+`).exec(shown.stdout)?.[0];
    const transcript = normalise(shown.stdout, home === undefined ? {} : { [home]: "/tmp/demo" });
    expect(transcript).not.toContain(shown.temporary);
    if (process.env["UPDATE_DEMO"] === "1") writeFileSync(TRANSCRIPT, transcript);
    expect(transcript).toBe(readFileSync(TRANSCRIPT, "utf8"));
  });

  it("has every verdict, and the commands in their order", () => {
    const transcript = readFileSync(TRANSCRIPT, "utf8");
    for (const verdict of ["live", "orphan", "stale", "unreachable", "unidentified"]) {
      expect(transcript).toContain(verdict);
    }
    expect(transcript.match(/^\$ checkpoints .*/gm)).toEqual([
      "$ checkpoints status",
      "$ checkpoints prune --dry-run",
      "$ checkpoints prune --yes --trash",
      "$ checkpoints trash list",
      expect.stringMatching(/^\$ checkpoints trash restore <id-\d+>$/),
      "$ checkpoints prune --yes",
    ]);
  });

  it("cleans up when it fails", async () => {
    const shown = await demo({ PATH: "/nonexistent" });
    expect(shown.code).toBe(1);
    expect(shown.stderr).toMatch(/^demo: /);
    expect(shown.left).toEqual([]);
  });
});
