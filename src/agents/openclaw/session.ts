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
  /** The same of where it began. */
  readonly originType: unknown;
}

/** The fields that count here: those of fifty megabytes of sessions are three. */
const FIELDS: ReadonlySet<string> = new Set([
  "sessionId",
  "sessionFile",
  "updatedAt",
  "lastInteractionAt",
  "chatType",
  "origin",
]);

/** The same for `sessionOf`, and small. */
export function fieldsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const own = Object.entries(value).filter(([name]) => FIELDS.has(name));
  return Object.fromEntries(
    own.map(([name, field]) => [name, name === "origin" ? { chatType: typeIn(field) } : field]),
  );
}

/** The type of the conversation in where it began. */
function typeIn(origin: unknown): unknown {
  if (typeof origin !== "object" || origin === null) return undefined;
  return new Map<string, unknown>(Object.entries(origin)).get("chatType");
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Whether a session says which files are its own: by its id, and by the path of its transcript where it has one. Its agent
 * writes no session without an id (mergeSessionEntry of openclaw makes one up).
 */
export function isWhole(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { sessionId, sessionFile: path = null }: { readonly sessionId?: unknown; readonly sessionFile?: unknown } =
    value;
  return typeof sessionId === "string" && ID.test(sessionId) && (path === null || typeof path === "string");
}

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
    originType: typeIn(fields.get("origin")),
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

type Types = Pick<Session, "chatType" | "originType">;

/** Why a session stays whatever its age is, as a sentence; null: nothing keeps it. `mainKey`: what its settings call the main one. */
export function whyProtected(key: string, types: Types, mainKey: string): string | null {
  const own = ownKey(key);
  if (["main", "global", mainKey.toLowerCase()].includes(own)) return "it is the main session of its agent";
  const isShared = /^[^:]+:(?:group|channel):|:thread:|:topic:/.test(own) || own.startsWith("group:");
  const isOfMany = isManyType(types.chatType) || isManyType(types.originType);
  return isShared || isOfMany ? "it is of a group, a channel, a thread or a topic" : null;
}

/** The part of a key that is not about its agent. */
function ownKey(key: string): string {
  return key.replace(/^agent:[^:]*:/, "").toLowerCase();
}

function isManyType(type: unknown): boolean {
  return typeof type === "string" && ["group", "channel", "thread"].includes(type.trim().toLowerCase());
}

/**
 * Whether its agent keeps it however many there are, as far as that is sure. One that its agent began by itself, such as a
 * heartbeat in a group, it does not.
 */
export function isKeptByAgent(key: string, session: Types | null): boolean {
  const own = ownKey(key);
  if (/(?:^|:)(?:subagent|acp|acp-bridge|cron|hook|node|heartbeat)(?::|$)/.test(own)) return false;
  if (/^[^:]+:(?:group|channel):.|^telegram:(?:direct|dm):.+:topic:[^:]+$/.test(own)) return true;
  return isManyType(session?.chatType ?? session?.originType);
}

/** A turn that its agent takes by itself, to see whether there is something to do. */
export function isHeartbeat(key: string): boolean {
  return /(?:^|:)heartbeat(?:$|:)/.test(key.toLowerCase());
}
