import { spawnSync } from "node:child_process";
import { has, skipped } from "../support/mounts.ts";

/** The JSON that a Python program prints for an input; null, with one loud line, where there is no Python. */
export function python(program: string, input: string): unknown {
  if (skipped(has("python3") ? null : "SKIPPED: a parser for XML needs python3")) return null;
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], { encoding: "utf8", input });
  if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
