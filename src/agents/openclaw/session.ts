/** A session, as its index has it. Pure. */
import { basename, dirname } from "node:path";
import { sessionFile } from "./files.ts";

export interface Session {
  /** Null where it is not one that its agent would make: it may be anything. */
  readonly id: string | null;
  /** The name of its transcript, without its ending; null: it is in another folder, or cannot be told. */
  readonly stem: string | null;
  readonly updatedAt: unknown;
  readonly lastInteractionAt: unknown;
  readonly chatType: unknown;
}

/** The fields that count here: those of fifty megabytes of sessions are three. */
const FIELDS: ReadonlySet<string> = new Set(["sessionId", "sessionFile", "updatedAt", "lastInteractionAt", "chatType"]);

/** The same for `sessionOf`, and small. */
export function fieldsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).filter(([name]) => FIELDS.has(name)));
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** `base`: the folder of the index. Null where it is not a session. */
export function sessionOf(value: unknown, base: string): Session | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const sessionId = fields.get("sessionId");
  const id = typeof sessionId === "string" && ID.test(sessionId) ? sessionId : null;
  return {
    id,
    stem: stemOf(fields.get("sessionFile") ?? (id === null ? null : `${id}.jsonl`), base),
    updatedAt: fields.get("updatedAt"),
    lastInteractionAt: fields.get("lastInteractionAt"),
    chatType: fields.get("chatType"),
  };
}

/** From another home the end of the path counts, where it is that of the same agent. */
function stemOf(path: unknown, base: string): string | null {
  if (typeof path !== "string") return null;
  const name = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : tailOf(path, basename(dirname(base)));
  const file = sessionFile(name);
  return file?.kind === "transcript" ? file.stem : null;
}

function tailOf(path: string, agent: string): string {
  const [, of, name] = /[\\/]agents[\\/]([^\\/]+)[\\/]sessions[\\/]([^\\/]+)$/.exec(path) ?? [];
  return of === agent && name !== undefined ? name : path;
}

/** Why a session stays whatever its age is, as a sentence; null: nothing keeps it. `mainKey`: what its settings call the main one. */
export function whyProtected(key: string, { chatType }: Pick<Session, "chatType">, mainKey: string): string | null {
  const own = key.replace(/^agent:[^:]*:/, "").toLowerCase();
  if (["main", "global", mainKey.toLowerCase()].includes(own)) return "it is the main session of its agent";
  const isShared = /^[^:]+:(?:group|channel):|:thread:|:topic:/.test(own) || own.startsWith("group:");
  const isOfMany = typeof chatType === "string" && ["group", "channel", "thread"].includes(chatType);
  return isShared || isOfMany ? "it is of a group, a channel, a thread or a topic" : null;
}

/** A turn that its agent takes by itself, to see whether there is something to do. */
export function isHeartbeat(key: string): boolean {
  return /(?:^|:)heartbeat(?:$|:)/.test(key.toLowerCase());
}
