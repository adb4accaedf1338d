/** A block in the user's crontab. */
import { GcError } from "../../errors.ts";
import { partsOf, withBlock, withoutBlock } from "../crontab.ts";
import type { Hands } from "../hands.ts";
import { argvInBlock, cronBlock } from "../render-cron.ts";
import type { Step } from "../steps.ts";
import { allText, type Place, type Timer } from "../timer.ts";

export function cronTimer({ platform }: Pick<Place, "platform">): Timer {
  return {
    kind: "cron",
    name: "crontab line",
    render: (argv, every, spread) => [{ path: null, text: cronBlock(argv, every, spread) }],
    essence: allText,

    async lacks(hands) {
      if (platform === "win32") return "Windows has no cron";
      const ran = await hands.run(LIST);
      if (ran.code === null) return "there is no crontab command";
      return isCrontab(ran) ? null : `crontab refuses: ${ran.stderr.trim()}`;
    },

    async find(hands) {
      const ran = await hands.run(LIST);
      // Without a crontab command, or the right to one, nobody can have put anything there.
      if (!isCrontab(ran)) return null;
      const parts = partsOf(textOf(ran));
      if (parts === null) return null;
      const block = utf8(parts.block);
      return { argv: argvInBlock(block), essence: block, active: true };
    },

    async install(files, hands) {
      const block = allText(files);
      const crontab = await crontabOf(hands);
      return [replace(withBlock(crontab, Buffer.from(block, "utf8").toString("latin1")), `with this in it:\n${block}`)];
    },

    async remove(hands) {
      const rest = withoutBlock(await crontabOf(hands));
      // An empty crontab is a file all the same.
      if (rest === "") return [{ kind: "run", argv: ["crontab", "-r"], input: null, shown: null, mayFail: false }];
      return [replace(rest, "without the block of checkpoint-gc, all other lines as they are")];
    },

    async notes(hands) {
      const missed = "cron does not make up for what it missed while the machine was off";
      // `ps` shows the daemons of others nearly everywhere; where it fails there is nothing to say.
      const ran = await hands.run(["ps", "-A", "-o", "comm="]);
      if (ran.code !== 0 || /^(?:.*\/)?(?:f?cron|crond|cronie|busybox)\s*$/m.test(ran.stdout)) return [missed];
      return [missed, "no cron daemon is to be seen among the processes: nothing will start it"];
    },
  };
}

const LIST = ["crontab", "-l"] as const;

interface Listed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** There is none yet: `no crontab for root`, of BusyBox `can't open 'root': No such file or directory`. */
function isEmpty({ code, stderr }: Listed): boolean {
  return code !== null && code !== 0 && /no crontab|No such file/i.test(stderr);
}

function isCrontab(ran: Listed): boolean {
  return ran.code === 0 || isEmpty(ran);
}

function textOf(ran: Listed): string {
  return ran.code === 0 ? ran.stdout : "";
}

/** Throws where it cannot be read: what is not known must not be replaced. */
async function crontabOf(hands: Hands): Promise<string> {
  const ran = await hands.run(LIST);
  if (!isCrontab(ran)) throw unreadable(ran.stderr.trim());
  const listed = textOf(ran);
  if (!/\\[rb]/.test(listed)) return listed;
  // Debian's `-l` prints a carriage return as backslash and r, a backspace as backslash and b, and one cannot tell them
  // from these. What an editor is given is the file as it is; one that only prints it changes nothing.
  const { stdout } = await hands.run(["env", "VISUAL=cat", "EDITOR=cat", "crontab", "-e"]);
  if (stdout === listed || stdout.replaceAll("\r", "\\r").replaceAll("\b", "\\b") === listed) return stdout;
  throw unreadable("crontab -l and crontab -e do not show the same");
}

function unreadable(why: string): GcError {
  const hint = "Nothing was changed. checkpoints schedule print --kind cron shows the lines, for crontab -e.";
  return new GcError("usage", `the crontab cannot be read: ${why}`, { hint });
}

function replace(input: string, shown: string): Step {
  return { kind: "run", argv: ["crontab", "-"], input, shown, mayFail: false };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
