// Answers about mounts that may not answer come in portions: a path counts as asked about only for the one that asked.
import { expect, it } from "vitest";
import { newAncestors, type RemoteAnswers, type PathState } from "../../src/resolve/ancestors.ts";

const MOUNT = "/mnt/far";

/** What a child says that was asked about these paths: all else on that mount did not answer in time. */
function answers(...alive: readonly string[]): RemoteAnswers {
  const seen = (path: string): PathState =>
    alive.includes(path) ? { kind: "other" } : { kind: "trouble", code: "ETIMEDOUT" };
  return {
    covers: (path) => path.startsWith(`${MOUNT}/`),
    look: seen,
    directories: () => null,
    list: () => ({ kind: "trouble", code: "ETIMEDOUT" }),
  };
}

it("a path of a later portion is answered by those that were asked about it", () => {
  const remotes: RemoteAnswers[] = [];
  const ancestors = newAncestors(remotes);
  remotes.push(answers(`${MOUNT}/first`));
  expect(ancestors.subject(`${MOUNT}/first`)).toEqual({ kind: "other" });
  remotes.push(answers(`${MOUNT}/second`));
  expect(ancestors.subject(`${MOUNT}/second`)).toEqual({ kind: "other" });
  expect(ancestors.subject(`${MOUNT}/nobody`)).toEqual({ kind: "trouble", code: "ETIMEDOUT" });
});
