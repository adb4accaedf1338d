// What a timer's command line names is looked for without waiting for a mount: only what is positively not there is gone.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createSystem } from "../../src/schedule/system.ts";
import { scratch } from "../fs/support.ts";

it("tells the paths that are missing, through symlinks, and none that cannot be looked at", async () => {
  const at = scratch();
  mkdirSync(join(at, "home"));
  writeFileSync(join(at, "file"), "");
  symlinkSync("home", join(at, "link"));
  symlinkSync("nowhere", join(at, "dangling"));
  symlinkSync("loop", join(at, "loop"));
  const missing = ["gone", "dangling", "file/below"].map((name) => join(at, name));
  const rest = ["home", "link", "file", "loop"].map((name) => join(at, name));
  expect(await createSystem({}).missing([...rest, ...missing])).toEqual(missing);
});
