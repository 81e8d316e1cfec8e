import { expect, it } from "vitest";
import { rollcallInProcess } from "../support/in-process.ts";

interface Row {
  readonly low: number;
  readonly high: number;
  readonly measured: number;
  readonly holds: boolean;
}

/** The line of the table that begins so. */
function rowOf(stdout: string, statement: string): Row {
  const line = stdout.split("\n").find((each) => each.trim().startsWith(statement));
  if (line === undefined) throw new Error(`no ${statement} in\n${stdout}`);
  const [low = Number.NaN, high = Number.NaN] = (/([\d.]+) to ([\d.]+)/.exec(line) ?? []).slice(1).map(Number);
  const measured = Number(/([\d.]+)\S*( \S+)? +(ok|NO)$/.exec(line)?.[1]);
  return { low, high, measured, holds: line.endsWith("ok") };
}

/** Who stands still is a process; what is only measured needs none. */
const STANDING_STILL = ["server stands still for 2 s", "generator blocked for 2 s"];
const MEASURED = ["service time uniform 20 to 120 ms", "overload", "lost answers"];

/** Other work on the machine makes what is measured slower than it is, and nothing faster: so only that is held here. */
it("the self-test finds what the simulated server did, however busy the machine", async () => {
  const looked = async (checks: readonly string[], processes: boolean): Promise<string> => {
    const args = ["selftest", ...checks.flatMap((check) => ["--only", check])];
    const { stdout, code } = await rollcallInProcess(args, { processes });
    expect(code).toBe(/\bNO$/m.test(stdout) ? 5 : 0);
    return stdout;
  };
  const stdout = (await looked(STANDING_STILL, true)) + (await looked(MEASURED, false));
  const row = (statement: string): Row => rowOf(stdout, statement);

  for (const certain of [
    "uniform 20 to 120 ms: answers",
    "uniform 20 to 120 ms: histogram against raw values",
    "event loop blocked for 2 s: grade of the run",
    "5 % of answers lost: time-outs, as many as the server lost",
    "5 % of answers lost: time-outs in the histogram",
    "5 % of answers lost: p99 is the time-out",
  ]) {
    expect({ certain, ...row(certain) }).toMatchObject({ certain, holds: true });
  }
  for (const slowest of [
    "uniform 20 to 120 ms: p50",
    "uniform 20 to 120 ms: p90",
    "server still for 2 s: slow response times",
    "event loop blocked for 2 s: slow response times",
    "twice the capacity of 100/s: longest response time",
  ]) {
    const { low, measured } = row(slowest);
    expect({ slowest, enough: measured >= low, measured, low }).toMatchObject({ enough: true });
  }
  const rate = row("twice the capacity of 100/s: rate");
  expect(rate.measured).toBeLessThanOrEqual(rate.high);
}, 180_000);
