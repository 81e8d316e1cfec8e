import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { cp, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { DEFAULT_PROFILE } from "../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { rollcallInProcess, type Said } from "../support/in-process.ts";
import { temporaryFolder } from "./rollcall.ts";

const SIZE = 512 * 1_024;

/** File systems are mounted by root alone. */
const may = process.platform === "linux" && process.getuid?.() === 0 && mountable();

it.skipIf(may)("SKIPPED, no file system can be mounted here (root on Linux can)", () => expect(may).toBe(false));

const SCENARIO = `
name: full
target: { host: 127.0.0.1 }
provisioning: { key: ${DEFAULT_PROFILE.key}, secret: "\${FULL_SECRET}", profile: full }
fleet: { count: 4 }
load: { closed: { concurrency: 4 } }
thresholds: []
generators: 1
`;

describe.skipIf(!may)("a disk that is full", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let simulator: Simulator;
  let disk: string;
  let kept: string;
  let scenario: string;
  let run: string;
  /** Of which no device was asked for. */
  let open: string;

  const at = (): readonly string[] => ["--port", String(simulator.port)];
  const admin = (): readonly string[] => [
    "--admin-url",
    `http://127.0.0.1:${simulator.httpPort}`,
    "--admin-user",
    "tenant@thingsboard.org",
  ];
  const rollcall = (...args: readonly string[]): Promise<Said> =>
    rollcallInProcess(args, {
      folder: folder.path,
      variables: {
        FULL_SECRET: DEFAULT_PROFILE.secret,
        ROLLCALL_ADMIN_PASSWORD: "tenant",
        HOME: disk,
        XDG_STATE_HOME: join(disk, "state"),
        XDG_CACHE_HOME: join(disk, "cache"),
      },
    });

  beforeAll(async () => {
    folder = await temporaryFolder();
    disk = join(folder.path, "disk");
    kept = join(folder.path, "kept");
    scenario = join(folder.path, "full.yaml");
    await writeFile(scenario, SCENARIO);
    simulator = await startSimulator({ profiles: [{ ...DEFAULT_PROFILE, name: "full" }], http: {} });
    mkdirSync(disk);
    mount(disk);
    const { stderr } = await rollcall("run", scenario, ...at(), "--quiet", "--out", kept);
    const [name] = await readdir(kept);
    if (name === undefined) throw new Error(`no run: ${stderr}`);
    run = join(disk, "results", name);
    await cp(kept, join(disk, "results"), { recursive: true });
    open = join(disk, "results", "open-20260101T000000Z-abc123");
    await cp(run, open, { recursive: true, filter: (path) => path === run || path.endsWith("plan.json") });
    // It was left long ago.
    await utimes(join(open, "plan.json"), 0, 0);
    fill(join(disk, "filler"));
  });
  afterAll(async () => {
    spawnSync("umount", ["-l", disk]);
    await simulator.close();
    await folder[Symbol.asyncDispose]();
  });

  const to = (name: string): string => join(disk, name);
  const quick = ["--devices", "2", "--key", "k", "--secret-env", "FULL_SECRET"];
  const results = (): readonly string[] => ["--out", to("results")];

  const NO_SPACE = /(?:cannot be (?:written|kept)|can no longer be written).*: ENOSPC/;
  /** Before anything is sent. */
  const NO_ROOM = /has 0 MiB free; a run of \S+ devices? needs about \d+ MiB/;
  /** Nor a simulator started. */
  const NOTHING_STARTED = /^rollcall: \S+ has 0 MiB free; a run of /;
  const sets = ["strategy=pre-provisioned", "profile=before", "key=before-key"].map((set) => `provisioning.${set}`);
  const prepared = [...sets, "fleet.prefix=before"].flatMap((set) => ["--set", set]);

  /** Everything that writes; 2: nothing was sent, 5: something was. */
  const writers: readonly (readonly [string, number, RegExp, () => readonly string[]])[] = [
    ["run", 2, NO_ROOM, () => ["run", scenario, ...at(), "--quiet", ...results()]],
    ["run --simulate", 2, NOTHING_STARTED, () => ["run", scenario, "--simulate", ...results()]],
    ["search --simulate", 2, NOTHING_STARTED, () => ["search", scenario, "--simulate", ...results()]],
    [
      "run --save",
      2,
      NO_SPACE,
      () => ["run", `mqtt://127.0.0.1:${simulator.port}`, ...quick, "--save", to("saved.yaml")],
    ],
    ["run -o", 5, NO_SPACE, () => ["run", scenario, ...at(), "--quiet", "--html", "-o", to("a.html"), "--out", kept]],
    ["repeat", 2, NO_ROOM, () => ["repeat", scenario, ...at(), "--times", "5", ...results()]],
    ["search", 2, NO_ROOM, () => ["search", scenario, ...at(), "--criterion", "failureRate<1%", ...results()]],
    [
      "upgrade-check before",
      5,
      NO_SPACE,
      () => ["upgrade-check", "before", scenario, ...at(), ...admin(), ...results()],
    ],
    ["resume", 2, NO_ROOM, () => ["resume", open, ...at(), ...results()]],
    ["verify", 5, NO_SPACE, () => ["verify", run, ...at(), ...results()]],
    ["report -o", 2, NO_SPACE, () => ["report", run, "-f", "html", "-o", to("report.html")]],
    ["report -o of several", 2, NO_SPACE, () => ["report", run, "-f", "json", "-f", "junit", "-o", to("reports/")]],
    ["report -o /dev/full", 2, NO_SPACE, () => ["report", run, "-o", "/dev/full"]],
    ["compare -o", 2, NO_SPACE, () => ["compare", run, "-f", "markdown", "-o", to("compared.md"), "--", run]],
    ["export to a folder", 2, NO_SPACE, () => ["export", run, "-o", to("for-support")]],
    ["export to a file", 2, NO_SPACE, () => ["export", run, "-o", to("for-support.tar.gz")]],
    ["baseline save", 2, NO_SPACE, () => ["baseline", "save", to("baseline.json"), run]],
    ["label", 5, /labels\.json cannot be written: ENOSPC/, () => ["label", run, "build=1", "--note", "x".repeat(200)]],
    ["reconcile", 5, NO_SPACE, () => ["reconcile", run, ...admin()]],
    ["cleanup", 5, NO_SPACE, () => ["cleanup", run, ...admin(), "--yes"]],
    ["setup", 5, NO_SPACE, () => ["setup", scenario, ...prepared, ...admin(), ...results()]],
    ["calibrate", 2, NO_SPACE, () => ["calibrate", scenario, ...results()]],
    ["init", 2, NO_SPACE, () => ["init", to("first.yaml"), "--target", "mqtt://127.0.0.1", "--devices", "1"]],
  ];

  it.each(writers)("ends %s with one message, its exit code %i, and no stack", async (_, code, message, args) => {
    const said = await rollcall(...args());
    expect(said).toMatchObject({ code, stderr: expect.stringMatching(message) });
    expect(said.stderr.match(/^rollcall: /gm)).toHaveLength(1);
    expect(said.stdout + said.stderr).not.toMatch(/^ {4}at /m);
  });

  it("that may only be read is one message as well, and what is there is shown", async () => {
    spawnSync("mount", ["-o", "remount,ro", disk]);
    const [labelled, ran, reported, shown] = await Promise.all([
      rollcall("label", run, "build=1"),
      rollcall("run", scenario, ...at(), "--quiet", ...results()),
      rollcall("report", run, "-o", to("report.txt")),
      rollcall("report", run),
    ]);
    spawnSync("mount", ["-o", "remount,rw", disk]);
    expect([labelled.code, ran.code, reported.code]).toEqual([5, 2, 2]);
    // It writes its files again as well, and says that it cannot; what was asked for is there, and the code is the run's.
    expect(shown.code).toBe(EXIT.pass);
    expect(shown.stdout).toContain("4 of 4");
    for (const { stderr } of [labelled, ran, reported, shown]) {
      expect(stderr).toContain("read-only file system");
      expect(stderr.match(/^rollcall: /gm)).toHaveLength(1);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });

  it("is a problem for the doctor, and nothing for a view, whose index is a cache, nor for prune, which makes room", async () => {
    const examined = await rollcall("doctor", scenario, ...at(), ...results());
    expect(examined.code).toBe(EXIT.usage);
    // Where its lines end depends on how long the path of the folder is.
    const told = examined.stdout.replaceAll(/\s+/g, " ");
    expect(told).toMatch(/PROBLEM results \S+ has 0 MiB free; a run of 4/);
    const viewed = await rollcall("view", to("results"), "--list");
    expect(viewed).toMatchObject({ code: EXIT.pass, stderr: "", stdout: expect.stringContaining("full") });
    const pruned = await rollcall("prune", ...results(), "--keep", "0", "--yes");
    expect(pruned).toMatchObject({ code: EXIT.pass, stdout: expect.stringContaining("2 folders gone.") });
  });
});

function mount(path: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", path]).status === 0;
}

function mountable(): boolean {
  const path = `/tmp/rollcall-mountable-${process.pid}`;
  mkdirSync(path);
  const mounted = mount(path);
  if (mounted) spawnSync("umount", [path]);
  rmSync(path, { recursive: true });
  return mounted;
}

/** Until not one byte more has room. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (let size = SIZE; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break;
      } catch {
        // No room for that much.
      }
    }
  } finally {
    closeSync(file);
  }
}
