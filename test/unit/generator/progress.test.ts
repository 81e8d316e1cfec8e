import { describe, expect, it } from "vitest";
import { createProgress } from "../../../src/generator/progress.ts";
import { us } from "../../../src/model/units.ts";

describe("progress", () => {
  it("gives the p99 of the latenesses since it was last asked, and 0 where nothing started", () => {
    const progress = createProgress();
    expect(progress.takeLateness()).toBe(0);
    for (let lateness = 100; lateness >= 1; lateness -= 1) progress.start(us(lateness));
    expect(progress.takeLateness()).toBe(99);
    progress.start(us(7));
    expect(progress.takeLateness()).toBe(7);
    expect(progress.takeLateness()).toBe(0);
  });

  it("keeps of very many latenesses the latest", () => {
    const progress = createProgress();
    for (let i = 0; i < 10_000; i += 1) progress.start(us(1_000_000));
    for (let i = 0; i < 4_096; i += 1) progress.start(us(5));
    expect(progress.takeLateness()).toBe(5);
  });

  it("adds up what fell due over the phases", () => {
    const progress = createProgress();
    let due = 0;
    progress.watchDue(() => due);
    due = 40;
    expect(progress.planned).toBe(40);
    progress.watchDue(() => 2);
    expect(progress.planned).toBe(42);
  });
});
