import * as fs from "node:fs";
import { type BytePath, native } from "./byte-path.ts";
import { announce } from "./tap.ts";

/** Bytes that this user may still write on the file system of a path. Throws the errno. */
export function freeBytes(path: BytePath): number {
  announce("statfs", path);
  const { bavail, bsize } = fs.statfsSync(native(path));
  return bavail * bsize;
}
