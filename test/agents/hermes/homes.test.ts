import { describe, expect, it } from "vitest";
import type { FindBases } from "../../../src/agents/agent.ts";
import { findBases } from "../../../src/agents/hermes/homes.ts";
import { homeOfUser } from "../../../src/locations/paths.ts";
import { configFileOf, defaultHome } from "../../../src/agents/hermes/locations.ts";
import { settingsError } from "../../config/settings-error.ts";

const linux: FindBases = {
  env: {},
  osHome: "/home/ada",
  platform: "linux",
  cwd: "/srv/here",
  homes: [],
  bases: [],
  listDirectories: () => [],
};
const windows: FindBases = { ...linux, osHome: "C:\\Users\\ada", platform: "win32", cwd: "D:\\work" };

describe("the home when none is named", () => {
  it.each([
    ["nothing set", {}, "/home/ada/.hermes"],
    ["an empty HERMES_HOME", { HERMES_HOME: "" }, "/home/ada/.hermes"],
    ["a blank HERMES_HOME", { HERMES_HOME: " \t\n" }, "/home/ada/.hermes"],
    ["HERMES_HOME undefined", { HERMES_HOME: undefined }, "/home/ada/.hermes"],
    ["HERMES_HOME", { HERMES_HOME: "/srv/hermes" }, "/srv/hermes"],
    ["white space around it", { HERMES_HOME: "  /srv/hermes\n" }, "/srv/hermes"],
    ["white space inside it", { HERMES_HOME: "/srv/my hermes" }, "/srv/my hermes"],
    ["a trailing slash", { HERMES_HOME: "/srv/hermes/" }, "/srv/hermes"],
    ["~", { HERMES_HOME: "~" }, "/home/ada"],
    ["~/x", { HERMES_HOME: "~/x" }, "/home/ada/x"],
    ["~bob is a name like any other", { HERMES_HOME: "~bob/x" }, "/srv/here/~bob/x"],
    ["a relative path", { HERMES_HOME: "h" }, "/srv/here/h"],
    ["LOCALAPPDATA means nothing here", { LOCALAPPDATA: "/x" }, "/home/ada/.hermes"],
  ])("linux: %s", (_name, env, home) => {
    expect(defaultHome({ ...linux, env })).toBe(home);
  });

  it.each([
    ["LOCALAPPDATA", { LOCALAPPDATA: "C:\\Local" }, "C:\\Local\\hermes"],
    ["none", {}, "C:\\Users\\ada\\AppData\\Local\\hermes"],
    ["a blank one", { LOCALAPPDATA: " " }, "C:\\Users\\ada\\AppData\\Local\\hermes"],
    ["HERMES_HOME first", { LOCALAPPDATA: "C:\\Local", HERMES_HOME: " E:\\h " }, "E:\\h"],
    ["~\\x", { HERMES_HOME: "~\\x" }, "C:\\Users\\ada\\x"],
    ["~/x", { HERMES_HOME: "~/x" }, "C:\\Users\\ada\\x"],
    ["a relative path", { HERMES_HOME: "h" }, "D:\\work\\h"],
  ])("win32: %s", (_name, env, home) => {
    expect(defaultHome({ ...windows, env })).toBe(home);
  });

  it("keeps a $ in the name of the user's home", () => {
    expect(defaultHome({ ...linux, osHome: "/home/$&", env: { HERMES_HOME: "~/x" } })).toBe("/home/$&/x");
  });

  it("darwin is as linux", () => {
    expect(defaultHome({ ...linux, platform: "darwin", osHome: "/Users/ada" })).toBe("/Users/ada/.hermes");
  });
});

/** A `listDirectories` that knows one directory. */
function profiles(at: string, ...names: string[]): (dir: string) => string[] {
  return (dir) => (dir === at ? names : []);
}

