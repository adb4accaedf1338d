/**
 * A service and a timer for the user's own systemd.
 *
 * Hardening stops where a mount namespace would begin: ProtectSystem=, PrivateTmp= and their like would give the sweep
 * other mounts than the agent has, and a workdir that a namespace hides is one that looks deleted. The list is that of
 * exec_needs_mount_namespace() in systemd; test/schedule/systemd.test.ts has it. Left out as well: RestrictSUIDSGID=,
 * since a directory with the setgid bit could then not be opened up for removal, and KeyringMode=private, since
 * encrypted homes have their key in the keyring.
 */
import { type Every, minutesOf } from "./every.ts";

export const SERVICE = "checkpoint-gc.service";
export const TIMER = "checkpoint-gc.timer";

const HEAD = "# Written by `checkpoints schedule install`; `checkpoints schedule remove` takes it away.\n";

export function serviceText(argv: readonly string[]): string {
  return `${HEAD}
[Unit]
Description=Sweep of the checkpoints of coding agents (checkpoint-gc)

[Service]
Type=oneshot
ExecStart=${argv.map(quoted).join(" ")}
WorkingDirectory=/
UMask=0077
# Nobody is to feel it.
Nice=19
IOSchedulingClass=idle
# One that takes so long hangs on something; it stops between two entries, and the next one goes on.
TimeoutStartSec=6h
# Nothing here that makes a mount namespace: a sweep must see the directories that the agent sees.
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
`;
}

/** Persistent: a machine that was off at the time makes up for it at the next start. */
export function timerText(every: Every): string {
  return `${HEAD}
[Unit]
Description=Sweep of the checkpoints of coding agents, every ${every} (checkpoint-gc)

[Timer]
OnCalendar=${calendarOf(every)}
Persistent=true
# A hundred machines do not start at once.
RandomizedDelaySec=${delayOf(every)}

[Install]
WantedBy=timers.target
`;
}

function calendarOf(every: Every): string {
  const minutes = minutesOf(every);
  if (minutes < 60) return `*-*-* *:00/${minutes}:00`;
  if (minutes === 60) return "*-*-* *:00:00";
  if (every === "24h") return "*-*-* 04:00:00";
  if (every === "7d") return "Sun *-*-* 04:00:00";
  return `*-*-* 00/${minutes / 60}:00:00`;
}

/** Seconds: a sixth of the interval, and no more than an hour. */
function delayOf(every: Every): number {
  return Math.min(minutesOf(every) * 10, 3600);
}

/**
 * systemd.service(5), COMMAND LINES: C escapes in quotes, `%` doubled against specifiers, `$` against variables. The
 * first word is no place for variables, and a `$` in it stands for itself.
 */
function quoted(word: string, index: number): string {
  const escaped = word.replace(/["\\]/g, "\\$&").replaceAll("%", "%%");
  return `"${index === 0 ? escaped : escaped.replaceAll("$", "$$$$")}"`;
}

/** The command line of a service that `serviceText` wrote; null where there is none. */
export function argvInService(text: string): readonly string[] | null {
  const line = /^ExecStart=(".*")$/m.exec(text)?.[1];
  if (line === undefined) return null;
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""], index) => {
    const plain = word.replace(/\\(.)/g, "$1").replaceAll("%%", "%");
    return index === 0 ? plain : plain.replaceAll("$$", "$");
  });
}
