/**
 * Profiles and config.yaml may be symlinks. The hook runs in an agent and must not block, so a link is followed
 * component by component, and never onto a mount that another machine or program serves: `auto` follows it there, in a
 * child process. Without a mount table (not Linux) it is unknown where a link leads.
 */
import { node } from "./builtins.ts";

/** File systems on a disk of this machine, or in its memory. One that is not listed here is not entered. */
const LOCAL_TYPES =
  /^(?:ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|reiserfs|overlay|tmpfs|devtmpfs|ramfs|rootfs|vfat|exfat|ntfs3)$/;

/** More than the kernel follows (ELOOP): a cycle. */
const MAX_LINKS = 40;

/** What a symlink leads to. `elsewhere`: off the local disks; `nothing`: to a missing or another kind of file. */
export type LinkTarget = "directory" | "file" | "nothing" | "elsewhere" | "unknown";

/** On a local disk, or on the mount that `home` is on; `link` may be any absolute path. Throws the errno. */
export function resolveLocally(link: string, home: string): LinkTarget {
  const { fs, path } = node;
  const remote = remoteMountPoints(home);
  if (remote === null) return "unknown";
  let at = "/";
  let rest = link.split("/");
  for (let links = 0; links <= MAX_LINKS;) {
    const [part, ...later] = rest;
    if (part === undefined) return "directory";
    const next = path.posix.join(at, part);
    if (remote.some((point) => isAtOrBelow(next, point))) return "elsewhere";
    const stat = fs.lstatSync(next, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() === true) {
      links += 1;
      const to = fs.readlinkSync(next);
      if (to.startsWith("/")) at = "/";
      rest = [...to.split("/"), ...later];
    } else {
      if (stat?.isDirectory() !== true) return stat?.isFile() === true && later.length === 0 ? "file" : "nothing";
      at = next;
      rest = later;
    }
  }
  return "nothing";
}

/** The mount points of file systems that are not local, without those that `home` is on; null where they are unknown. */
function remoteMountPoints(home: string): readonly string[] | null {
  const table = readMountTable();
  return table === null ? null : table.split("\n").flatMap((line) => remoteMountPoint(line, home));
}

function readMountTable(): string | null {
  try {
    return node.fs.readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // Another system, or a /proc that cannot be read: in both cases it is not known.
    return null;
  }
}

/** `id parent device root point options ... - type source options` (proc(5)); space and the like as octal digits. */
function remoteMountPoint(line: string, home: string): string[] {
  const type = line.slice(line.indexOf(" - ") + 3).split(" ")[0] ?? "";
  const escaped = line.split(" ")[4] ?? "";
  const point = escaped.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return escaped !== "" && !LOCAL_TYPES.test(type) && !isAtOrBelow(home, point) ? [point] : [];
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
