import { expect, it } from "vitest";
import { childEnvironment } from "../../../src/workers/child-environment.ts";

it("a child gets what its runtime needs, and no secret of its parent", () => {
  expect(
    childEnvironment({
      PATH: "/bin",
      HOME: "/home/u",
      XDG_CACHE_HOME: "/cache",
      NODE_OPTIONS: "--no-warnings",
      NODE_COMPILE_CACHE: "/tmp/c",
      LC_ALL: "C",
      MALLOC_ARENA_MAX: "4",
      ROLLCALL_PROVISION_SECRET: "s",
      ROLLCALL_ADMIN_PASSWORD: "p",
      ROLLCALL_ADMIN_API_KEY: "k",
      E2E_SECRET: "s",
      MY_WORD: "s",
      NODE_AUTH_TOKEN: "t",
      NOT_SET: undefined,
    }),
  ).toEqual({
    PATH: "/bin",
    HOME: "/home/u",
    XDG_CACHE_HOME: "/cache",
    NODE_OPTIONS: "--no-warnings",
    NODE_COMPILE_CACHE: "/tmp/c",
    LC_ALL: "C",
    MALLOC_ARENA_MAX: "4",
  });
});
