// A crontab belongs to its user: our block is added and removed, and nothing else changes by a byte.

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { partsOf, withBlock, withoutBlock } from "../../src/schedule/crontab.ts";
import { splitPath } from "../../src/schedule/program-path.ts";
import { argvInBlock, BEGIN, cronBlock, END } from "../../src/schedule/render-cron.ts";
import { argvOf } from "../../src/schedule/task.ts";
import { has, inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { COMMAND } from "../support/run.ts";
import { removeTree } from "../support/paths.ts";
import { world } from "../support/world.ts";
import { HARD_PATHS, TASK } from "./build.ts";

const BLOCK = cronBlock(argvOf(TASK), "24h", TASK.spread);
const OTHER = cronBlock(argvOf(TASK), "6h", TASK.spread);

const CRONTABS: Readonly<Record<string, string>> = {
  "empty": "",
  "a comment and a job": "# m h dom mon dow command\n0 5 * * 1 tar -zcf /var/backups/home.tgz /home/\n",
  "settings": 'MAILTO=""\nSHELL=/bin/bash\nPATH=/usr/local/bin:/usr/bin\n\n@reboot sleep 1\n',
  "percent signs": '0 1 * * * date +\\%F >> "log 100\\%"\n5 * * * * mail%hello%%\n',
  "CRLF": "0 1 * * * one\r\n# two\r\n",
  "a backslash and an r": "0 1 * * * printf '\\r\\b' > /dev/tty1\r\n# \b\n",
  "bytes that are not UTF-8": "# caf\xe9 \xff\xfe\n0 1 * * * /opt/\xfc\n",
  "blank lines around": "\n\n  0 1 * * * x\n\t\n\n",
  "what only looks like a mark": "# checkpoint-gc\n #  >>> checkpoint-gc >>>\n# >>> conda initialize >>>\n",
};

describe("the block", () => {
  it.each(Object.entries(CRONTABS))("is added and removed: %s", (_, crontab) => {
    const installed = withBlock(crontab, BLOCK);
    expect(installed).toBe(crontab + BLOCK);
    expect(withBlock(installed, BLOCK)).toBe(installed);
    expect(withoutBlock(installed)).toBe(crontab);
    expect(withoutBlock(crontab)).toBe(crontab);
  });

  it("gets a line end before it where the last line has none", () => {
    expect(withBlock("0 1 * * * x", BLOCK)).toBe(`0 1 * * * x\n${BLOCK}`);
    expect(withoutBlock(withBlock("0 1 * * * x", BLOCK))).toBe("0 1 * * * x\n");
  });

  it("is exchanged in its place", () => {
    const around = `A=1\n${OTHER}0 1 * * * after\n`;
    expect(withBlock(around, BLOCK)).toBe(`A=1\n${BLOCK}0 1 * * * after\n`);
  });

  it("is found in a file that was given other line ends, and without a last one", () => {
    const installed = `A=1\r\n${BLOCK.replaceAll("\n", "\r\n")}`;
    expect(argvInBlock(partsOf(installed)?.block ?? "")).toEqual(argvOf(TASK));
    expect(withoutBlock(installed)).toBe("A=1\r\n");
    expect(withoutBlock(`A=1\n${BLOCK.trimEnd()}`)).toBe("A=1\n");
  });

  it("is one again where it was duplicated", () => {
    expect(withBlock(`${OTHER}x\n${BLOCK}`, BLOCK)).toBe(`${BLOCK}x\n`);
    expect(withoutBlock(`${OTHER}x\n${BLOCK}y\n`)).toBe("x\ny\n");
  });

  it.each([
    ["the first alone", `${BEGIN}\n0 1 * * * x\n`],
    ["the last alone", `0 1 * * * x\n${END}\n`],
    ["the other way round", `${END}\n0 1 * * * x\n${BEGIN}\n`],
    ["two firsts", `${BEGIN}\n0 1 * * * x\n${BEGIN}\n${END}\n`],
  ])("is left alone where a mark is missing: %s", (_, crontab) => {
    for (const change of [() => withBlock(crontab, BLOCK), () => withoutBlock(crontab)]) {
      expect(change).toThrow(/has one of the marks .* without the other/);
    }
  });

  it("law: whatever the lines are, taking out what was put in gives them back", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("# c\r", "", "A=b", "\t", "0 1 * * * x \\% y"));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (above, below) => {
        const text = (lines: readonly string[]): string =>
          lines.map((each) => `${each.replaceAll("\n", "")}\n`).join("");
        fc.pre(partsOf(text([...above, ...below])) === null);
        const crontab = text(above) + OTHER + text(below);
        expect(withBlock(crontab, BLOCK)).toBe(text(above) + BLOCK + text(below));
        expect(withoutBlock(crontab)).toBe(text(above) + text(below));
      }),
    );
  });
});

