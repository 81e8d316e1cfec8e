import { spawnSync } from "node:child_process";
import process from "node:process";
import { expect, it } from "vitest";

const MODULE = new URL("../../../scripts/read-options.ts", import.meta.url).href;
const TOOL = `import { readNumber, readOptions } from ${JSON.stringify(MODULE)};
const usage = "how to\\n";
const values = readOptions({ minutes: { type: "string", default: "10" } }, usage);
process.stdout.write(String(readNumber(values.minutes, "minutes", usage)));`;

const tool = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", TOOL, "--", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};

it("gives the options of a tool, its usage where that is asked for, and a mistake in one line with code 2", () => {
  expect(tool("--minutes", "3")).toEqual({ status: 0, stdout: "3", stderr: "" });
  expect(tool("--help")).toEqual({ status: 0, stdout: "how to\n", stderr: "" });
  expect(tool("--mins", "3")).toEqual({ status: 2, stdout: "", stderr: "Unknown option '--mins'\n\nhow to\n" });
  expect(tool("--minutes", "x")).toEqual({
    status: 2,
    stdout: "",
    stderr: "--minutes x: write a number above 0\n\nhow to\n",
  });
});
