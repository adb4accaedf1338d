// Which files other programs have open: one answer serves for a moment, but never longer than the run that asked.
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFiles } from "../../src/fs/open-files.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { scratch } from "./support.ts";

describe.runIf(process.platform === "linux")("a file that is opened after the first look", () => {
  it("is seen by the next run at once", () => {
    const path = join(scratch(), "file");
    writeFileSync(path, "");
    observeMachine();
    expect(openFiles().has(path)).toBe(false);
    const fd = openSync(path, "r");
    onTestFinished(() => closeSync(fd));
    observeMachine();
    expect(openFiles().has(path)).toBe(true);
  });
});
