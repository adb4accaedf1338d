// Commands that name something from a disk or an argument.
import { expect, it } from "vitest";
import { commandOn } from "../../src/report/named-command.ts";
import { look } from "./build.ts";

it.each<[string, string[], string]>([
  ["a plain name comes before the options", ["abcd"], "checkpoints trash restore abcd --swap --home /h"],
  ["one with a dash after all of them", ["-n"], "checkpoints trash restore --swap --home /h -- -n"],
  ["as do all others then", ["a", "--yes"], "checkpoints trash restore --swap --home /h -- a --yes"],
  ["a quoted one with a dash too", ["-a b"], "checkpoints trash restore --swap --home /h -- '-a b'"],
  ["what a shell would run is quoted", ["a;b", "$(c)"], "checkpoints trash restore 'a;b' '$(c)' --swap --home /h"],
  ["what cannot be seen is escaped", ["a\u001b[2Jb"], "checkpoints trash restore 'a\\x1b[2Jb' --swap --home /h"],
])("%s", (_, names, expected) => {
  expect(commandOn("trash restore", names, look({ repeat: "--home /h" }), ["--swap"])).toBe(expected);
});
