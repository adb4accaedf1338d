// What git says on several lines, as a reason in one.

import { expect, it } from "vitest";
import { failureCode, reasonIn } from "../../src/git/exec.ts";

it.each<[string, string]>([
  ["fatal: not a git repository: '/x'\n", "fatal: not a git repository: '/x'"],
  [
    "fatal: unknown repository extension found:\n\tshinynewthing\n",
    "fatal: unknown repository extension found: shinynewthing",
  ],
  [
    "fatal: unknown repository extensions found:\n\tone\n\ttwo\n",
    "fatal: unknown repository extensions found: one, two",
  ],
  ["warning: it is old\nhint: try this\nerror: no room\nfatal: cannot write\n", "error: no room; fatal: cannot write"],
  ["error: first\nerror: second\n", "error: first"],
  ["fatal: first\nerror: second\n", "fatal: first"],
  ["warning: nothing but this\n", "warning: nothing but this"],
  ["missing blob 1234\ndangling tree 5678\n", "missing blob 1234"],
  ["progress 1%\rprogress 2%\rfatal: ended\n", "progress 1%; fatal: ended"],
  ["\n\n", ""],
  ["", ""],
])("%j", (said, reason) => {
  expect(reasonIn(said)).toBe(reason);
});

it("is not as long as a damaged repo can make it", () => {
  expect(reasonIn("error: x\n\t".repeat(10_000)).length).toBeLessThanOrEqual(1000);
});

it.each([
  ["fatal: write error: No space left on device", "ENOSPC"],
  ["error: Disk quota exceeded", "ENOSPC"],
  ["fatal: bad object", "EGIT"],
])("%s is %s", (said, code) => {
  expect(failureCode(said)).toBe(code);
});