const missing = has("crontab") ? noMounts() : "SKIPPED: the crontab in a real crontab(1) needs the package cron";

describe.skipIf(skipped(missing))("a real crontab", () => {
  // Its directory is covered in a namespace of its own: the machine's crontabs are out of reach.
  const SCRIPT = `
    mount -t tmpfs tmpfs /var/spool/cron
    mkdir -m 1730 /var/spool/cron/crontabs
    export HOME="$1" HERMES_HOME="$1/.hermes" LC_ALL=C.UTF-8
    cd "$1"
    # The file without its three lines of Debian; crontab -l does not print every byte as it is.
    raw() { sed 1,3d /var/spool/cron/crontabs/*; }
    if [ -s before ]; then crontab before; fi
    "$2" "$3" schedule install --kind cron --json --yes --home "$HERMES_HOME" > first
    raw > installed
    "$2" "$3" schedule install --kind cron --json --yes --home "$HERMES_HOME" > second
    raw > again
    "$2" "$3" schedule status --json > status
    "$2" "$3" schedule remove --json --yes > removed
    if crontab -l > listed; then raw > after; else echo none > after; fi
  `;

  // All of them in one file: a run of the command is what takes time here.
  const ALL = Object.values(CRONTABS).join("");

  it.each([
    ["none", ""],
    ["of every sort", ALL],
  ])("gives back every byte: %s", (_, crontab) => {
    const w = world();
    writeFileSync(join(w.root, "before"), Buffer.from(crontab, "latin1"));
    const { status, stderr } = inNamespace(SCRIPT, w.root, process.execPath, COMMAND);
    expect(status, stderr).toBe(0);
    const bytes = (name: string): string => readFileSync(join(w.root, name)).toString("latin1");
    const json = (name: string): unknown => JSON.parse(readFileSync(join(w.root, name), "utf8"));
    expect(bytes("installed").startsWith(crontab)).toBe(true);
    const argv = argvInBlock(partsOf(bytes("installed"))?.block ?? "") ?? [];
    expect(splitPath(argv).argv.slice(2)).toEqual(["auto", "--opt-in", "--now", "--home", w.home]);
    expect(bytes("again")).toBe(bytes("installed"));
    expect(bytes("after")).toBe(crontab === "" ? "none\n" : crontab);
    expect(json("first")).toMatchObject({ status: "done", timers: [{ kind: "cron", installed: true }] });
    expect(json("second")).toMatchObject({ status: "done", steps: [] });
    expect(json("status")).toMatchObject({ timers: [{ kind: "cron", every: "24h", gone: [], argv }] });
    expect(json("removed")).toMatchObject({ status: "done", steps: [{ kind: "run", outcome: "done" }] });
  });
});

const cronMissing = has("cron") ? noMounts() : "SKIPPED: a line that cron itself runs needs the package cron";

describe.skipIf(skipped(cronMissing))("cron itself", () => {
  // Started with all of its places covered. `@reboot` stands for the time, so that the test need not wait for it.
  const SCRIPT = `
    mount -t tmpfs tmpfs /var/spool/cron
    mount -t tmpfs tmpfs /run
    mkdir -m 1730 /var/spool/cron/crontabs
    mkfifo "$1/words"
    printf '#!/bin/sh\\nfor word; do printf "%%s\\\\n" "$word"; done > "%s/words"\\n' "$1" > "$1/program"
    chmod +x "$1/program"
    crontab "$1/crontab"
    cron -f & pid=$!
    trap 'kill $pid' EXIT
    timeout 200 cat "$1/words"
  `;

  it("system on every word of the line", () => {
    const scratch = mkdtempSync(join(tmpdir(), "cgc-cron-"));
    onTestFinished(() => removeTree(scratch));
    // The longest line that cron accepts has a thousand bytes.
    const argv = [join(scratch, "program"), ...HARD_PATHS];
    writeFileSync(join(scratch, "crontab"), cronBlock(argv, "24h", 0).replace(/^(?:\S+ ){5}(?=nice)/m, "@reboot "));
    const { status, stdout, stderr } = inNamespace(SCRIPT, scratch);
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(`${HARD_PATHS.join("\n")}\n`);
  });
});
