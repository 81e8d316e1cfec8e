import { describe, expect, it } from "vitest";
import { findOwner, outlivesOthers } from "../../../src/processes/owner.ts";
import type { ProcessEntry, ProcessTable } from "../../../src/processes/process-table.ts";

const SELF = 100;

/** Processes from this one upwards: [pid, command, session]. All live until `kill`, which hands the children to process 1. */
function processes(chain: readonly (readonly [number, string, number?])[], more: Partial<ProcessTable> = {}) {
  const entries = new Map<number, ProcessEntry>();
  chain.forEach(([pid, command, session = 7], index) => {
    const parent = chain[index + 1]?.[0] ?? 1;
    entries.set(pid, { parent, session, command, ignoresHangUp: command.startsWith("(ignores SIGHUP)") });
  });
  const table: ProcessTable = {
    self: SELF,
    parent: () => entries.get(SELF)?.parent ?? 1,
    entry: (pid) => entries.get(pid),
    standardInputFlags: () => 0,
    ...more,
  };
  const kill = (victim: number): void => {
    entries.delete(victim);
    for (const [pid, entry] of entries) if (entry.parent === victim) entries.set(pid, { ...entry, parent: 1 });
  };
  return { table, kill };
}

const NPM = { npm_lifecycle_event: "start", npm_config_user_agent: "npm/11.19.1 node/v20" };
const UNDER_NPM = [
  [SELF, "node src/cli/main.ts run"],
  [90, "sh -c node src/cli/main.ts run"],
  [80, "npm start"],
  [70, "bash"],
] as const;
const IN_CI = [
  [SELF, "node src/cli/main.ts run"],
  [90, "bash -e step.sh"],
  [80, "Runner.Worker"],
] as const;
const ANY = { runner: true };

describe("the owner of a program", () => {
  it.each([90, 80])("under npm is lost with process %i of those up to npm", (victim) => {
    const { table, kill } = processes(UNDER_NPM);
    const owner = findOwner(table, NPM, ANY);
    expect([owner?.name, owner?.isGone()]).toEqual(["npm", false]);
    kill(victim);
    expect(owner?.isGone()).toBe(true);
  });

  it("under npm is not the shell in which npm was typed", () => {
    const { table, kill } = processes(UNDER_NPM);
    const owner = findOwner(table, NPM, ANY);
    kill(70);
    expect(owner?.isGone()).toBe(false);
  });

  it.each([
    ["npm exec", "npx"],
    ["/usr/bin/node /usr/lib/node_modules/pnpm/bin/pnpm.cjs run load", "pnpm"],
    ["node /usr/share/yarn/bin/yarn.js load", "yarn"],
  ])("is seen in %s", (command) => {
    const { table, kill } = processes([[SELF, "node"], [90, "sh -c node"], [80, command], [70, "zsh"]]); // prettier-ignore
    const owner = findOwner(table, NPM, ANY);
    kill(70);
    expect(owner?.isGone()).toBe(false);
    kill(80);
    expect(owner?.isGone()).toBe(true);
  });

  it.each([90, 80])("in CI is lost with process %i of those up to the runner", (victim) => {
    const { table, kill } = processes(IN_CI);
    const owner = findOwner(table, { CI: "true" }, ANY);
    expect([owner?.name, owner?.isGone()]).toEqual(["the CI runner", false]);
    kill(victim);
    expect(owner?.isGone()).toBe(true);
  });

  it.each([
    ["started by a shell alone", UNDER_NPM, {}, ANY],
    ["in CI, where it is a simulator", IN_CI, { CI: "true" }, { runner: false }],
    ["with CI=false", IN_CI, { CI: "false" }, ANY],
    ["told so", UNDER_NPM, { ...NPM, ROLLCALL_OWNER: "none" }, ANY],
    ["started by nohup from bash", UNDER_NPM, { ...NPM, _: "/usr/bin/nohup" }, ANY],
    [
      "in a session of its own under npm",
      [
        [SELF, "node", SELF],
        [90, "sh"],
        [80, "npm start"],
      ],
      NPM,
      ANY,
    ],
    [
      "of a shell that ignores SIGHUP",
      [
        [SELF, "node"],
        [90, "(ignores SIGHUP) sh"],
        [80, "npm start"],
      ],
      NPM,
      ANY,
    ],
    ["already a child of process 1", [[SELF, "node"]], NPM, ANY],
  ] as const)("is nobody: %s", (_, chain, environment, mayOwn) => {
    expect(findOwner(processes(chain).table, environment, mayOwn)).toBeUndefined();
  });

  it("is nobody where nohup has closed standard input for reading", () => {
    const O_WRONLY_O_CLOEXEC = 0o2000001;
    const { table } = processes(UNDER_NPM, { standardInputFlags: () => O_WRONLY_O_CLOEXEC });
    expect(outlivesOthers(table, NPM)).toBe(true);
    expect(findOwner(table, NPM, ANY)).toBeUndefined();
  });

  it("is the parent alone on a system without /proc", () => {
    let parent = 90;
    const { table } = processes([], { parent: () => parent, standardInputFlags: () => undefined });
    const owner = findOwner(table, NPM, ANY);
    expect(owner?.isGone()).toBe(false);
    parent = 1;
    expect(owner?.isGone()).toBe(true);
  });
});
