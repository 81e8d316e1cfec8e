import { describe, expect, it } from "vitest";
import { createPlainView } from "../../../src/live/plain-view.ts";
import { createSilentView } from "../../../src/live/silent-view.ts";
import { usFromSeconds } from "../../../src/model/units.ts";
import { createInMemoryTerminal } from "../../support/in-memory-terminal.ts";
import { liveFigures, troubledRollCall } from "../../support/live-figures.ts";

function open() {
  const output = createInMemoryTerminal();
  const view = createPlainView({ output });
  return { view, lines: () => output.written().split("\n").slice(0, -1) };
}

describe("the plain view", () => {
  it("writes a line at once and every five seconds of run time, however often it is updated", () => {
    const { view, lines } = open();
    for (let tenth = 0; tenth <= 160; tenth += 7) view.update(liveFigures({ at: usFromSeconds(tenth / 10) }));
    expect(lines().map((line) => line.split(" | ")[0])).toEqual(["0 s", "6 s", "11 s", "15 s"]);
  });

  it("says in a line what a terminal would show", () => {
    const { view, lines } = open();
    view.update(liveFigures());
    view.update(troubledRollCall());
    expect(lines()).toEqual([
      "15 s | load: steady (2 of 2) 49 %, 16 s left | started 1,500 of 3,000, in flight 12 | " +
        "provisioned 1,488, rejected 0, failed 0, dropped 0 | starts/s planned 100.0, achieved 99.6 | " +
        "round trip p50 54.1, p95 84.9, p99 106 ms | generator valid",
      "1 min 15 s | roll call 50 %, 1 min 12 s left | started 2,990 of 3,000, in flight 0 | " +
        "provisioned 2,400, rejected 26, failed 560, dropped 10, aborted 4 | " +
        "round trip p50 54.1, p95 84.9, p99 106 ms | connected 1,200, refused 3, unreachable 1 | held 1,200 | " +
        "generator void: generator 1: event loop 99.1 % busy, delay 812 ms, starts 640 ms late",
    ]);
  });

  it("says what a background does", () => {
    const { view, lines } = open();
    view.update(liveFigures({ background: { connected: 498, lost: 2, acknowledged: 12_345, timedOut: 0 } }));
    expect(lines()[0]).toContain(" | background connected 498, lost 2, acknowledged 12,345, timed out 0 | generator");
  });

  it("ends with what the last update said, once, and writes notes as they come", () => {
    const { view, lines } = open();
    view.update(liveFigures({ at: usFromSeconds(1) }));
    view.update(liveFigures({ at: usFromSeconds(2) }));
    view.note("Stopping:\nno new arrivals");
    view.close();
    view.close();
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toMatch(/^1 s \| load/);
    expect(lines()[1]).toBe("Stopping: no new arrivals");
    expect(lines()[2]).toMatch(/^2 s \| load/);
  });
});

describe("what the plain view does not say", () => {
  it("is a time left that does not get less", () => {
    const { view, lines } = open();
    const left = (seconds: number, remaining: number) =>
      view.update(liveFigures({ at: usFromSeconds(seconds), remaining: usFromSeconds(remaining) }));
    left(5, 16);
    left(10, 16);
    left(15, 12);
    expect(lines().map((line) => / (\d+) s left/.exec(line)?.[1])).toEqual(["16", undefined, "12"]);
  });

  it("is that it is done, a second time", () => {
    const { view, lines } = open();
    const done = { stage: { kind: "done" }, stageText: "done", remaining: null } as const;
    view.update(liveFigures({ ...done, at: usFromSeconds(5) }));
    view.update(liveFigures({ ...done, at: usFromSeconds(6) }));
    view.close();
    expect(lines()).toHaveLength(1);
  });
});

describe("the silent view", () => {
  it("takes everything and shows nothing", () => {
    const view = createSilentView();
    expect([view.update(liveFigures()), view.note("note"), view.close()]).toEqual([undefined, undefined, undefined]);
  });
});
