import { execFileSync } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rollcallHere, rollcallWith, temporaryFolder } from "./rollcall.ts";

const scenarioWith = (fleet: string, secret = '"${E2E_SECRET:-s}"', more = ""): string =>
  `name: bounded\nprovisioning: { key: k, secret: ${secret} }\nfleet: ${fleet}\nload: { burst: true }\n${more}`;
const small = scenarioWith("{ count: 3 }");

/** Far above what any of them takes alone, far below what they took: minutes, or for ever. */
const SOON_MS = 20_000;

describe.runIf(process.platform === "linux")(
  "input without an end, or without a sense, is one clear error soon:",
  () => {
    it.each([
      ["a secret from /dev/zero", scenarioWith("{ count: 3 }", "{ file: /dev/zero }"), "provisioning.secret.file"],
      ["a secret from a FIFO", scenarioWith("{ count: 3 }", "{ file: fifo }"), "it is a device or a pipe"],
      ["names from /dev/zero", scenarioWith("{ names: { file: /dev/zero } }"), "fleet.names.file"],
      ["an authority from /dev/zero", `${small}target: { tls: { ca: /dev/zero } }\n`, "target.tls.ca"],
      ["36 MB of comments", `${small}${`#${"x".repeat(98)}\n`.repeat(360_000)}`, "it has more than 1 MiB"],
      ["40 kB of brackets", `${small}thresholds: ${"[".repeat(40_000)}`, "nested too deep"],
      ["10^12 devices", scenarioWith("{ count: 1000000000000 }"), "fleet.count"],
    ])("%s", async (_, text, said) => {
      await using folder = await temporaryFolder();
      execFileSync("mkfifo", [join(folder.path, "fifo")]);
      const file = join(folder.path, "bounded.yaml");
      await writeFile(file, text);
      const began = performance.now();
      const { code, stderr } = await rollcallHere("validate", file).finished;
      expect(code).toBe(2);
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect(performance.now() - began).toBeLessThan(SOON_MS);
    });

    it.each(["/dev/zero", "a FIFO"])("a scenario that is %s", async (which) => {
      await using folder = await temporaryFolder();
      const fifo = join(folder.path, "fifo");
      execFileSync("mkfifo", [fifo]);
      const { code, stderr } = await rollcallHere("run", which === "a FIFO" ? fifo : which).finished;
      expect(code).toBe(2);
      expect(stderr).toContain("it is a device or a pipe: name a file");
    });

    it("a calibration that cannot be kept, before anything is measured", async () => {
      await using folder = await temporaryFolder();
      const file = join(folder.path, "bounded.yaml");
      await writeFile(file, small);
      const { code, stderr } = await rollcallWith({ HOME: "/proc", XDG_STATE_HOME: "" }, "calibrate", file).finished;
      expect(code).toBe(2);
      expect(stderr).toContain("The calibration cannot be kept in /proc/");
      expect(stderr).not.toContain("Running");
    });
  },
);

const KEPT = join(import.meta.dirname, "../golden/runs-0.1.0/whole");

describe.runIf(process.platform === "linux")("a plan.json without an end", () => {
  async function planWith(folder: string, change: (text: string) => string): Promise<string> {
    const run = join(folder, "run");
    await cp(KEPT, run, { recursive: true });
    const plan = join(run, "plan.json");
    await writeFile(plan, change(await readFile(plan, "utf8")));
    return run;
  }
  const admin = ["--admin-url", "http://127.0.0.1:1", "--admin-user", "a"];

  it("of 10^12 devices is one error in every command", async () => {
    await using folder = await temporaryFolder();
    const run = await planWith(folder.path, (text) => text.replaceAll(/"devices": \d+/g, '"devices": 1000000000000'));
    for (const command of [
      ["report", run],
      ["verify", run, "--port", "1"],
      ["resume", run, "--port", "1"],
      ["reconcile", run, ...admin],
      ["cleanup", run, ...admin, "--yes"],
      ["compare", run, "--", run],
    ]) {
      const { code, stderr } = await rollcallHere(...command).finished;
      expect({ command: command[0], code }).toEqual({ command: command[0], code: 2 });
      expect(stderr).toContain("devices: Too big: expected number to be <=200000000");
    }
  });

  it("whose authority is /dev/zero is one error", async () => {
    await using folder = await temporaryFolder();
    const run = await planWith(folder.path, (text) =>
      text.replace('"payload": "json"', '"payload": "json", "tls": { "caFile": "/dev/zero", "insecure": false }'),
    );
    const { code, stderr } = await rollcallHere("verify", run, "--port", "1").finished;
    expect(code).toBe(2);
    expect(stderr).toContain("The authority /dev/zero cannot be read: it is not a file.");
  });
});
