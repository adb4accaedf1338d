/**
 * Where this machine mounts something, now or at times: by a systemd unit, an automounter map, or pam_mount at login.
 * If such a volume is not mounted, its mount point looks as if everything in it were deleted, just as with one of
 * /etc/fstab.
 *
 * Formats: systemd.mount(5) and systemd.unit(5) (search path, escaping, masking), auto.master(5), pam_mount.conf(5). A
 * unit has to be named after its mount point, so it need not be opened.
 */
import { errnoOf, expectErrno, createErrnoError, UNREADABLE } from "../errors.ts";
import { bytePath, rawPath, textOf } from "../fs/syscalls.ts";
import { children } from "../fs/listing.ts";
import { readTextFile } from "../fs/read-text.ts";
import type { ConfiguredMount } from "../model/surroundings.ts";
import { lookAtLink } from "./links.ts";
import { isAtOrBelow, parseFstab } from "./mount-table.ts";

/** In systemd's order of precedence; the first of a name counts. */
const UNIT_DIRECTORIES: readonly string[] = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/run/systemd/generator.early",
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/run/systemd/generator.late",
];

const USER_UNIT_DIRECTORIES: readonly string[] = ["/etc/systemd/user", "/run/systemd/user", "/usr/lib/systemd/user"];

/** Distributions ship units for these in case a machine wants them; in a container none of them is mounted. */
const SYSTEM_PLACES: readonly string[] = ["/dev", "/proc", "/sys", "/run", "/tmp"];

const MASTER_MAPS: readonly string[] = ["/etc/auto.master", "/etc/autofs/auto.master", "/etc/auto_master"];
const MASTER_MAP_DIRECTORIES: readonly string[] = ["/etc/auto.master.d", "/etc/autofs/auto.master.d"];

/**
 * `root`: the directory that stands for `/`. `isSilent`: whether a path leads onto a mount that may not answer. Null
 * where a file or directory that may name a mount cannot be read.
 */
export function configuredMounts(
  root: string,
  userHome: string,
  isSilent: (path: string) => boolean = () => false,
): readonly ConfiguredMount[] | null {
  const own = { units: `${userHome}/.config/systemd/user`, logins: `${userHome}/.pam_mount.conf.xml` };
  // A user's configuration files may be symlinks to other disks; those of the system are on its own.
  if (isSilent(own.units) || isSilent(own.logins)) return null;
  try {
    return [
      ...unitsIn(UNIT_DIRECTORIES.map((one) => root + one)),
      ...unitsIn([own.units, ...USER_UNIT_DIRECTORIES.map((one) => root + one)]),
      ...automounts(root),
      ...loginMounts(`${root}/etc/security/pam_mount.conf.xml`, userHome),
      ...loginMounts(own.logins, userHome),
    ];
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

/** The mount points of `/etc/fstab`; null where it exists and cannot be read. On some systems it is a symlink. */
export function fstabPoints(root: string): readonly string[] | null {
  const file = readTextFile(`${root}/etc/fstab`);
  if (file.kind === "missing") return [];
  return file.kind === "text" ? parseFstab(Buffer.from(file.text, "utf8").toString("latin1")) : null;
}

function unitsIn(directories: readonly string[]): ConfiguredMount[] {
  const units = new Map<string, ConfiguredMount | null>();
  for (const directory of directories) {
    for (const { name, kind } of childrenOrNone(directory)) {
      const stem = /^(.*)\.(?:auto)?mount$/.exec(name)?.[1];
      if (stem === undefined || units.has(name)) continue;
      const file = `${directory}/${textOf(rawPath(name))}`;
      const link = kind === "symlink" ? lookAtLink(file) : null;
      const isMasked = link?.kind === "symlink" && link.to === "/dev/null";
      units.set(name, isMasked ? null : { point: unescaped(stem), file });
    }
  }
  const wanted = [...units.values()].filter((unit) => unit !== null);
  return wanted.filter(({ point, file }) => !isShipped(file) || !SYSTEM_PLACES.some((one) => isAtOrBelow(point, one)));
}

function isShipped(file: string): boolean {
  return file.includes("/lib/systemd/");
}

/** `srv-nas\x2dold` is `/srv/nas-old`, and `-` is `/`. */
export function unescaped(stem: string): string {
  if (stem === "-") return "/";
  const bytes = stem
    .replaceAll("-", "/")
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return `/${textOf(rawPath(bytes))}`;
}

function automounts(root: string): ConfiguredMount[] {
  const included = MASTER_MAP_DIRECTORIES.flatMap((directory) =>
    childrenOrNone(root + directory).flatMap(({ name }) =>
      name.endsWith(".autofs") ? [`${root}${directory}/${textOf(rawPath(name))}`] : [],
    ),
  );
  return [...MASTER_MAPS.map((one) => root + one), ...included].flatMap((file) =>
    linesOf(file).flatMap(([point = "", map = ""]): ConfiguredMount[] => {
      if (map === "-null") return [];
      if (point.startsWith("/") && point !== "/-") return [{ point: trimmed(point), file }];
      return point === "/-" ? directMounts(root, map) : [];
    }),
  );
}

/** The keys of a direct map are mount points. */
function directMounts(root: string, map: string): ConfiguredMount[] {
  const path = map.replace(/^[a-z,]+:/, "");
  // The output of a program or a server is unknown here, and `-static` is fstab.
  if (path === "" || path.startsWith("-")) return [];
  const file = root + (path.startsWith("/") ? path : `/etc/${path}`);
  return linesOf(file).flatMap(([key = ""]) => (key.startsWith("/") ? [{ point: trimmed(key), file }] : []));
}

/** `<volume ... mountpoint="~/secret">` */
function loginMounts(file: string, userHome: string): ConfiguredMount[] {
  const user = userHome.slice(userHome.lastIndexOf("/") + 1);
  const text = textIn(file).replace(/<!--[\s\S]*?-->/g, "");
  return [...text.matchAll(/\bmountpoint\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].flatMap(([, double, single]) => {
    const point = (double ?? single ?? "").replace(/^~(?=$|\/)/, userHome).replaceAll("%(USER)", user);
    return point.startsWith("/") && !point.includes("%(") ? [{ point: trimmed(point), file }] : [];
  });
}

function linesOf(file: string): string[][] {
  return textIn(file)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("+"))
    .map((line) => line.split(/\s+/).map((field) => field.replace(/^"(.*)"$/, "$1")));
}

function trimmed(point: string): string {
  return point.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
}

/** Throws the errno of a file that exists and cannot be read. */
function textIn(path: string): string {
  const file = readTextFile(path);
  // A symlink to `/dev/null` masks a file.
  if (file.kind === "unreadable" && file.code !== "EISDIR")
    throw createErrnoError("EACCES", `${path}: ${file.message}`);
  return file.kind === "text" ? file.text : "";
}

function childrenOrNone(directory: string): ReturnType<typeof children> {
  try {
    return children(bytePath(directory));
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
