import { describe, expect, it } from "vitest";
import { loginDevice } from "../../../src/generator/login-device.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { RollCallEntry, Verdict } from "../../../src/model/outcome.ts";
import type { Login, Route } from "../../../src/model/ports.ts";
import { seq, us } from "../../../src/model/units.ts";
import { tokenOf } from "../../support/shard-harness.ts";

const CONNECTED: Verdict = { state: "connected" };
const REFUSED: Verdict = { state: "refused", code: 5, reason: "5 not authorised" };
const SILENT: Verdict = { state: "unreachable", kind: "accept-timeout", detail: "no CONNACK" };

const NOBODY: Login = {
  login: () => Promise.reject(new Error("nobody logs in here")),
  close: () => Promise.resolve(),
};

/** Each place gives its verdict; `stop` is aborted by the login at that index, before it has its verdict. */
async function call(verdicts: readonly Verdict[], stopAt?: number) {
  const abort = new AbortController();
  const calls: RollCallEntry[] = [];
  let held = 0;
  let closed = 0;
  let turns = 0;
  const places = verdicts.map((verdict, index): Route => ({
    name: `node${index}:1883`,
    provisioner: { provision: () => Promise.reject(new Error("not asked")), close: () => Promise.resolve() },
    login: {
      async login(_credentials, mark) {
        mark("connected", `10.0.0.${index}:1883`);
        if (index === stopAt) abort.abort();
        const session = { lost: new Promise<string>(() => undefined), close: async () => void (closed += 1) };
        return { verdict, session: verdict.state === "connected" ? session : undefined };
      },
      close: () => Promise.resolve(),
    },
  }));
  await loginDevice(
    {
      clock: { now: () => us(0), sleepUntil: () => Promise.resolve() },
      login: NOBODY,
      routes: {
        take: () => {
          throw new Error("nobody is provisioned");
        },
        free: () => undefined,
        logins: () => places,
        close: () => Promise.resolve(),
      },
      sink: {
        add: (entry: Entry) => void (entry.kind === "roll-call" && calls.push(entry.entry)),
        failed: new Promise(() => undefined),
        close: () => Promise.resolve(),
      },
      keep: () => void (held += 1),
    },
    { seq: seq(3), name: "rc-3", credentials: tokenOf(3), place: "node0:1883" },
    "after",
    abort.signal,
    async () => void (turns += 1),
  );
  return { calls, held, closed, turns };
}

describe("a device that logs in at several places", () => {
  it("has a line for each login, and the worst of them as its verdict on the last", async () => {
    const { calls, held, closed, turns } = await call([CONNECTED, REFUSED, SILENT, CONNECTED]);
    expect(calls.map(({ place, peer, more }) => [place, peer, more])).toEqual([
      ["node0:1883", "10.0.0.0:1883", 3],
      ["node1:1883", "10.0.0.1:1883", 2],
      ["node2:1883", "10.0.0.2:1883", 1],
      ["node3:1883", "10.0.0.3:1883", undefined],
    ]);
    expect(calls.map(({ device }) => device)).toEqual([undefined, undefined, undefined, REFUSED]);
    expect(calls.every(({ issuedAt }) => issuedAt === "node0:1883")).toBe(true);
    // Of its sessions the last is held, the others are closed; the first login has had its turn already.
    expect({ held, closed, turns }).toEqual({ held: 1, closed: 1, turns: 3 });
  });

  it("says nothing more where all agree", async () => {
    const { calls } = await call([CONNECTED, CONNECTED]);
    expect(calls.map(({ more, device }) => [more, device])).toEqual([
      [1, undefined],
      [undefined, undefined],
    ]);
  });

  it("is not called, as far as anybody knows, where a stop came between its logins", async () => {
    const { calls } = await call([CONNECTED, CONNECTED, CONNECTED], 1);
    expect(calls.map(({ verdict, more, device }) => [verdict.state, more, device?.state])).toEqual([
      ["connected", 2, undefined],
      ["connected", undefined, "uncalled"],
    ]);
    const { calls: refused } = await call([REFUSED, CONNECTED, CONNECTED], 1);
    expect(refused.at(-1)?.device).toEqual(REFUSED);
  });
});
