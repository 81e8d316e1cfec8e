import { describe, expect, it } from "vitest";
import { describeVerification } from "../../../src/runs/verify/verification-text.ts";
import { exitCodeOf, type Verification, verifyRoll } from "../../../src/runs/verify/verify-roll.ts";
import type { Issued } from "../../../src/model/entry.ts";
import type { Verdict } from "../../../src/model/outcome.ts";
import type { Login } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, us } from "../../../src/model/units.ts";

/** Admits whoever has the token "good". */
function doorkeeper(admits: (token: string) => boolean): Login {
  return {
    login(credentials) {
      const token = credentials.type === "ACCESS_TOKEN" ? credentials.token.reveal() : "";
      const verdict: Verdict = admits(token)
        ? { state: "connected" }
        : { state: "refused", code: 5, reason: "5 not authorised" };
      return Promise.resolve({ verdict, session: undefined });
    },
    close: () => Promise.resolve(),
  };
}

async function* roster(...tokens: readonly string[]): AsyncGenerator<Issued> {
  for (const [index, token] of tokens.entries()) {
    yield { seq: seq(index), name: `d${index}`, credentials: { type: "ACCESS_TOKEN", token: new Secret(token) } };
  }
}

function verify(login: Login, issued: AsyncIterable<Issued>, abort = new AbortController().signal) {
  let time = 0;
  const clock = { now: () => us((time += 500_000)), sleepUntil: () => Promise.resolve() };
  const deps = {
    run: "abc123",
    target: "mqtt://tb:1883",
    startedAt: "2026-11-25T03:15:00.000Z",
    clock,
    login,
    issued,
    stranger: undefined,
  };
  return verifyRoll(
    { ...deps, at: undefined, places: [], concurrency: 2, rate: undefined, onProgress: () => undefined },
    abort,
  );
}

describe("verification of an earlier roll", () => {
  it("passes when all are present and a wrong password is refused", async () => {
    const found = await verify(
      doorkeeper((token) => token === "good"),
      roster("good", "good", "good"),
    );
    expect(found).toMatchObject({
      called: 3,
      connected: 3,
      absentDevices: [],
      uncalled: 0,
      negativeControl: "refused",
    });
    expect(exitCodeOf(found)).toBe(0);
    expect(describeVerification(found)).toContain("Passed: all 3 devices are present.");
  });

  it("names who is absent and why, with exit code 4", async () => {
    const found = await verify(
      doorkeeper((token) => token === "good"),
      roster("good", "gone", "good"),
    );
    expect(found.absentDevices).toEqual([{ seq: 1, name: "d1", why: "5 not authorised" }]);
    expect(found.absent).toEqual([{ why: "5 not authorised", count: 1 }]);
    expect(exitCodeOf(found)).toBe(4);
    const text = describeVerification(found);
    expect(text).toContain("Failed: 1 of 3 devices are absent.");
    expect(text).toContain("  d1: 5 not authorised");
  });

  it("fails when anybody is admitted", async () => {
    const found = await verify(
      doorkeeper(() => true),
      roster("good"),
    );
    expect(found.negativeControl).toBe("admitted");
    expect(exitCodeOf(found)).toBe(4);
    expect(describeVerification(found)).toContain("wrong credentials were admitted");
  });

  it("fails when there is nobody to call", async () => {
    const found = await verify(
      doorkeeper(() => true),
      roster(),
    );
    expect(exitCodeOf(found)).toBe(4);
    expect(describeVerification(found)).toContain("nobody to call");
  });

  it("counts those whose turn did not come, with exit code 130", async () => {
    const found = await verify(
      doorkeeper(() => true),
      roster("good", "good"),
      AbortSignal.abort(),
    );
    expect(found).toMatchObject({ called: 0, uncalled: 2 });
    expect(exitCodeOf(found)).toBe(130);
    expect(describeVerification(found)).toContain("Interrupted: 2 devices were not called");
  });

  it("shows twenty names and how many more there are", () => {
    const absentDevices = Array.from({ length: 25 }, (_, index) => ({ seq: index, name: undefined, why: "gone" }));
    const found: Verification = {
      version: 1,
      run: "abc123",
      startedAt: "",
      target: "",
      duration: us(0),
      called: 25,
      connected: 0,
      absent: [{ why: "gone", count: 25 }],
      absentDevices,
      uncalled: 0,
      negativeControl: "refused",
    };
    const text = describeVerification(found);
    expect(text).toContain("device 19: gone");
    expect(text).not.toContain("device 20");
    expect(text).toContain("and 5 more");
  });
});
