/** An agent in ~/Library/LaunchAgents. */
import { posix } from "node:path";
import { argvInPlist, LABEL, plistText } from "../render-launchd.ts";
import { runs, type TimerStep } from "../steps.ts";
import { allText, type TimerHost, type Timer } from "../timer.ts";

export function launchdTimer(place: TimerHost): Timer {
  const file = posix.join(place.userHome, "Library", "LaunchAgents", `${LABEL}.plist`);
  const domain = `gui/${place.uid}`;
  const unload: TimerStep = runs(["launchctl", "bootout", `${domain}/${LABEL}`], { mayFail: true });
  return {
    kind: "launchd",
    name: "launchd agent",
    render: (argv, every, spread) => [{ path: file, text: plistText(argv, every, spread) }],
    essence: allText,
    unavailableReason: () =>
      Promise.resolve(place.platform === "darwin" ? null : `launchd is a part of macOS, and this is ${place.platform}`),

    async find(system) {
      const text = system.read(file);
      if (text === null) return null;
      const loaded = await system.run(["launchctl", "print", `${domain}/${LABEL}`]);
      return { argv: argvInPlist(text), essence: text, active: loaded.code === 0 };
    },

    install: (files) =>
      Promise.resolve([
        ...files.map(({ text }): TimerStep => ({ kind: "write", path: file, text })),
        unload,
        runs(["launchctl", "bootstrap", domain, file]),
      ]),

    remove: () => Promise.resolve([unload, { kind: "remove", path: file }]),

    notes: () =>
      Promise.resolve([
        "macOS may not let it look into Documents, Desktop and Downloads: workdirs there then count as unreachable",
      ]),
  };
}
