import { describe, expect, it } from "vitest";
import { programName } from "../../../src/cli/program-name.ts";

const folder = "/home/me/load";
const PATH = "/usr/local/bin:/usr/bin";

describe("what a user types to start the program again", () => {
  it.each([
    ["npx in a checkout", "/home/me/load/bin/rollcall.mjs", { npm_command: "exec" }, "npx rollcall"],
    ["npm start", "/home/me/load/bin/rollcall.mjs", { npm_command: "start" }, "npx rollcall"],
    ["a script of a package", "/home/me/load/node_modules/.bin/rollcall", { npm_command: "run" }, "npx rollcall"],
    ["installed for all", "/usr/local/bin/rollcall", {}, "rollcall"],
    ["the file of a checkout", "/home/me/load/bin/rollcall.mjs", {}, "node bin/rollcall.mjs"],
    ["the file of a checkout elsewhere", "/opt/rollcall/bin/rollcall.mjs", {}, "node /opt/rollcall/bin/rollcall.mjs"],
    ["a package's command by its path", "/home/me/load/node_modules/.bin/rollcall", {}, "node_modules/.bin/rollcall"],
    ["in its own folder", "/home/me/load/rollcall", {}, "./rollcall"],
    ["no file at all", undefined, {}, "rollcall"],
  ])("%s", (_, script, variables, typed) => {
    expect(programName({ script, variables: { PATH, ...variables }, folder })).toBe(typed);
  });
});
