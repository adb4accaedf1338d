// `checkpoints report`, with the built command: what it writes where, what it refuses, and how the file is opened.

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import { run, type RunResult } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world, type World } from "../support/world.ts";

interface Place {
  readonly w: World;
  /** A directory beside the home. */
  readonly out: string;
  readonly file: string;
  readonly report: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<RunResult>;
}

function place(): Place {
  const w = world();
  w.repo("gone", { workdir: "delete" });
  w.repo("alive");
  const out = join(w.root, "out");
  mkdirSync(out);
  return {
    w,
    out,
    file: join(out, "report.html"),
    report: (args, env = {}) => run(["report", ...args], { home: w, cwd: out, env }),
  };
}

describe("the file of a report", () => {
  it("has every repo with its reason and command, and only its owner can read it", async () => {
    const { file, report } = place();
    const { code, stdout, stderr } = await report(["--html", "report.html"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Wrote ~\/out\/report\.html \(\d+\.\d kB\)\.\n$/);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("<b>gone</b>");
    expect(text).toContain("<b>alive</b>");
    expect(text).toMatch(/its directory was deleted[^<]*<br/);
    expect(text).toMatch(/<code>checkpoints prune [0-9a-f]{16}<\/code>/);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
  });

  it("is all that a report writes", async () => {
    const { w, out, report } = place();
    const before = fingerprint(w.root);
    await report(["--html", "report.html"]);
    expect(readdirSync(out)).toEqual(["report.html"]);
    expect(diff(before, fingerprint(w.root)).filter((line) => !line.includes("out"))).toEqual([]);
  });

  it("narrows and orders as status does", async () => {
    const { w, file, report } = place();
    w.repo("ancient", { workdir: "delete", ageDays: 90 });
    await report(["--html", "report.html", "--older-than", "60d", "--sort", "name"]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("<b>ancient</b>");
    expect(text).not.toContain("<b>gone</b>");
    expect(text).toContain("checkpoints prune --older-than 60d</code>");
  });

  it("lists earlier runs, with the command that undoes them", async () => {
    const { w, file, report } = place();
    await run(["prune", "--yes", "--trash"], { home: w });
    await report(["--html", "report.html"]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("<code>checkpoints undo 1</code>");
    expect(text).toMatch(/<code>checkpoints trash restore [^<]+<\/code>/);
  });

  it("goes to stdout for -", async () => {
    const { out, report } = place();
    const { code, stdout, stderr } = await report(["--html", "-"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
    expect(readdirSync(out)).toEqual([]);
  });

  it("takes directories with hostile names for text", async () => {
    const { w, file, report } = place();
    w.repo("<script>alert(1)<", { workdir: "delete" });
    w.repo('"onmouseover="x', { workdir: "delete" });
    await report(["--html", "report.html"]);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("<b>&lt;script&gt;alert(1)&lt;</b>");
    expect(text).toContain("<b>&quot;onmouseover=&quot;x</b>");
    expect(text.match(/<script/g)).toHaveLength(1);
  });
});

describe("what is in the place of a report", () => {
  it("is replaced where it is a report, whatever its mode was", async () => {
    const { file, report } = place();
    await report(["--html", "report.html"]);
    const { ino } = lstatSync(file);
    chmodSync(file, 0o644);
    expect((await report(["--html", "report.html"])).code).toBe(0);
    expect(lstatSync(file).ino).not.toBe(ino);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
  });

  it("is replaced where it is empty, as mktemp leaves it", async () => {
    const { file, report } = place();
    writeFileSync(file, "");
    expect((await report(["--html", "report.html"])).code).toBe(0);
    expect(lstatSync(file).size).toBeGreaterThan(1000);
  });

  it("stays where it is any other file, unless --force is given", async () => {
    const { file, report } = place();
    writeFileSync(file, "<!doctype html>\n<p>mine</p>\n");
    const { code, stderr } = await report(["--html", "report.html"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `checkpoints: --html is ${file}: a file with other contents is there\nTo replace it: --force. To keep it: name another file.\n`,
    );
    expect(readFileSync(file, "utf8")).toBe("<!doctype html>\n<p>mine</p>\n");
    expect((await report(["--html", "report.html", "--force"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("checkpoint-gc report");
  });

  it.each<[string, (one: Place) => string, RegExp]>([
    ["a directory", ({ out }) => out, /it is a directory\nName a file in it, such as .*\/out\/report\.html\./],
    [
      "a file below a directory that does not exist",
      () => "nowhere/report.html",
      /the directory .*\/nowhere does not exist\nCreate it first/,
    ],
    [
      "a file below a file",
      ({ file }) => (writeFileSync(file, ""), `${file}/x.html`),
      /report\.html is not a directory/,
    ],
    ["a symlink", ({ out, file }) => (symlinkSync(join(out, "victim"), file), file), /it is a symbolic link/],
    ["a device", () => "/dev/null", /it is not a regular file\nName a file, or - for stdout/],
  ])("is refused where it is %s, with --force too", async (_, arrange, message) => {
    const one = place();
    const target = arrange(one);
    const before = readdirSync(one.out);
    for (const more of [[], ["--force"]]) {
      const { code, stderr } = await one.report(["--html", target, ...more]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect(readdirSync(one.out)).toEqual(before);
  });
});

describe.skipIf(process.getuid?.() !== 0)("a directory of another user", () => {
  it("is refused before anything is measured, as long as it cannot be written to", async () => {
    const { w, out } = place();
    chmodSync(w.root, 0o755);
    chmodSync(out, 0o755);
    const asOther = (file: string): Promise<RunResult> =>
      run(["report", "--html", file], { home: w, cwd: "/", uid: 65_534 });
    const { code, stderr } = await asOther(join(out, "report.html"));
    expect(code).toBe(2);
    expect(stderr).toContain(`${out} cannot be written to\nName a file in another directory, or - for stdout.`);
    chmodSync(out, 0o777);
    await asOther(join(out, "report.html"));
    expect(readdirSync(out)).toEqual(["report.html"]);
  });
});

describe("options of a report", () => {
  it.each([
    [[], /missing option '--html <file>'\nFor a web page: checkpoints report --html report\.html/],
    [["--html", ""], /--html is empty: expected a file, or - for stdout/],
    [["--html", "-", "--open"], /--open needs a file/],
    [["--html", "-", "--json"], /--html - and --json cannot be used together/],
    [["--html", "x.html", "--sort", "weight"], /--sort is "weight"/],
    [["--html", "x.html", "--older-than", "old"], /--older-than is "old"/],
  ])("%j are refused, with what was expected", async (args, message) => {
    const { out, report } = place();
    const { code, stderr } = await report(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(out, "x.html"))).toBe(false);
  });

  it("print one document with --json", async () => {
    const { file, report } = place();
    const result = await report(["--html", "report.html", "--json"]);
    expect(schemaOf("report").safeParse(result.json()).error).toBeUndefined();
    expect(result.json()).toMatchObject({
      command: "report",
      file,
      bytes: lstatSync(file).size,
      opened: false,
      totals: { toRemove: 1 },
    });
    const failed = await report(["--html", "nowhere/x.html", "--json"]);
    expect(schemaOf("report").safeParse(failed.json()).error).toBeUndefined();
    expect(failed.json()).toMatchObject({ status: "error", error: { code: "usage" }, file: null });
  });
});

describe.skipIf(process.platform === "darwin")("--open", () => {
  /** A PATH with node, and an opener that writes down how it was called. */
  const opener = ({ out }: Place, script: string): Readonly<Record<string, string>> => {
    const bin = join(out, "bin");
    mkdirSync(bin);
    if (script !== "") writeFileSync(join(bin, "xdg-open"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: bin };
  };

  it("hands the file to the program of the desktop, as one argument that no shell reads", async () => {
    const one = place();
    const name = "a b;$(touch x).html";
    const env = opener(one, `printf '%s|' "$#" "$1" > '${join(one.out, "called")}'`);
    const { code, stderr } = await one.report(["--html", name, "--open"], env);
    expect(code, stderr).toBe(0);
    expect(readFileSync(join(one.out, "called"), "utf8")).toBe(`1|${join(one.out, name)}|`);
    expect(existsSync(join(one.out, "x"))).toBe(false);
  });

  it("says that there is no such program, and where the file is", async () => {
    const one = place();
    const { code, stderr } = await one.report(["--html", "report.html", "--open"], opener(one, ""));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `checkpoints: the report was written, but not opened: xdg-open is not installed\nOpen it in a browser: ${one.file}\n`,
    );
    expect(existsSync(one.file)).toBe(true);
  });

  it("says that the program failed", async () => {
    const one = place();
    const { code, stderr } = await one.report(["--html", "report.html", "--open"], opener(one, "exit 3"));
    expect(code).toBe(1);
    expect(stderr).toContain("not opened: xdg-open ended with 3\n");
  });

  it("does not wait for a program that goes on, and leaves it running", async () => {
    const one = place();
    const pid = join(one.out, "pid");
    const env = opener(one, `echo $$ > '${pid}'; PATH=/usr/bin:/bin exec sleep 60`);
    const { code } = await one.report(["--html", "report.html", "--open"], env);
    expect(code).toBe(0);
    // Throws if it has ended.
    process.kill(Number(readFileSync(pid, "utf8")), "SIGTERM");
  });
});
