/**
 * A service and a timer for the user's own systemd.
 *
 * Hardening stops where a mount namespace would begin: ProtectSystem=, PrivateTmp= and similar options would give the
 * sweep other mounts than the agent has, and a workdir that a namespace hides looks deleted. The list is that of
 * exec_needs_mount_namespace() in systemd; test/schedule/systemd.test.ts has it. Left out as well: RestrictSUIDSGID=,
 * since a directory with the setgid bit could then not be made writable for removal, and KeyringMode=private, since
 * encrypted homes have their key in the keyring.
 */
import { type Every, minutesOf } from "./every.ts";
import { stampedArgv, stampOf } from "./stamp.ts";

export const SERVICE = "checkpoint-gc.service";
export const TIMER = "checkpoint-gc.timer";

const HEAD = "# Written by `checkpoints schedule install`; `checkpoints schedule remove` removes it.\n";

export function serviceText(argv: readonly string[]): string {
  return `${HEAD}# ${stampOf(argv)}

[Unit]
Description=Sweep of the checkpoints of coding agents (checkpoint-gc)

[Service]
Type=oneshot
${startText(argv)}
WorkingDirectory=/
UMask=0077
# Low priority.
Nice=19
IOSchedulingClass=idle
# A sweep that takes longer is stuck. It is stopped between two entries, and the next sweep continues.
TimeoutStartSec=6h
# No option that creates a mount namespace: a sweep must see the same directories as the agent.
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
`;
}

function startText(argv: readonly string[]): string {
  return `ExecStart=${argv.map(quoted).join(" ")}`;
}

/** The command line of a service that `serviceText` wrote. */
export function argvInService(text: string): readonly string[] | null {
  return stampedArgv(text, (argv) => text.split("\n").includes(startText(argv)));
}

/** Persistent: a machine that was off at the time catches up at the next start. */
export function timerText(every: Every): string {
  return `${HEAD}
[Unit]
Description=Sweep of the checkpoints of coding agents, every ${every} (checkpoint-gc)

[Timer]
OnCalendar=${calendarOf(every)}
Persistent=true
# So that many machines do not start at once.
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
 * first word does not expand variables, so a `$` in it is literal.
 */
function quoted(word: string, index: number): string {
  const escaped = word.replace(/["\\]/g, "\\$&").replaceAll("%", "%%");
  return `"${index === 0 ? escaped : escaped.replaceAll("$", "$$$$")}"`;
}
