import { expect, it } from "vitest";
import type { ProcessorTimes } from "../../src/record/health-probe.ts";
import { rollcallInProcess } from "../support/in-process.ts";
import { temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** A machine of which others have so much, all the time; in so many ticks that this process counts for nothing. */
function machine(others: number): () => ProcessorTimes {
  let readings = 0;
  return () => {
    readings += 1;
    return { busy: readings * others * 1e9, stolen: 0, all: readings * 1e9 };
  };
}

it("run, repeat, calibrate and doctor say before the load that other work has the processors, and go on", async () => {
  await using folder = await temporaryFolder();
  const file = await writeScenario(folder.path);
  const said = async (others: number, ...args: readonly string[]) =>
    rollcallInProcess([...args, "--out", folder.path], {
      processors: machine(others),
      folder: folder.path,
      variables: { XDG_STATE_HOME: `${folder.path}/state` },
    });
  const words = "This machine is busy: other work has 60 % of the processors. The run may be void.";
  for (const args of [
    ["run", file, "--simulate"],
    ["repeat", file, "--simulate", "--times", "1", "--cool-down", "0"],
    ["calibrate", file],
  ]) {
    const { stderr, code } = await said(0.6, ...args);
    expect(stderr).toContain(`warning: ${words}`);
    expect(code).not.toBe(2);
  }
  expect((await said(0.1, "run", file, "--simulate")).stderr).not.toContain("busy");
  const { stdout } = await said(0.6, "doctor", file, "--simulate");
  expect(stdout).toMatch(/processors +other work has 60 % of the processors\n/);
});
