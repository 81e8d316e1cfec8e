import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { compactTime, createRunFolder, findRun, runFolderName } from "../../../src/runs/results/find-run.ts";
import { planOf } from "./plan.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const TIME = new Date("2026-11-25T03:15:00.250Z");

describe("run folder", () => {
  let results = "";
  beforeEach(() => {
    results = testFolder();
  });

  it("is named by scenario, time and id", () => {
    expect(compactTime(TIME)).toBe("20261125T031500Z");
    expect(runFolderName({ name: "My fleet/2", runId: "abc123" }, TIME)).toBe("My-fleet-2-20261125T031500Z-abc123");
  });

  it("holds the plan without its secrets", async () => {
    const folder = await createRunFolder(results, planOf([]), TIME);
    const text = await readFile(join(folder, "plan.json"), "utf8");
    expect(text).not.toContain("s3cret");
    expect(JSON.parse(text)).toMatchObject({ name: "test", runId: "abc123", provisioning: { secret: "[redacted]" } });
  });

  it("is found by path, name, short id and as the latest", async () => {
    const early = await createRunFolder(results, planOf([], { runId: "aaaaaa", name: "z" }), TIME);
    const late = await createRunFolder(results, planOf([], { runId: "bbbbbb", name: "a" }), new Date("2026-11-26"));
    expect(await findRun(early, "/nowhere")).toBe(early);
    expect(await findRun("z-20261125T031500Z-aaaaaa", results)).toBe(early);
    expect(await findRun("aaaaaa", results)).toBe(early);
    expect(await findRun("latest", results)).toBe(late);
  });

  it("says which runs there are when the one asked for is not there", async () => {
    await createRunFolder(results, planOf([]), TIME);
    await expect(findRun("nope", results)).rejects.toMatchObject({
      code: "no-such-run",
      hint: expect.stringContaining("test-20261125T031500Z-abc123") as string,
    });
    await expect(findRun("latest", "/nowhere")).rejects.toMatchObject({ code: "no-such-run" });
  });
});
