/** An agent in ~/Library/LaunchAgents. */
import { posix } from "node:path";
import { argvInPlist, LABEL, plistText } from "../render-launchd.ts";
import { runs, type Step } from "../steps.ts";
import { allText, type Place, type Timer } from "../timer.ts";

export function launchdTimer(place: Place): Timer {
  const file = posix.join(place.userHome, "Library", "LaunchAgents", `${LABEL}.plist`);
  const domain = `gui/${place.uid}`;
  const unload: Step = runs(["launchctl", "bootout", `${domain}/${LABEL}`], { mayFail: true });
  return {
    kind: "launchd",
    name: "launchd agent",
    render: (argv, every, spread) => [{ path: file, text: plistText(argv, every, spread) }],
    essence: allText,
    lacks: () =>
      Promise.resolve(place.platform === "darwin" ? null : `launchd is a part of macOS, and this is ${place.platform}`),

    async find(hands) {
      const text = hands.read(file);
      if (text === null) return null;
      const loaded = await hands.run(["launchctl", "print", `${domain}/${LABEL}`]);
      return { argv: argvInPlist(text), essence: text, active: loaded.code === 0 };
    },

    install: (files) =>
      Promise.resolve([
        ...files.map(({ text }): Step => ({ kind: "write", path: file, text })),
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