describe("bases", () => {
  it("are the home's own and those of its profiles, by name", () => {
    const listDirectories = profiles("/home/ada/.hermes/profiles", "work", "Zed", "alpha");
    expect(findBases({ ...linux, listDirectories })).toEqual([
      {
        agent: "hermes",
        path: "/home/ada/.hermes/checkpoints",
        home: "/home/ada/.hermes",
        profile: null,
        label: null,
        named: null,
      },
      ...["Zed", "alpha", "work"].map((profile) => ({
        path: `/home/ada/.hermes/profiles/${profile}/checkpoints`,
        home: `/home/ada/.hermes/profiles/${profile}`,
        agent: "hermes",
        profile,
        label: profile,
        named: null,
      })),
    ]);
  });

  it("on Windows", () => {
    const listDirectories = profiles("C:\\Local\\hermes\\profiles", "work");
    expect(findBases({ ...windows, env: { LOCALAPPDATA: "C:\\Local" }, listDirectories })).toEqual([
      {
        agent: "hermes",
        path: "C:\\Local\\hermes\\checkpoints",
        home: "C:\\Local\\hermes",
        profile: null,
        label: null,
        named: null,
      },
      {
        path: "C:\\Local\\hermes\\profiles\\work\\checkpoints",
        home: "C:\\Local\\hermes\\profiles\\work",
        agent: "hermes",
        profile: "work",
        label: "work",
        named: null,
      },
    ]);
  });

  it("of a home that is a profile know its name", () => {
    const env = { HERMES_HOME: "~/.hermes/profiles/work" };
    expect(findBases({ ...linux, env })).toEqual([
      {
        path: "/home/ada/.hermes/profiles/work/checkpoints",
        home: "/home/ada/.hermes/profiles/work",
        agent: "hermes",
        profile: "work",
        label: "work",
        named: null,
      },
    ]);
  });

  it("named by --home bring their profiles, of which none was named", () => {
    const found = findBases({ ...linux, homes: ["/h", "rel", "~/own"], listDirectories: profiles("/h/profiles", "p") });
    expect(found).toEqual([
      { agent: "hermes", path: "/h/checkpoints", home: "/h", profile: null, label: null, named: "home" },
      {
        agent: "hermes",
        path: "/h/profiles/p/checkpoints",
        home: "/h/profiles/p",
        profile: "p",
        label: "p",
        named: null,
      },
      {
        agent: "hermes",
        path: "/srv/here/rel/checkpoints",
        home: "/srv/here/rel",
        profile: null,
        label: null,
        named: "home",
      },
      {
        agent: "hermes",
        path: "/home/ada/own/checkpoints",
        home: "/home/ada/own",
        profile: null,
        label: null,
        named: "home",
      },
    ]);
  });

  it("named by --base have their parent as home, and no profiles", () => {
    const listDirectories = (): never => {
      throw new Error("profiles must not be read here");
    };
    expect(findBases({ ...linux, bases: ["/h/checkpoints", "snaps", "..", "~/s/"], listDirectories })).toEqual([
      { agent: "hermes", path: "/h/checkpoints", home: "/h", profile: null, label: null, named: "base" },
      { agent: "hermes", path: "/srv/here/snaps", home: "/srv/here", profile: null, label: null, named: "base" },
      { agent: "hermes", path: "/srv", home: "/", profile: null, label: null, named: "base" },
      { agent: "hermes", path: "/home/ada/s", home: "/home/ada", profile: null, label: null, named: "base" },
    ]);
  });

  it("named ones replace the default, whatever HERMES_HOME says", () => {
    const env = { HERMES_HOME: "/other" };
    expect(findBases({ ...linux, env, bases: ["/b"] }).map((base) => base.path)).toEqual(["/b"]);
    expect(findBases({ ...linux, env, homes: ["/h"] }).map((base) => base.path)).toEqual(["/h/checkpoints"]);
  });

  it("come once each, where they were first met, and named in the stricter way if any of them was", () => {
    const found = findBases({
      ...linux,
      homes: ["/h", "/h/", "/x/../h"],
      bases: ["/h/profiles/p/checkpoints", "/b", "/h/checkpoints/", "/b"],
      listDirectories: profiles("/h/profiles", "p", "q"),
    });
    expect(found.map((base) => [base.path, base.profile, base.named])).toEqual([
      ["/h/checkpoints", null, "base"],
      ["/h/profiles/p/checkpoints", "p", "base"],
      ["/h/profiles/q/checkpoints", "q", null],
      ["/b", null, "base"],
    ]);
  });

  it("do not depend on the order in which a directory lists its profiles", () => {
    const at = "/home/ada/.hermes/profiles";
    const one = findBases({ ...linux, listDirectories: profiles(at, "a", "b", "c") });
    expect(findBases({ ...linux, listDirectories: profiles(at, "c", "a", "b") })).toEqual(one);
  });

  it.each([
    [{ homes: [""] }, "--home is empty: expected a directory"],
    [{ bases: [" "] }, "--base is empty: expected a directory"],
    [{ homes: ["/h"], bases: [""] }, "--base is empty: expected a directory"],
  ])("%j is refused", (named, message) => {
    const error = settingsError(() => findBases({ ...linux, ...named }));
    expect(error.message).toBe(message);
    expect(error.code).toBe("usage");
  });
});

it("config.yaml is in the home", () => {
  expect(configFileOf("/h/profiles/p", "linux")).toBe("/h/profiles/p/config.yaml");
  expect(configFileOf("C:\\h", "win32")).toBe("C:\\h\\config.yaml");
});

describe("the home of a user in /etc/passwd", () => {
  const PASSWD =
    "root:x:0:0:root:/root:/bin/sh\n# a comment\nann:x:1000:1000:Ann,,,:/home/ann@corp:/bin/zsh\nbad:x:7\n";

  it.each([
    [0, "/root"],
    [1000, "/home/ann@corp"],
    [100, null],
    [7, null],
  ])("of uid %i is %s", (uid, home) => {
    expect(homeOfUser(PASSWD, uid)).toBe(home);
  });
});
