// A system that changes nothing: files in a map, answers by command line, and a list of what was done.

import type { System, ProgramResult } from "../../src/schedule/system.ts";
import type { TimerHost } from "../../src/schedule/timer.ts";

export interface Recorder extends System {
  /** `write PATH`, `remove PATH`, `tidy PATH` and command lines, in order; what only looks is not among them. */
  readonly did: string[];
  readonly files: Map<string, string>;
}

export type Answer = Partial<ProgramResult> | ((input: string) => Partial<ProgramResult>);

/** Commands that change nothing. */
const LOOKS = /^(?:crontab -l|ps |loginctl show-user|launchctl print|schtasks \/Query|systemctl --user (?:show|is-))/;

/** Command lines without an answer end with 0 and say nothing; `undefined` stands for a program that is not there. */
export function recorder(
  answers: Readonly<Record<string, Answer | undefined>> = {},
  files: Readonly<Record<string, string>> = {},
): Recorder {
  const did: string[] = [];
  const kept = new Map(Object.entries(files));
  return {
    did,
    files: kept,
    run(argv, input = "") {
      const line = argv.join(" ");
      if (!LOOKS.test(line)) did.push(line);
      const known = Object.entries(answers).find(([start]) => line.startsWith(start));
      if (known !== undefined && known[1] === undefined) {
        return Promise.resolve({ code: null, stdout: "", stderr: `spawn ${argv[0]} ENOENT` });
      }
      const answer = typeof known?.[1] === "function" ? known[1](input) : known?.[1];
      return Promise.resolve({ code: 0, stdout: "", stderr: "", ...answer });
    },
    read: (path) => kept.get(path) ?? null,
    missing: (paths) => Promise.resolve(paths.filter((path) => !kept.has(path))),
    write(path, text) {
      did.push(`write ${path}`);
      kept.set(path, text);
    },
    remove(path) {
      did.push(`remove ${path}`);
      kept.delete(path);
    },
    edit: (path) => void did.push(`edit ${path}`),
    tidy: (path) => void did.push(`tidy ${path}`),
  };
}

/** A crontab that remembers what it is given. */
export function cronAnswers(start: string | null): Record<string, Answer> {
  let text = start;
  return {
    "crontab -l": () => (text === null ? { code: 1, stderr: "no crontab for ann\n" } : { stdout: text }),
    "crontab -r": () => {
      text = null;
      return {};
    },
    "crontab -": (input) => {
      text = input;
      return {};
    },
    "ps ": { stdout: "systemd\ncron\nsh\n" },
  };
}

export function place(over: Partial<TimerHost> = {}): TimerHost {
  return {
    platform: "linux",
    env: {},
    userHome: "/home/ann",
    userName: "ann",
    uid: 1000,
    temporary: "/tmp",
    ...over,
  };
}
