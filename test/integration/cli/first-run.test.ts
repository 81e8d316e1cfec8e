import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const place = testFolder();

const UNSET = { ROLLCALL_PROVISION_KEY: undefined, ROLLCALL_PROVISION_SECRET: undefined };
const PROFILE = { name: "meters", key: "the-key", secret: "the-secret", strategy: "allow-create" } as const;

describe("a run without a scenario", () => {
  it("goes to the target, and leaves the scenario that it was", async () => {
    const simulator = await startSimulator({ host: "127.0.0.1", port: 0, preset: "instant", profiles: [PROFILE] });
    const saved = join(place, "saved.yaml");
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    const words = ["--key", "the-key", "--secret-env", "MY_SECRET", "--closed", "5", "--devices", "20"];
    const out = ["--out", join(place, "results"), "--quiet", "--json", "--generators", "1", "--save", saved];
    const variables = { ...UNSET, MY_SECRET: "the-secret" };
    const { stdout, stderr } = await rollcallInProcess(["run", target, ...words, ...out], { variables });
    expect(simulator.stats()).toMatchObject({ succeeded: 20, admitted: 20 });
    await simulator.close();
    expect(stdout + stderr).not.toContain("the-secret");
    expect(stderr).toContain(`This run as a scenario: ${saved}`);

    const text = readFileSync(saved, "utf8");
    expect(text).toContain("secret: ${MY_SECRET} #");
    expect(text).not.toContain("the-secret");
    const validated = await rollcallInProcess(["validate", saved], { variables });
    expect(validated).toMatchObject({ code: 0, stderr: "" });
    expect(validated.stdout).toContain("concurrency: 5");
    expect(await rollcallInProcess(["run", target, ...words, ...out], { variables })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is there already, and is left as it is") as string,
    });
  });

  it("keeps so many in flight for a time, and says how many it started", async () => {
    const simulator = await startSimulator({ host: "127.0.0.1", port: 0, preset: "instant", profiles: [PROFILE] });
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    const words = ["--key", "the-key", "--secret-env", "MY_SECRET", "--closed", "4", "--duration", "400ms"];
    const out = join(place, "timed");
    const variables = { ...UNSET, MY_SECRET: "the-secret" };
    const { stderr } = await rollcallInProcess(["run", target, ...words, "--out", out], { variables });
    const { succeeded } = simulator.stats();
    await simulator.close();
    expect(stderr).toContain("quick: at most 1,600 devices");
    const { ledger, phases, run } = z
      .object({
        ledger: z.looseObject({ imbalances: z.array(z.string()) }),
        phases: z.array(z.object({ shape: z.string() })),
        run: z.object({ id: z.string() }),
      })
      .parse(JSON.parse(readFileSync(join(out, readdirSync(out)[0] ?? "", "summary.json"), "utf8")));
    expect(succeeded).toBeGreaterThanOrEqual(4);
    expect(ledger).toMatchObject({
      planned: succeeded,
      connected: succeeded,
      dropped: 0,
      unreported: 0,
      imbalances: [],
    });
    expect(phases).toEqual([{ shape: "closed, 4 in flight for 400 ms" }]);
    const resumed = await rollcallInProcess(["resume", run.id, "--out", out, "--host", "127.0.0.1"], { variables });
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain("ends by time (load), so that no device of it is missing");
  });

  it.each([
    [["mqtt://tb:1883"], "No load is given."],
    [["mqtt://tb:1883", "--devices", "5"], "There is no provision key."],
    [["mqtt://tb:1883", "--devices", "5", "--key", "k"], "There is no provision secret."],
    [["mqtt://tb:1883", "--devices", "5", "--key", "k", "--secret-env", "NOT_SET"], "NOT_SET is not set"],
    [["coaps://tb", "--devices", "5"], "CoAP over DTLS is not supported"],
    [["scenarios/ramp.yaml", "--rate", "5"], "--rate is for a run without a file"],
    [["scenarios/ramp.yaml", "--secret-file", "s"], "--secret-file is for a run without a file"],
  ])("%j says what is missing, and sends nothing", async (args, words) => {
    const { code, stdout, stderr } = await rollcallInProcess(["run", ...args], { variables: UNSET });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(words);
  });
});

describe("a first scenario", () => {
  const answers = (...args: readonly string[]) => rollcallInProcess(["init", ...args], { variables: UNSET });

  it("is written with what was said, and its secrets are ignored by git", async () => {
    const file = join(place, "first.yaml");
    writeFileSync(join(place, ".gitignore"), "node_modules/");
    const secret = join(place, "secret.txt");
    const said = await answers(
      file,
      "--target",
      "mqtts://tb:8883",
      "--rate",
      "30/min",
      "--duration",
      "2m",
      "--secret-file",
      secret,
    );
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout).toContain(`rollcall run ${file} --simulate`);
    const ignored = readFileSync(join(place, ".gitignore"), "utf8");
    expect(ignored).toBe(
      "node_modules/\n# Credentials and results: written by rollcall init.\nsecret.txt\nprovision.env\nresults/\n",
    );
    // Its secret is not there yet, and it can be looked at all the same.
    const { code, stdout } = await rollcallInProcess(["validate", file], { variables: UNSET });
    expect(code).toBe(0);
    expect(stdout).toContain("devices: 60");

    const before = statSync(file).mtimeMs;
    expect(await answers(file, "--target", "mqtt://tb")).toMatchObject({ code: 2, stdout: "" });
    expect(statSync(file).mtimeMs).toBe(before);
    await answers(join(place, "second.yaml"), "--target", "mqtt://tb", "--secret-file", secret);
    expect(readFileSync(join(place, ".gitignore"), "utf8")).toBe(ignored);
  });

  it("needs a target where nobody can be asked", async () => {
    const { code, stderr } = await answers(join(place, "none.yaml"));
    expect(code).toBe(2);
    expect(stderr).toContain("Where is ThingsBoard?");
    expect(stderr).toContain("--target");
  });
});
