import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { block, type CiStep, isDue, readAction, readGitlab, readWorkflow } from "../support/ci-steps.ts";
import { openPlaces } from "../support/docs/places.ts";
import { openShell, type Ran } from "../support/docs/shell.ts";
import { makeRepeat, makeSide } from "../support/made-results.ts";
import { placeOf } from "../support/python-tool.ts";
import { testFolder } from "../support/temporary-folder.ts";

const CI = join(import.meta.dirname, "../../ci");
const ACTION = join(CI, "github/action.yml");
const GITLAB = join(CI, "gitlab/rollcall.yml");
const HELM = join(CI, "github/helm-upgrade.yml");

/** What a test cannot run, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  Node: "an action of GitHub's",
  "actions/checkout@v5": "an action of GitHub's",
  "actions/setup-node@v5": "an action of GitHub's",
  "actions/upload-artifact@v5": "an action of GitHub's",
  "Keep the reports": "an action of GitHub's",
  Install: "installs from npm, which scripts/try-package tries",
  Upgrade: "needs helm, kubectl and a cluster",
};

const SCENARIO = `name: fleet
provisioning: { key: "\${ROLLCALL_PROVISION_KEY}", secret: "\${ROLLCALL_PROVISION_SECRET}" }
fleet: { count: 10, credentials: access-token }
load: { burst: true }
`;
const SECRETS = {
  ROLLCALL_PROVISION_KEY: "4yr2pl8xk0vq7n1w",
  ROLLCALL_PROVISION_SECRET: "s9c3ret5of1this2profile",
  ROLLCALL_ADMIN_PASSWORD: "tenant",
};
/** Over HTTP no rules of MQTT are tried, which takes ten seconds a half. */
const OVER_HTTP = "--host tb.example.com --port 8080 --set target.transport=http";
const ADMIN = "--admin-url http://tb.example.com:8080 --admin-user tenant@thingsboard.org";

let folder: string;
let places: AsyncDisposable | undefined;
const [here, home] = [process.cwd(), process.env["HOME"]];
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places?.[Symbol.asyncDispose]());
beforeEach(() => {
  folder = testFolder();
  process.env["HOME"] = folder;
  writeFileSync(join(folder, "fleet.yaml"), SCENARIO);
});
afterEach(() => {
  process.chdir(here);
  if (home !== undefined) process.env["HOME"] = home;
});

const openRunner = () =>
  openShell(folder, {
    variables: { ...SECRETS, GITHUB_STEP_SUMMARY: join(folder, "summary.md"), RUNNER_TEMP: folder },
  });
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

/** By the name of each step that a runner would have run, in order: it stops at the first that fails, but for what is always done. */
async function runSteps(steps: readonly CiStep[]): Promise<ReadonlyMap<string, Ran>> {
  await using runner = await openRunner();
  const ran = new Map<string, Ran>();
  for (const step of steps) {
    const well = [...ran.values()].every(({ code }) => code === 0);
    if (!isDue(step, well) || NOT_RUN[step.name] !== undefined) continue;
    ran.set(step.name, await runner.run(block(step.run ?? "", step.variables)));
  }
  return ran;
}

/** A machine that is busy with other work may make a run void, which ends with 5; all else is as said. */
function codeOf(ran: ReadonlyMap<string, Ran>, name: string): number | undefined {
  const step = ran.get(name);
  if (step?.code === 5 && /\bvoid\b/.test(step.output)) return 0;
  if (step !== undefined && step.code !== 0) throw new Error(`${name} ended with ${step.code}:\n${step.output}`);
  return step?.code;
}

