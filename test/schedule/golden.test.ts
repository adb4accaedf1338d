// What is written, to the letter. UPDATE_GOLDEN=1 writes the files anew; look at the difference before it is kept.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EVERY } from "../../src/schedule/every.ts";
import { cronBlock } from "../../src/schedule/render-cron.ts";
import { cronJobs } from "../../src/schedule/render-kubernetes.ts";
import { plistText } from "../../src/schedule/render-launchd.ts";
import { serviceText, timerText } from "../../src/schedule/render-systemd.ts";
import { taskXml } from "../../src/schedule/render-windows.ts";
import { argvOf, type Task } from "../../src/schedule/task.ts";
import { PROJECT } from "../support/paths.ts";
import { HARD, TASK } from "./build.ts";

/** Windows would replace parts of the hard paths, and refuses them. */
const WINDOWS: Task = {
  ...HARD,
  node: "C:\\Program Files\\nodejs\\node.exe",
  script: "C:\\Users\\Zoë\\AppData\\Roaming\\npm\\node_modules\\checkpoint-gc\\bin\\checkpoints.js",
  targets: [
    { flag: "--home", path: "C:\\Users\\Zoë\\AppData\\Local\\hermes" },
    { flag: "--home", path: "D:\\100% of it\\O'Brien & Söhne\\" },
  ],
};

const TEXTS: Readonly<Record<string, string>> = {
  "plain.service": serviceText(argvOf(TASK)),
  "plain.timer": timerText("24h"),
  "plain.plist": plistText(argvOf(TASK), "24h", TASK.spread),
  "plain.crontab": cronBlock(argvOf(TASK), "24h", TASK.spread),
  "plain.xml": taskXml(argvOf(TASK), "24h", TASK.spread),
  "plain.yaml": cronJobs(TASK, { uid: 1000, gid: 1000 }),
  "hard.service": serviceText(argvOf(HARD)),
  "hard.timer": timerText("6h"),
  "hard.plist": plistText(argvOf(HARD), "6h", HARD.spread),
  "hard.crontab": cronBlock(argvOf(HARD), "6h", HARD.spread),
  "hard.xml": taskXml(argvOf(WINDOWS), "7d", HARD.spread),
  "hard.yaml": cronJobs({ ...HARD, targets: HARD.targets.slice(0, 6) }, { uid: 501, gid: 20 }),
  "intervals.txt": EVERY.map((every) => {
    const [, calendar = ""] = /^OnCalendar=(.*)$/m.exec(timerText(every)) ?? [];
    const [, cron = ""] = /^((?:\S+ ){4}\S+) nice/m.exec(cronBlock(["/x"], every, TASK.spread)) ?? [];
    return `${every}: ${calendar} | ${cron}\n`;
  }).join(""),
};

describe("golden files", () => {
  it.each(Object.entries(TEXTS))("%s", (name, text) => {
    const path = join(PROJECT, "test", "fixtures", "schedule", name);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });
});
