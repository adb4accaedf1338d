// Who looks, by what stays: below a root of the test's own, so that its machine id is the test's too.

import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isOurs } from "../../src/model/observer.ts";
import { observerOf } from "../../src/resolve/observer.ts";
import { loudly, scratch } from "../fs/support.ts";

const ID = "3d1219c7c4c5404aaa1f6d2a48adfda4";

function machine(id: string | null): string {
  const root = scratch();
  for (const name of ["etc", "var"]) mkdirSync(join(root, name));
  if (id !== null) writeFileSync(join(root, "etc", "machine-id"), `${id}\n`);
  return root;
}

describe("an observer with a machine id", () => {
  it("stays the same under another host name and with another root directory", () => {
    const one = observerOf(machine(ID), "linux", 1000, "laptop");
    const two = observerOf(machine(ID), "linux", 1000, "laptop.cafe.example");
    expect(two.id).toBe(one.id);
    expect(isOurs(one.former, two)).toBe(true);
  });

  it("is another one for another user, and on another machine", () => {
    const one = observerOf(machine(ID), "linux", 1000, "laptop");
    for (const other of [
      observerOf(machine(ID), "linux", 1001, "laptop"),
      observerOf(machine(ID.replaceAll("a", "b")), "linux", 1000, "laptop"),
    ]) {
      expect(other.id).not.toBe(one.id);
      expect(isOurs(one.former, other)).toBe(false);
      expect(isOurs(one.id, other)).toBe(false);
    }
  });

  it("is found by that of the bus too", () => {
    const root = machine("uninitialized");
    mkdirSync(join(root, "var", "lib", "dbus"), { recursive: true });
    writeFileSync(join(root, "var", "lib", "dbus", "machine-id"), `${ID}\n`);
    expect(observerOf(root, "linux", 1000, "laptop").id).toBe(`${ID}|1000`);
  });
});

describe.each(["linux", "darwin"])("an observer without a machine id on %s", (platform) => {
  function installed(): string {
    const root = machine(null);
    for (const path of ["System/Volumes/Data", "private/var/db"]) mkdirSync(join(root, path), { recursive: true });
    return root;
  }

  it("stays the same under another host name, and when what is installed changes", (test) => {
    const root = installed();
    if (statSync(root, { bigint: true }).birthtimeNs === 0n) return loudly(test, "no birth times here");
    const one = observerOf(root, platform, 1000, "laptop");
    for (const path of ["etc", "private/var/db"]) {
      writeFileSync(join(root, path, "hosts"), "");
      utimesSync(join(root, path), 1, 1);
    }
    expect(observerOf(root, platform, 1000, "laptop.cafe.example").id).toBe(one.id);
  });

  it("is another one for another user, and for another system", () => {
    const one = observerOf(installed(), platform, 1000, "laptop");
    expect(observerOf(installed(), platform, 1001, "laptop").id).not.toBe(one.id);
    expect(observerOf(installed(), platform, 1000, "laptop").id).not.toBe(one.id);
    // What 1.0.0 wrote counts under the very same name alone.
    expect(isOurs("-|laptop|1000|1:2", one)).toBe(false);
    expect(isOurs(one.former, one)).toBe(true);
  });

  it("is identified by its host name where nothing keeps birth times", () => {
    const root = installed();
    rmSync(root, { recursive: true });
    expect(observerOf(root, platform, 0, "a").id).not.toBe(observerOf(root, platform, 0, "b").id);
  });
});
