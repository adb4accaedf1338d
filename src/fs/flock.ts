/**
 * flock(2) on an open file, which the kernel releases with the process, however it dies.
 *
 * Node has no flock. A helper (`flock` of util-linux or BusyBox, else perl) takes it on a descriptor it inherits; the
 * lock belongs to the open file and stays with ours when the helper has ended.
 *
 * "Another process has it" and "locks are not supported here" must not be confused: the first is waited for and
 * reported, and a second that passes for the first would block every run. The result of a helper counts only where it
 * is unambiguous:
 *
 * - perl returns the errno of flock(2): EWOULDBLOCK alone is "busy"
 * - flock of util-linux has `-E`, the exit code for a conflict alone; 71 (EX_OSERR) is a refusal of the file system
 * - flock of BusyBox has no `-E` and exits with 1 for a conflict, for any errno, and for an unknown option. So 1 is
 *   ambiguous, and it is run again without `-E`: 0 is "held". Where that exits with 1 as well it is told to unlock what
 *   is not locked, which succeeds wherever locks are supported: then the 1 was a conflict
 *
 * In doubt perl is tried, and where the result is still ambiguous it is "unavailable".
 */
import { runCommand } from "../process/run-command.ts";

/** `unavailable`: no helper on this system, or no lock on this file system. */
export type Flock = "held" | "busy" | "unavailable";

/** Not one of sysexits.h (64 to 78), of the shell's (126 up), nor of those that BusyBox and perl use themselves. */
const CONFLICT = 42;

/** The exit code of a flock(1) without `-E` (util-linux before 2.25). */
const UNKNOWN_OPTION = { busybox: 1, utilLinux: 64 } as const;

/** A helper makes one system call; one that takes longer hangs on a file system that does not answer. */
const LIMIT_MS = 5000;

const PERL = `use Fcntl ":flock"; use Errno; open(my $f, ">&=", 3) or exit 2;
exit 0 if flock($f, LOCK_EX | LOCK_NB); exit($!{EWOULDBLOCK} || $!{EAGAIN} ? ${CONFLICT} : 3)`;

/** Tries once, and never waits for the process that has it. */
export async function tryFlock(fd: number): Promise<Flock> {
  const byFlock = await askFlock(fd);
  if (byFlock !== null) return byFlock;
  const byPerl = await ask(fd, "perl", ["-e", PERL]);
  return byPerl === "held" || byPerl === "busy" ? byPerl : "unavailable";
}

/** Null where flock(1) does not exist, or its result is ambiguous. */
async function askFlock(fd: number): Promise<"held" | "busy" | null> {
  const answer = await ask(fd, "flock", ["-n", "-E", `${CONFLICT}`, "3"]);
  if (answer === "held" || answer === "busy") return answer;
  if (answer !== UNKNOWN_OPTION.busybox && answer !== UNKNOWN_OPTION.utilLinux) return null;
  const plain = await ask(fd, "flock", ["-n", "3"]);
  if (plain === "held") return "held";
  return plain === 1 && (await ask(fd, "flock", ["-u", "3"])) === "held" ? "busy" : null;
}

/** Null for any exit code but the two expected ones, and where it could not be started, was killed or hung. */
async function ask(fd: number, program: string, args: readonly string[]): Promise<"held" | "busy" | number | null> {
  const { end } = await runCommand({ program, args, descriptors: [fd] }, { deadline: LIMIT_MS });
  if (end.kind !== "exited") return null;
  if (end.code === 0) return "held";
  return end.code === CONFLICT ? "busy" : end.code;
}
