/** A block in the user's crontab. */
import { GcError } from "../../errors.ts";
import { partsOf, withBlock, withoutBlock } from "../crontab.ts";
import type { System } from "../system.ts";
import { argvInBlock, cronBlock } from "../render-cron.ts";
import type { TimerStep } from "../steps.ts";
import { allText, type TimerHost, type Timer } from "../timer.ts";

export function cronTimer({ platform }: Pick<TimerHost, "platform">): Timer {
  return {
    kind: "cron",
    name: "crontab line",
    render: (argv, every, spread) => [{ path: null, text: cronBlock(argv, every, spread) }],
    essence: allText,

    async unavailableReason(system) {
      if (platform === "win32") return "Windows has no cron";
      const ran = await system.run(LIST);
      return isCrontab(ran) ? null : refusalOf(ran);
    },

    async find(system) {
      const ran = await system.run(LIST);
      // Without a crontab command, or permission to use it, there can be no block.
      if (!isCrontab(ran)) return null;
      const parts = partsOf(textOf(ran));
      if (parts === null) return null;
      const block = utf8(parts.block);
      return { argv: argvInBlock(block), essence: block, active: true };
    },

    async install(files, system) {
      const block = allText(files);
      const crontab = await crontabOf(system);
      return [replace(withBlock(crontab, Buffer.from(block, "utf8").toString("latin1")), `with this in it:\n${block}`)];
    },

    async remove(system) {
      const rest = withoutBlock(await crontabOf(system));
      // An empty crontab still exists.
      if (rest === "") return [{ kind: "run", argv: ["crontab", "-r"], input: null, shown: null, mayFail: false }];
      return [replace(rest, "without the block of checkpoint-gc, all other lines as they are")];
    },

    async notes(system) {
      const found = await daemonTrouble(system);
      return [
        "cron does not run sweeps that were missed while the machine was off",
        ...(found === null ? [] : [found]),
      ];
    },

    trouble: daemonTrouble,
  };
}

/** `ps` shows other users' daemons nearly everywhere; where it fails there is nothing to warn about. */
async function daemonTrouble(system: System): Promise<string | null> {
  const ran = await system.run(["ps", "-A", "-o", "comm="]);
  if (ran.code !== 0 || /^(?:.*\/)?(?:f?cron|crond|cronie|busybox)\s*$/m.test(ran.stdout)) return null;
  return "cron does not seem to be running, so this timer will not fire";
}

const LIST = ["crontab", "-l"] as const;

interface CrontabOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** There is no crontab yet: `no crontab for root`, of BusyBox `can't open 'root': No such file or directory`. */
function isEmpty({ code, stderr }: CrontabOutput): boolean {
  return code !== null && code !== 0 && /no crontab|No such file/i.test(stderr);
}

/** Why crontab cannot be used. The rest of crontab's message after the first line is usage. */
function refusalOf({ code, stderr }: CrontabOutput): string {
  const said = (stderr.trim().split("\n")[0] ?? "").trim();
  if (code !== null) return said === "" ? `crontab ended with code ${code}` : `crontab refuses: ${said}`;
  if (/\bENOENT\b/.test(said)) return "there is no crontab command";
  return said === "" ? "crontab was ended by a signal" : `crontab cannot be run: ${said}`;
}

function isCrontab(ran: CrontabOutput): boolean {
  return ran.code === 0 || isEmpty(ran);
}

function textOf(ran: CrontabOutput): string {
  return ran.code === 0 ? ran.stdout : "";
}

/** Throws where it cannot be read: an unknown crontab must not be replaced. */
async function crontabOf(system: System): Promise<string> {
  const ran = await system.run(LIST);
  if (!isCrontab(ran)) throw unreadable(refusalOf(ran));
  const listed = textOf(ran);
  if (!/\\[rb]/.test(listed)) return listed;
  // Debian's `-l` prints a carriage return as backslash and r, a backspace as backslash and b, and they cannot be told
  // apart from the literal text. `-e` gives an editor the file unmodified; an editor that only prints it changes
  // nothing.
  const { stdout } = await system.run(["env", "VISUAL=cat", "EDITOR=cat", "crontab", "-e"]);
  if (stdout === listed || stdout.replaceAll("\r", "\\r").replaceAll("\b", "\\b") === listed) return stdout;
  throw unreadable("crontab -l and crontab -e do not show the same");
}

function unreadable(why: string): GcError {
  const hint = "Nothing was changed. checkpoints schedule print --kind cron shows the lines, for crontab -e.";
  return new GcError("usage", `the crontab cannot be read: ${why}`, { hint });
}

function replace(input: string, shown: string): TimerStep {
  return { kind: "run", argv: ["crontab", "-"], input, shown, mayFail: false };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
