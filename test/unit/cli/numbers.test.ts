import { describe, expect, it } from "vitest";
import { wrongNumber } from "../../../src/cli/numbers.ts";
import { rollcallInProcess } from "../../support/in-process.ts";

const BUS = "run s.yaml --bus nats://127.0.0.1:1 --workers 2";
const REST = "--admin-url http://127.0.0.1:1 --admin-user a";

/** Command lines, an option, a value that it does not take, and what it takes. */
const WRONG: readonly (readonly [line: string, option: string, value: string, takes: string, example: string])[] = [
  ["run s.yaml", "port", "http", "a whole number from 1 to 65535", "1883"],
  ["run s.yaml", "port", "0", "a whole number from 1 to 65535", "1883"],
  ["run s.yaml", "generators", "1.5", "a whole number of at least 1", "2"],
  ["run s.yaml", "scale", "0", "a number above 0", "0.1"],
  ["run s.yaml", "devices", "-1", "a whole number of at least 1", "1000"],
  ["run mqtt://h:1883", "closed", "0", "a whole number of at least 1", "10"],
  ["run s.yaml", "dashboard", "65536", "a whole number from 0 to 65535", "8080"],
  [BUS, "wait", "3x", "a time from 1 s to 86400 s", "5m"],
  [BUS, "wait", "0", "a time from 1 s to 86400 s", "5m"],
  [BUS, "wait", "2d", "a time from 1 s to 86400 s", "5m"],
  [BUS, "lease", "1s", "a time from 2 s to 3600 s", "15s"],
  ["run s.yaml --bus nats://127.0.0.1:1", "workers", "two", "a whole number from 1 to 10000", "2"],
  [BUS, "generators-per-worker", "0", "a whole number from 1 to 1000", "2"],
  ["repeat s.yaml", "times", "0", "a whole number of at least 1", "10"],
  ["repeat s.yaml", "cool-down", "-1", "a time of at least 0 s", "5s"],
  ["search s.yaml", "start", "0", "a number above 0", "50"],
  ["search s.yaml", "lowest", "-3", "a number above 0", "50"],
  ["search s.yaml", "highest", "x", "a number above 0", "50"],
  ["search s.yaml", "resolution", "0", "a number above 0", "0.05"],
  ["search s.yaml", "confirmations", "0", "a whole number of at least 1", "2"],
  ["search s.yaml", "duration", "0s", "a time above 0", "20s"],
  ["search s.yaml", "warm-up", "1.5", "a whole number of at least 0", "100"],
  ["search s.yaml", "cool-down", "soon", "a time of at least 0 s", "5s"],
  ["search s.yaml", "most-trials", "0", "a whole number of at least 1", "30"],
  ["compare a --against b", "minimum-effect", "1", "a number between 0 and 1", "0.05"],
  ["baseline compare f a", "level", "0", "a number between 0 and 1", "0.05"],
  [`cleanup r ${REST}`, "rate", "0", "a number above 0", "50"],
  ["init f.yaml", "devices", "1.5", "a whole number of at least 1", "1000"],
  ["prune", "keep", "-1", "a whole number of at least 0", "20"],
  ["resume r", "max-devices", "0", "a whole number of at least 1", "5000"],
  ["simulate", "port", "-1", "a whole number from 0 to 65535", "1883"],
  ["simulate", "http-port", "65536", "a whole number from 0 to 65535", "8080"],
  ["simulate", "coap-port", "1.5", "a whole number from 0 to 65535", "5683"],
  ["simulate", "tls-port", "x", "a whole number from 0 to 65535", "8883"],
  ["simulate", "cores", "65", "a whole number from 1 to 64", "4"],
  ["simulate", "tenants", "21", "a whole number from 1 to 20", "2"],
  ["simulate", "seed", "x", "a number", "7"],
  ["upgrade-check before s.yaml", "times", "1.5", "a whole number of at least 1", "10"],
  ["upgrade-check before s.yaml", "cool-down", "x", "a time of at least 0 s", "5s"],
  ["verify r", "concurrency", "0", "a whole number of at least 1", "10"],
  ["verify r", "rate", "-1", "a number above 0", "50"],
  ["view", "limit", "-1", "a whole number of at least 0", "40"],
  ["worker --bus nats://127.0.0.1:1", "cores", "0", "a whole number of at least 1", "4"],
  ["calibrate s.yaml", "generators", "0", "a whole number of at least 1", "2"],
];

describe("a number that an option does not take", () => {
  it.each(WRONG)("%s --%s %s", async (line, option, value, takes, example) => {
    const { code, stderr } = await rollcallInProcess([...line.split(" "), `--${option}=${value}`]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `rollcall: --${option} ${value} is not ${takes}.\nWrite for example --${option} ${example}.\n`,
    });
  });

  it("is shown as it was typed, behind a blank or an equals sign, or not at all", () => {
    const of = (...args: readonly string[]) => wrongNumber({ _: ["run"], port: Number.NaN }, ["port"], args)?.message;
    expect(of("run", "--port", "abc")).toBe("--port abc is not a whole number from 1 to 65535.");
    expect(of("run", "--port=a=b")).toBe("--port a=b is not a whole number from 1 to 65535.");
    expect(of("run", "--port=")).toBe("--port needs a value behind it.");
    expect(wrongNumber({ _: ["run"], port: 3 }, ["port"], ["run", "--port=3"])).toBeUndefined();
  });

  it("cannot be one of an option of which nothing is known", () => {
    expect(() => wrongNumber({ _: ["run"] }, ["port", "legs"], [])).toThrow("nothing says what numbers --legs takes");
  });
});

describe("a time", () => {
  it.each(["90", "90s", "1m30s", "1.5m"])("may be %s", async (text) => {
    const { stderr } = await rollcallInProcess([
      "run",
      "nothing.yaml",
      "--bus",
      "nats://127.0.0.1:1",
      `--wait=${text}`,
    ]);
    // What is missing is next.
    expect(stderr).toContain("--bus needs --workers.");
  });

  it("of a shorter load says what may be written", async () => {
    const { code, stderr } = await rollcallInProcess(["validate", "nothing.yaml", "--duration", "3x"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "rollcall: --duration 3x is not a time above 0.\nWrite for example --duration 30s, or 2m, or 1h30m.\n",
    });
  });
});
