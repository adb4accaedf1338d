/**
 * Where editors of the family of Visual Studio Code keep what extensions store for all workspaces (`globalStorage`): of the
 * desktop, by platform, and of their servers for remote windows. Another place (`--user-data-dir`, a portable copy) has to be
 * named.
 */
import { type HomeContext, pathOf, variableOf, xdgDirectory } from "./paths.ts";

export interface EditorStorage {
  /** Absolute. */
  readonly path: string;
  /** The name of the editor. */
  readonly editor: string;
  /** Its file of settings of the user. */
  readonly settings: string;
}

const EDITORS = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf", "Trae", "Kiro", "Antigravity"] as const;

const SERVERS = [
  "vscode-server",
  "vscode-server-insiders",
  "cursor-server",
  "windsurf-server",
  "vscodium-server",
] as const;

/** All of them, whether they are there or not, each once. */
export function editorStorages(context: Omit<HomeContext, "cwd">): readonly EditorStorage[] {
  const { osHome, platform } = context;
  const path = pathOf(platform);
  const user = (directory: string, editor: string): EditorStorage => ({
    path: path.join(directory, "User", "globalStorage"),
    editor,
    settings: path.join(directory, "User", "settings.json"),
  });
  return [
    ...EDITORS.map((editor) => user(path.join(desktopOf(context), editor), editor)),
    ...SERVERS.map((server) => user(path.join(osHome, `.${server}`, "data"), server)),
    user(path.join(osHome, ".local", "share", "code-server"), "code-server"),
  ];
}

function desktopOf(context: Omit<HomeContext, "cwd">): string {
  const { env, osHome, platform } = context;
  const path = pathOf(platform);
  if (platform === "darwin") return path.join(osHome, "Library", "Application Support");
  if (platform !== "win32") return xdgDirectory("XDG_CONFIG_HOME", context);
  const named = variableOf(env, "APPDATA", platform) ?? "";
  return path.isAbsolute(named) ? named : path.join(osHome, "AppData", "Roaming");
}
