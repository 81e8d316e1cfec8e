import { describe, expect, it } from "vitest";
import { rollcallInProcess } from "../../support/in-process.ts";
import { usageError } from "../../../src/cli/usage-error.ts";

const RUN = `rollcall run <scenario>

provision the scenario's fleet

Options:
      --html      a page
      --ca        a file
      --host      short for --set target.host=…
      --simulate  against a simulated ThingsBoard`;
const PROGRAM = "rollcall <command>\n\nLoad-tests";

describe("a mistake on the command line", () => {
  it.each([
    ["Not enough non-option arguments: got 0, need at least 1", "run", "run needs <scenario>."],
    ["Unknown argument: simulte", "run x --simulte", "There is no option --simulte. Did you mean --simulate?"],
    ["Unknown argument: zzz", "run x --zzz=3", "There is no option --zzz."],
    [
      "Unknown argument: f",
      "run x -f html",
      "There is no option -f: each report has one of its own, as --html or --junit; of a run that has ended: rollcall report <run> -f html",
    ],
    ["Unknown argument: q", "run x -q", "There is no option -q."],
    ["Unknown arguments: dry-run, dryRun", "run x --dry-run", "There is no option --dry-run."],
    ["Unknown argument: y", "run x y", "y is one word too many."],
    [
      "Arguments simulate and host are mutually exclusive",
      "run x --simulate --host h",
      "--simulate and --host exclude each other: leave one of them out.",
    ],
    ["Not enough arguments following: set", "run x --set", "--set needs a value behind it."],
    ["Unknown argument: hos", "run x --host h --hos i", "There is no option --hos. Did you mean --host?"],
    ["Missing required argument: bus", "run x", "run needs --bus."],
    ["Implications failed:\n bus-cert -> bus-key", "run x --bus-cert c.pem", "--bus-cert needs --bus-key."],
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

  it("is not taken for an option where it may be left out", () => {
    const message = 'Invalid values:\n  Argument: name, Given: "xyz", Choices: "scenario", "plan"';
    const error = usageError(message, ["schema", "xyz"], "rollcall schema [name]\n\nprint it\n\nOptions:\n  --help");
    expect(error.message).toBe("schema xyz: write one of scenario, plan.");
  });

  it("may be in the command itself", () => {
    const error = usageError("Did you mean run?", ["rnu", "x"], PROGRAM);
    expect(error.message).toBe("There is no command rnu. Did you mean run?");
    expect(error.hint).toBe("See `rollcall --help`.");
    expect(usageError("Unknown arguments: foo, x", ["foo", "x"], PROGRAM).message).toBe("There is no command foo.");
  });
});

describe("an option for one value, given twice", () => {
  it.each([
    ...["run", "repeat", "search", "cleanup", "view", "verify"].map((command) => `${command} nothing --out x --out y`),
    "simulate --port 1 --port 2",
    "validate nothing --scale 0.1 --scale 0.2",
    "worker --bus a --bus b",
    "conformance mqtt://127.0.0.1:1 --key a --key b",
    "export nothing -o a -o b",
  ])("is refused: %s", async (line) => {
    const { code, stderr } = await rollcallInProcess(line.split(" "));
    expect(stderr).toMatch(/^rollcall: --?[a-z]+ is there several times: give it once\.\n/);
    expect(code).toBe(2);
  });

  it("shows no secret", async () => {
    const line = "run mqtt://127.0.0.1:1 --key k --secret hush --secret hushed --rate 5 --duration 5s";
    const { code, stderr } = await rollcallInProcess(line.split(" "));
    expect(stderr).toContain("--secret is there several times: give it once.");
    expect(stderr).not.toContain("hush");
    expect(code).toBe(2);
  });

  it.each([
    "validate nothing.yaml --set a=1 --set b=2",
    "run nothing.yaml --watch-server systemInfo --watch-server prometheus=http://a/",
    "run nothing.yaml --admin-url http://a --admin-url http://b",
  ])("may be one that takes several: %s", async (line) => {
    const { stderr } = await rollcallInProcess(line.split(" "));
    expect(stderr).toContain("nothing.yaml");
    expect(stderr).not.toContain("several times");
  });
});
