import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROLLCALL_VERSION } from "../../../src/model/version.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const QUICKSTART = join(import.meta.dirname, "../../../scenarios/quickstart.yaml");

describe("the whole program in one process", () => {
  let folder: string;
  beforeAll(async () => {
    folder = testFolder();
  });

  it("says its version on standard output alone", async () => {
    expect(await rollcallInProcess(["--version"])).toEqual({ code: 0, stdout: `${ROLLCALL_VERSION}\n`, stderr: "" });
  });

  it("says its help where a command is missing, and exits with 2", async () => {
    const { code, stdout, stderr } = await rollcallInProcess([]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Exit codes:");
    expect(stderr).toContain("There is no command.");
  });

  it("lets nothing that was typed steer the terminal", async () => {
    const hostile = "\u001b[2J\u009b31m\r\u202e";
    for (const args of [
      ["report", hostile],
      [hostile],
      ["report", `--${hostile}`],
      ["validate", QUICKSTART, "--set", `${hostile}=1`],
      ["validate", QUICKSTART, "--set", `load=${hostile}`],
    ]) {
      const { code, stderr } = await rollcallInProcess(args);
      expect(code).toBe(2);
      expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
  });

  it("runs a scenario against the embedded simulator, and makes its report again to the byte", async () => {
    const load = ["load={closed: {concurrency: 5}}", "fleet.count=20", "thresholds=[]"].flatMap((set) => [
      "--set",
      set,
    ]);
    const options = ["--simulate", "--preset", "instant", "--quiet", "--out", folder];
    const ran = await rollcallInProcess(["run", QUICKSTART, ...options, ...load]);
    expect(ran.stdout).toContain("20 of 20 devices provisioned");
    expect(await readdir(folder)).toHaveLength(1);
    const again = await rollcallInProcess(["report", "latest", "--out", folder]);
    expect(again.stdout).toBe(ran.stdout);
  });
});
