import { expect, it } from "vitest";
import { attemptText, TRIAL_TITLES, trialText } from "../../../src/search/render.ts";
import type { Trial } from "../../../src/search/trial.ts";

const trial: Trial = {
  rate: 150,
  outcome: "passed",
  generators: 1,
  runId: "d6bde1",
  reasons: [],
  achievedRate: 146.6,
  roundTripP50: 65_900,
  roundTripP99: 101_000,
  failureRate: 0,
};
const failed: Trial = {
  ...trial,
  rate: 300,
  outcome: "failed",
  reasons: ["missed failureRate < 1%", "183.7/s of 300.0/s kept up"],
};

it("trials stand below each other as they come, each with why it was made and why it did not pass", () => {
  expect([TRIAL_TITLES, trialText(trial, "first trial"), trialText(failed, "doubling")]).toEqual([
    "     rate  outcome   achieved   p50 ms   p99 ms  failures  run     why",
    "  150.0/s  passed     146.6/s     65.9      101       0 %  d6bde1  first trial",
    "  300.0/s  failed     146.6/s     65.9      101       0 %  d6bde1  doubling: missed failureRate < 1%; 183.7/s of 300.0/s kept up",
  ]);
});

it("an attempt says what is tried, why, and what is known so far", () => {
  const step = { rate: 225, generators: 2, why: "bisection" };
  expect(attemptText(step, [trial, failed])).toBe(
    "Trial 3: 225.0/s from 2 generators, bisection. So far 150.0/s passes, 300.0/s fails.",
  );
  expect(attemptText({ ...step, generators: 1, why: "first trial" }, [])).toBe(
    "Trial 1: 225.0/s from 1 generator, first trial.",
  );
});
