/** Two units of the user's own systemd. */
import { join } from "node:path";
import type { System } from "../system.ts";
import { argvInService, SERVICE, serviceText, TIMER, timerText } from "../render-systemd.ts";
import { runs } from "../steps.ts";
import { allText, type TimerHost, type Timer } from "../timer.ts";

export function systemdTimer(place: TimerHost): Timer {
  const config = place.env["XDG_CONFIG_HOME"] ?? "";
  const directory = join(config.startsWith("/") ? config : join(place.userHome, ".config"), "systemd", "user");
  const [service, timer] = [join(directory, SERVICE), join(directory, TIMER)];
  return {
    kind: "systemd",
    name: "systemd user timer",
    render: (argv, every) => [
      { path: service, text: serviceText(argv) },
      { path: timer, text: timerText(every) },
    ],
    essence: allText,

    async unavailableReason(system) {
      const ran = await system.run(systemctl("show", "--property=Version"));
      if (ran.code === 0) return null;
      return ran.code === null ? "there is no systemd" : `systemd does not answer: ${firstLine(ran.stderr)}`;
    },

    async find(system) {
      const texts = [system.read(service), system.read(timer)];
      if (texts.every((text) => text === null)) return null;
      const enabled = await system.run(systemctl("is-enabled", TIMER));
      const active = await system.run(systemctl("is-active", TIMER));
      return {
        argv: texts[0] === null || texts[0] === undefined ? null : argvInService(texts[0]),
        essence: texts.map((text) => text ?? "").join("\n"),
        active: enabled.code === 0 && active.code === 0,
      };
    },

    install: (files) =>
      Promise.resolve([
        ...files.flatMap(({ path, text }) => (path === null ? [] : [{ kind: "write" as const, path, text }])),
        runs(systemctl("daemon-reload")),
        runs(systemctl("enable", TIMER)),
        // Not `start`: a timer that already runs would keep its old time.
        runs(systemctl("restart", TIMER)),
      ]),

    remove: () =>
      Promise.resolve([
        runs(systemctl("disable", "--now", TIMER), { mayFail: true }),
        { kind: "remove", path: timer },
        { kind: "remove", path: service },
        // Where systemd did not answer, its link is still there.
        { kind: "remove", path: join(directory, "timers.target.wants", TIMER) },
        { kind: "tidy", path: join(directory, "timers.target.wants") },
        { kind: "tidy", path: directory },
        { kind: "tidy", path: join(directory, "..") },
        // The time of the last run, which `Persistent=` keeps.
        { kind: "remove", path: stampOf(place) },
        runs(systemctl("daemon-reload"), { mayFail: true }),
        runs(systemctl("reset-failed", SERVICE), { mayFail: true }),
      ]),

    notes: async (system) => ((await lingers(system, place)) ? [] : [lingeringIsOff(place)]),
  };
}

function systemctl(...words: readonly string[]): readonly string[] {
  return ["systemctl", "--user", ...words];
}

/** Without lingering systemd ends a user's timers at the last logout. A user unknown to logind has none. */
async function lingers(system: System, { userName }: TimerHost): Promise<boolean> {
  const ran = await system.run(["loginctl", "show-user", userName, "--property=Linger"]);
  return ran.stdout.trim() === "Linger=yes";
}

function lingeringIsOff({ userName }: TimerHost): string {
  const meaning = "it runs only while you are logged in, and makes up for it at the next login";
  return `lingering is off: ${meaning}. To switch it on: loginctl enable-linger ${userName}`;
}

/** systemd.timer(5), `Persistent=`. */
function stampOf({ env, userHome }: TimerHost): string {
  const share = env["XDG_DATA_HOME"] ?? "";
  const directory = share.startsWith("/") ? share : join(userHome, ".local", "share");
  return join(directory, "systemd", "timers", `stamp-${TIMER}`);
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