describe("the kit for CI", { timeout: 240_000 }, () => {
  it("has no step that is neither run here nor left out for a reason", () => {
    const steps = [...readAction(ACTION, { scenario: "s", package: "p" }), ...readWorkflow(HELM)];
    expect(steps.filter(({ name, run }) => run === undefined && NOT_RUN[name] === undefined)).toEqual([]);
    expect(steps.flatMap(({ run }) => run ?? []).join("\n")).not.toContain("${{");
  });

  it("GitHub's action sets the server up, runs, repeats, and cleans up after itself", async () => {
    const ran = await runSteps(
      readAction(ACTION, {
        scenario: "fleet.yaml",
        package: "./rollcall.tgz",
        target: "--host tb.example.com",
        admin: ADMIN,
        setup: "true",
        times: "1",
        cleanup: "true",
        baseline: "none-yet.json.gz",
      }),
    );
    for (const name of ["Set up the server", "Run"]) expect([name, codeOf(ran, name)]).toEqual([name, 0]);
    expect(read("summary.md")).toMatch(/^## rollcall: fleet\.yaml\n```text\n(?:Passed|Done|Not to be trusted)/);
    expect(readdirSync(join(folder, "rollcall-reports")).toSorted()).toEqual([
      "run.html",
      "run.json",
      "run.txt",
      "run.xml",
    ]);
    // After a run that a busy machine made void, nothing more is run.
    const went = (name: string): boolean => ran.get(name)?.code === 0;
    expect(went("Run") ? codeOf(ran, "Repeat") : 0).toBe(0);
    const none = "There is no baseline yet: nothing is compared.\n";
    expect(went("Repeat") ? ran.get("Compare with the baseline")?.output : none).toBe(none);
    expect(ran.get("Clean up the server")).toMatchObject({ code: 0, output: expect.stringMatching(/Deleted 10\./) });
  });

  it("GitHub's action keeps a baseline, and fails at a regression against it with a table in the summary", async () => {
    const results = join(folder, "rollcall-results");
    const given = { scenario: "fleet.yaml", package: "p", baseline: "baseline.json.gz" };
    const named = (save: string, ...names: readonly string[]) =>
      readAction(ACTION, { ...given, "save-baseline": save }).filter(({ name }) => names.includes(name));
    await makeRepeat(results, await makeSide(results, 50));
    const saved = await runSteps(named("baseline.json.gz", "Save the baseline"));
    expect(saved.get("Save the baseline")).toMatchObject({
      code: 0,
      output: expect.stringContaining("Kept in baseline.json.gz"),
    });
    mkdirSync(join(folder, "rollcall-reports"));
    rmSync(join(folder, ".bin"), { recursive: true });
    await makeRepeat(results, await makeSide(results, 60));
    const compared = await runSteps(named("next/baseline.json.gz", "Compare with the baseline", "Save the baseline"));
    expect(compared.get("Compare with the baseline")).toMatchObject({
      code: 3,
      output: expect.stringContaining("Regression: round trip p50"),
    });
    expect([...compared.keys()]).toEqual(["Compare with the baseline"]);
    expect(read("summary.md")).toMatch(/^\*\*Regression: [^]*\| round trip p90 \|/);
    expect(readdirSync(join(folder, "rollcall-reports")).toSorted()).toEqual(
      ["html", "md", "txt", "xml"].map((extension) => `comparison.${extension}`),
    );
  });

  it("GitLab's jobs run, keep a baseline, and fail at a regression against it", async () => {
    const { variables, jobs } = readGitlab(GITLAB);
    const filled = { ...variables, ROLLCALL_TARGET: "--host tb.example.com", ROLLCALL_TIMES: "1" };
    await using runner = await openRunner();
    const runLines = (lines: readonly string[] = []) => runner.run(block(lines.join("\n"), filled));
    const ran = new Map([["rollcall", await runLines(jobs["rollcall"])]]);
    expect(codeOf(ran, "rollcall")).toBe(0);
    expect(readdirSync(join(folder, "rollcall-reports")).toSorted()).toEqual(["run.html", "run.xml"]);
    const repeats = (line: string): boolean => line.startsWith("rollcall repeat ");
    const repeated = new Map([["repeat", await runLines(jobs["rollcall-baseline"]?.filter(repeats))]]);
    expect(codeOf(repeated, "repeat")).toBe(0);

    rmSync(join(folder, "results"), { recursive: true });
    const results = join(folder, "results");
    await makeRepeat(results, await makeSide(results, 50));
    // What its runs measured is said here, so that it is the same on every machine.
    const rest = (name: string) => jobs[name]?.filter((line) => !repeats(line));
    const saved = await runLines(rest("rollcall-baseline"));
    expect(saved).toMatchObject({ code: 0, output: expect.stringContaining("Kept in baseline.json.gz") });
    await makeRepeat(results, await makeSide(results, 60));
    // GitLab's API gives the artifact of the last good default branch.
    const curl = join(folder, ".bin/curl");
    writeFileSync(curl, '#!/bin/sh\ncase "$*" in *"JOB-TOKEN"*rollcall-baseline) ;; *) exit 22 ;; esac\n');
    chmodSync(curl, 0o755);
    const compared = await runLines(rest("rollcall-compare"));
    expect(compared).toMatchObject({ code: 3 });
    expect(read("rollcall-reports/comparison.md")).toMatch(/^\*\*Regression: /);
    expect(read("rollcall-reports/comparison.xml")).toContain("<failure");
    writeFileSync(curl, "#!/bin/sh\nexit 22\n");
    expect(await runLines(rest("rollcall-compare"))).toMatchObject({
      code: 0,
      output: expect.stringContaining("There is no baseline yet"),
    });
  });

  it("the check around a Helm upgrade has one report of both halves", async () => {
    const steps = readWorkflow(HELM).map((step) => ({
      ...step,
      variables: { ...step.variables, ...SECRETS, TIMES: "1", ADMIN: "", TARGET: OVER_HTTP },
    }));
    const ran = await runSteps(steps.map((step) => ({ ...step, condition: "always()" })));
    expect([...ran.keys()]).toEqual(["Before", "After"]);
    expect(codeOf(ran, "Before")).toBe(0);
    // One run a half cannot tell: 6, unless a busy machine made it void.
    expect([5, 6]).toContain(ran.get("After")?.code);
    expect(existsSync(join(folder, "rollcall-reports/upgrade.xml"))).toBe(true);
    expect(read("summary.md")).toContain("|");
  });

  const checker = placeOf("check-jsonschema");
  it.skipIf(checker === undefined)("is what GitHub and GitLab take (SKIPPED without check-jsonschema)", () => {
    for (const [schema, ...files] of [
      ["github-actions", ACTION],
      ["github-workflows", HELM, join(CI, "github/example-workflow.yml")],
      ["gitlab-ci", GITLAB],
    ]) {
      const { status, stdout } = spawnSync(checker ?? "", ["--builtin-schema", `vendor.${schema ?? ""}`, ...files], {
        encoding: "utf8",
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: "ok -- validation done\n" });
    }
  });
});
