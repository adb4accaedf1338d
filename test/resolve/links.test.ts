// A path followed link by link: every form in between is given, also where the target does not exist.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followLinks, lookAtLink, type Resolution } from "../../src/resolve/links.ts";
import { scratch } from "../fs/support.ts";

function followed(path: string): Resolution {
  const way = followLinks(path);
  let step = way.next();
  while (step.done !== true) step = way.next(lookAtLink(step.value.at));
  return step.value;
}

it("tells a path without links as it is, with no slash at its end", () => {
  const at = scratch();
  expect(followed(`${at}//./`)).toEqual({ forms: [at], end: { kind: "directory" }, at });
  expect(followed("/")).toEqual({ forms: ["/"], end: { kind: "directory" }, at: "/" });
});

it("tells what is not there, with the part that is missing", () => {
  const at = scratch();
  writeFileSync(join(at, "file"), "");
  expect(followed(join(at, "no/where"))).toEqual({
    forms: [join(at, "no/where")],
    end: { kind: "missing" },
    at: join(at, "no"),
  });
  expect(followed(join(at, "file"))).toMatchObject({ end: { kind: "other" } });
  expect(followed(join(at, "file/below"))).toMatchObject({ end: { kind: "trouble", code: "ENOTDIR" } });
});

it("follows links to links, relative and absolute, and tells each form with the rest of the path", () => {
  const at = scratch();
  mkdirSync(join(at, "data/real/x"), { recursive: true });
  mkdirSync(join(at, "user"));
  symlinkSync(join(at, "second"), join(at, "first"));
  symlinkSync("user/../data/real", join(at, "second"));
  expect(followed(join(at, "first/x"))).toEqual({
    forms: ["first/x", "second/x", "data/real/x"].map((path) => join(at, path)),
    end: { kind: "directory" },
    at: join(at, "data/real/x"),
  });
});

it("gives the target of a dangling symlink", () => {
  const at = scratch();
  symlinkSync(join(at, "disk/STICK"), join(at, "usb"));
  expect(followed(join(at, "usb/thesis"))).toEqual({
    forms: [join(at, "usb/thesis"), join(at, "disk/STICK/thesis")],
    end: { kind: "missing" },
    at: join(at, "disk"),
  });
});

it("climbs from where a link leads to, not from where it is", () => {
  const at = scratch();
  mkdirSync(join(at, "deep/er"), { recursive: true });
  mkdirSync(join(at, "deep/beside"));
  symlinkSync("deep/er", join(at, "link"));
  symlinkSync("link/../beside", join(at, "other"));
  expect(followed(join(at, "other"))).toMatchObject({ end: { kind: "directory" }, at: join(at, "deep/beside") });
});

it("ends in a circle", () => {
  const at = scratch();
  symlinkSync("b", join(at, "a"));
  symlinkSync("a", join(at, "b"));
  expect(followed(join(at, "a/x"))).toMatchObject({ end: { kind: "trouble", code: "ELOOP" } });
});
