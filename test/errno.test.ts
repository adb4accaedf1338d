// Code that continues after a failed call names the errnos that it accepts; every other error is rethrown or reported.

import { expect, it } from "vitest";
import { expectErrno, hasNoRoom, isErrno, systemCode, systemMessage, UNREADABLE, UNWRITABLE } from "../src/errors.ts";
import { errno } from "./support/intercept-calls.ts";

it.each(["EACCES", "EIO", "ENOENT"])("goes on after %s where it is expected", (code) => {
  expect(() => expectErrno(errno(code), "EIO", "ENOENT", "EACCES")).not.toThrow();
});

it.each([errno("EMFILE"), errno("ENOMEM"), new TypeError("a bug"), new Error("text")])(
  "treats %s as no answer about a path",
  (error) => {
    expect(() => expectErrno(error, ...UNREADABLE)).toThrow(error);
  },
);

it("clears up whatever the errno is, and throws on an error without one", () => {
  for (const code of ["EMFILE", "EGIT", "EIO"]) expect(() => expectErrno(errno(code), ...UNWRITABLE)).not.toThrow();
  expect(() => expectErrno(new TypeError("a bug"), ...UNWRITABLE)).toThrow();
});

it("tells the errno of a failed call, and throws on what has none", () => {
  expect(systemCode(errno("EROFS"))).toBe("EROFS");
  expect(systemMessage(errno("EROFS", "open", "/x"))).toContain("EROFS: injected, open '/x'");
  const fault = new Error("a bug");
  expect(() => systemCode(fault)).toThrow(fault);
  expect(() => systemMessage(fault)).toThrow(fault);
});

it.each([
  ["ENOSPC", true],
  ["EDQUOT", true],
  ["EACCES", false],
  ["EROFS", false],
])("treats %s as a full disk: %s", (code, full) => {
  expect(hasNoRoom(errno(code))).toBe(full);
  expect(isErrno(errno(code), "ENOSPC", "EDQUOT")).toBe(full);
});
