import fc from "fast-check";
import { argvOf, type Task } from "../../src/schedule/task.ts";

export const TASK: Task = {
  node: "/usr/bin/node",
  script: "/usr/lib/node_modules/checkpoint-gc/bin/checkpoints.js",
  path: null,
  places: {},
  agents: [],
  targets: [{ flag: "--home", path: "/home/ann/.hermes" }],
  sets: [],
  every: "24h",
  spread: 12_345,
};

/** Each of these has broken quoting before. */
export const HARD_PATHS = [
  "/home/a b/.hermes",
  "/home/100%/.hermes",
  "/home/%h/%%",
  '/home/"quoted"/.hermes',
  "/home/ann's/.hermes",
  "/home/$HOME/${X}/$$/$(id)",
  "/home/`id`/.hermes",
  "/home/ü/日本/🎉/.hermes",
  "/home/back\\slash/\\\\two/end\\",
  "/home/a;b/&&/|/#/.hermes",
  "/home/<tag>&amp;/]]>",
  "/home/-->/.hermes",
  "/home/ leading",
  "/home/trailing ",
  "/home/it's 100% \"$x\" \\'%'",
] as const;

export const HARD: Task = {
  ...TASK,
  node: "/opt/node 22/bin/node",
  targets: [
    ...HARD_PATHS.map((path) => ({ flag: "--home" as const, path })),
    { flag: "--base", path: "/srv/checkpoints" },
  ],
  sets: ["retention_days=30", "keep=~/work/**"],
  every: "6h",
};

export const HARD_ARGV: readonly string[] = argvOf(HARD);

/** Words that `refuseUnwritable` lets pass. */
const words: fc.Arbitrary<readonly string[]> = fc.array(
  fc
    .oneof(
      fc.string({ unit: fc.constantFrom(...Array.from("ab \"'\\%$`;&|<>#~*?()[]{}=-/ü日🎉")) }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...HARD_PATHS),
    )
    .filter((word) => !/[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u.test(word)),
  { maxLength: 6 },
);

/** A command line: the program is an absolute path. */
export const argvs: fc.Arbitrary<readonly string[]> = words.map((list) => [
  `/opt/${list[0] ?? ""}/node`,
  "/x.js",
  ...list,
]);
