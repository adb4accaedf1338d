import { describe, expect, it } from "vitest";
import type { FindBases } from "../../../src/agents/agent.ts";
import { findBases, userHomesAround } from "../../../src/agents/openclaw/homes.ts";
import { machine } from "../../support/machine.ts";

function home(path: string, ...agents: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const folders = agents.map((agent) => [`${path}/agents/${agent}`, ["agent", "sessions"]] as const);
  return { [`${path}/agents`]: agents, ...Object.fromEntries(folders) };
}

function pathsOf(input: FindBases): readonly string[] {
  return findBases(input).map(({ path }) => path);
}

describe("the home when none is named", () => {
  it.each([
    ["nothing set", {}, home("/home/ada/.openclaw", "main"), "/home/ada/.openclaw"],
    ["OPENCLAW_HOME", { OPENCLAW_HOME: "/srv/x" }, home("/srv/x/.openclaw", "main"), "/srv/x/.openclaw"],
    ["OPENCLAW_STATE_DIR", { OPENCLAW_STATE_DIR: "/srv/s", OPENCLAW_HOME: "/x" }, home("/srv/s", "main"), "/srv/s"],
    ["~ in it", { OPENCLAW_STATE_DIR: "~/s" }, home("/home/ada/s", "main"), "/home/ada/s"],
    [
      "a blank one",
      { OPENCLAW_STATE_DIR: " ", OPENCLAW_HOME: "" },
      home("/home/ada/.openclaw", "main"),
      "/home/ada/.openclaw",
    ],
    ["the former name alone", {}, home("/home/ada/.clawdbot", "main"), "/home/ada/.clawdbot"],
    [
      "both names",
      {},
      { ...home("/home/ada/.clawdbot", "main"), ...home("/home/ada/.openclaw", "main") },
      "/home/ada/.openclaw",
    ],
  ])("with %s", (_, env, tree, path) => {
    expect(findBases(machine(tree, env))).toEqual([
      {
        agent: "openclaw",
        path: `${path}/agents/main/sessions`,
        home: path,
        profile: null,
        label: "main",
        named: null,
      },
    ]);
  });

  it("has no base where there are no agents, or none with sessions", () => {
    expect(findBases(machine({}))).toEqual([]);
    const agents = { "/home/ada/.openclaw/agents": ["a"], "/home/ada/.openclaw/agents/a": ["agent"] };
    expect(findBases(machine(agents))).toEqual([]);
  });

  it("has one where the sessions are gone, and their trash is there", () => {
    const agents = { "/home/ada/.openclaw/agents": ["a"], "/home/ada/.openclaw/agents/a": [".sessions.gc"] };
    expect(pathsOf(machine(agents))).toEqual(["/home/ada/.openclaw/agents/a/sessions"]);
  });

  it("has a base for each agent, by name", () => {
    expect(findBases(machine(home("/home/ada/.openclaw", "ops", "main"))).map(({ label }) => label)).toEqual([
      "main",
      "ops",
    ]);
  });
});

describe("what is named", () => {
  it("is looked at alone", () => {
    const tree = { ...home("/home/ada/.openclaw", "main"), ...home("/srv/s", "main") };
    expect(pathsOf({ ...machine(tree), homes: ["/srv/s"] })).toEqual(["/srv/s/agents/main/sessions"]);
    expect(pathsOf({ ...machine(tree), homes: ["~/.openclaw"] })).toEqual(["/home/ada/.openclaw/agents/main/sessions"]);
  });

  it("has to be there", () => {
    const [base] = findBases({ ...machine({}), homes: ["/srv/s"] });
    expect(base).toMatchObject({ path: "/srv/s/agents/main/sessions", home: "/srv/s", named: "home" });
  });

  it("is a folder of the home that it is in, or of none", () => {
    expect(findBases({ ...machine({}), bases: ["/srv/s/agents/ops/sessions"] })).toEqual([
      {
        agent: "openclaw",
        path: "/srv/s/agents/ops/sessions",
        home: "/srv/s",
        profile: null,
        label: "ops",
        named: "base",
      },
    ]);
    expect(findBases({ ...machine({}), bases: ["/srv/x"] })).toMatchObject([{ home: "/srv", label: "srv" }]);
  });

  it("is not empty", () => {
    expect(() => findBases({ ...machine({}), homes: [" "] })).toThrow("--home is empty");
    expect(() => findBases({ ...machine({}), bases: [""] })).toThrow("--base is empty");
  });
});

describe("an index that was moved", () => {
  const usual = home("/home/ada/.openclaw", "main");
  const settings = (text: string): FindBases => machine({ ...usual, "/home/ada/.openclaw/openclaw.json": text });
  const main = "/home/ada/.openclaw/agents/main/sessions";
  it.each([
    ["{session: {store: '/srv/{agentId}/sessions.json'}}", [main, "/srv/main"]],
    ["{session: {store: '~/{agentId}/{agentId}/sessions.json'}}", [main, "/home/ada/main/main"]],
    ["{session: {store: '/srv/all/sessions.json'}}", [main, "/srv/all"]],
    ["{session: {store: '~/.openclaw/agents/{agentId}/sessions/sessions.json'}}", [main]],
    [
      "{session: {store: '/srv/{agentId}/sessions.json'}, agents: {list: [{id: 'Ops'}, {id: '../x'}]}}",
      [main, "/srv/main", "/srv/ops"],
    ],
    ["{session: {store: '/srv/{agentId}.json'}}", [main]],
    ["{session: {store: 'sessions.json'}}", [main]],
    ["{session: {store: '${X}/sessions.json'}}", [main]],
    ["{session:", [main]],
  ])("%s", (text, paths) => {
    expect(pathsOf(settings(text))).toEqual(paths);
  });

  it("has ~ for the home that the environment names", () => {
    const text = "{session: {store: '~/s/sessions.json'}}";
    const tree = { ...home("/srv/x/.openclaw", "main"), "/srv/x/.openclaw/openclaw.json": text };
    expect(pathsOf(machine(tree, { OPENCLAW_HOME: "/srv/x" }))).toEqual([
      "/srv/x/.openclaw/agents/main/sessions",
      "/srv/x/s",
    ]);
  });

  it("is found in settings of the former name", () => {
    const text = "{session: {store: '/srv/sessions.json'}}";
    expect(pathsOf(machine({ ...usual, "/home/ada/.openclaw/clawdbot.json": text }))).toEqual([main, "/srv"]);
  });
});

it("the directory around a home is one of a user where its name is the usual one", () => {
  expect(userHomesAround("/home/ada/.openclaw")).toEqual(["/home/ada"]);
  expect(userHomesAround("/home/ada/.clawdbot")).toEqual(["/home/ada"]);
  expect(userHomesAround("/srv/s")).toEqual([]);
});
