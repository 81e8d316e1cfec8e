import { describe, expect, it } from "vitest";
import { rollcallInProcess } from "../../support/in-process.ts";
import { usageError, wrongNumber } from "../../../src/cli/usage-error.ts";

const RUN = `rollcall run <scenario>

provision the scenario's fleet

Options:
      --host      short for --set target.host=…
      --simulate  against a simulated ThingsBoard`;
const PROGRAM = "rollcall <command>\n\nLoad-tests";

describe("a mistake on the command line", () => {
  it.each([
    ["Not enough non-option arguments: got 0, need at least 1", "run", "run needs <scenario>."],
    ["Unknown argument: simulte", "run x --simulte", "There is no option --simulte. Did you mean --simulate?"],
    ["Unknown argument: zzz", "run x --zzz=3", "There is no option --zzz."],
    ["Unknown argument: y", "run x y", "y is one word too many."],
    [
      "Arguments simulate and host are mutually exclusive",
      "run x --simulate --host h",
      "--simulate and --host exclude each other: leave one of them out.",
    ],
    ["Not enough arguments following: set", "run x --set", "--set needs a value behind it."],
    [
      'Invalid values:\n  Argument: preset, Given: "foo", Choices: "instant", "slow"',
      "run x --preset foo",
      "--preset foo: write one of instant, slow.",
    ],
  ])("names what was typed: %s", (message, line, said) => {
    const error = usageError(message, line.split(" "), RUN);
    expect(error.message).toBe(said);
    expect(error.hint).toBe("See `rollcall run --help`.");
    expect(error.exitCode).toBe(2);
  });

  it("may be in the command itself", () => {
    const error = usageError("Did you mean run?", ["rnu", "x"], PROGRAM);
    expect(error.message).toBe("There is no command rnu. Did you mean run?");
    expect(error.hint).toBe("See `rollcall --help`.");
    expect(usageError("Unknown arguments: foo, x", ["foo", "x"], PROGRAM).message).toBe("There is no command foo.");
  });

  it("may be a number that is none", () => {
    expect(wrongNumber({ port: Number.NaN, rate: 3 }, ["run", "--port", "abc"])).toBe(
      "--port abc: that is not a number.",
    );
    expect(wrongNumber({ port: Number.NaN }, ["run", "--port=abc"])).toBe("--port abc: that is not a number.");
    expect(wrongNumber({ port: 3 }, ["run", "--port=3"])).toBeUndefined();
  });
});

it.each(["run", "repeat", "search", "cleanup", "view", "verify"])(
  "%s takes --out once, with exit code 2",
  async (command) => {
    const { code, stderr } = await rollcallInProcess([command, "nothing.yaml", "--out", "x", "--out", "y"]);
    expect(stderr).toContain("--out is there several times: x, y.");
    expect(code).toBe(2);
  },
);
