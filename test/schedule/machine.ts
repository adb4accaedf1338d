// A world with programs of the test's own in place of systemctl, loginctl and crontab.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ScheduleDocument } from "../../src/report/schema.ts";
import { schemaOf } from "../../src/report/schema.ts";
import { run, type RunResult } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

/** systemctl knows a timer that was enabled and started; loginctl says that lingering is off. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >> "$FAKE/log"
case "$*" in
  *show*) exit 0 ;;
  *is-enabled*) [ -e "$FAKE/enabled" ] ;;
  *is-active*) [ -e "$FAKE/active" ] ;;
  *enable*) [ ! -e "$FAKE/refuse" ] || { echo "Failed to enable unit: refused" >&2; exit 1; }; : > "$FAKE/enabled" ;;
  *restart*) : > "$FAKE/active" ;;
  *disable*) rm -f "$FAKE/enabled" "$FAKE/active" ;;
esac
`;
const LOGINCTL = "#!/bin/sh\necho Linger=no\n";
export const NOTHING = "#!/bin/sh\necho not here >&2\nexit 1\n";

export interface Machine {
  readonly w: World;
  readonly units: string;
  readonly env: Record<string, string>;
  schedule(...words: readonly string[]): Promise<RunResult>;
  /** The changes that systemctl was asked for. */
  told(): readonly string[];
}

export function machine(systemctl: string = SYSTEMCTL): Machine {
  const w = world();
  const fake = join(w.root, "fake");
  mkdirSync(fake);
  const programs = { systemctl, loginctl: LOGINCTL, crontab: NOTHING };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(fake, name), text);
    chmodSync(join(fake, name), 0o755);
  }
  const env = { FAKE: fake, PATH: `${fake}:${process.env["PATH"]}` };
  return {
    w,
    env,
    units: join(w.root, ".config", "systemd", "user"),
    schedule: (...words) => run(["schedule", ...words], { home: w, env }),
    told() {
      const log = join(fake, "log");
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      return lines.filter((line) => !/ (?:show|is-)/.test(line)).map((line) => line.replace("--user ", ""));
    },
  };
}

export function documentOf(result: RunResult): ScheduleDocument {
  const document = result.json() as ScheduleDocument;
  expect(schemaOf(document.command).safeParse(document).error).toBeUndefined();
  return document;
}

/** For fingerprints: what a run wrote to the fakes does not count. */
export const beside = { ignore: (path: string): boolean => path === "fake" };
