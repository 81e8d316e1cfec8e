import { describe, expect, it } from "vitest";
import { createStopSequence } from "../../../src/runs/under-way/stop-signals.ts";

/** Feeds signals, each at its millisecond, and says what was done about them. */
function actionsFor(signals: readonly (readonly [number, NodeJS.Signals | "owner lost"])[]): readonly string[] {
  const done: string[] = [];
  let time = 0;
  const receive = createStopSequence(
    {
      drain: () => done.push("drain"),
      abort: () => done.push("abort"),
      leave: () => done.push("leave"),
    },
    () => time,
  );
  for (const [at, signal] of signals) {
    time = at;
    receive(signal);
  }
  return done;
}

describe("stop signals", () => {
  it("drains, aborts, leaves on the first, second and third Ctrl-C", () => {
    expect(
      actionsFor([
        [0, "SIGINT"],
        [1_000, "SIGINT"],
        [2_000, "SIGINT"],
      ]),
    ).toEqual(["drain", "abort", "leave"]);
  });

  it("takes the two signals of one Ctrl-C under npm as one", () => {
    expect(
      actionsFor([
        [0, "SIGINT"],
        [15, "SIGINT"],
        [1_000, "SIGINT"],
        [1_020, "SIGINT"],
      ]),
    ).toEqual(["drain", "abort"]);
  });

  it("aborts at once on SIGTERM and SIGHUP", () => {
    expect(actionsFor([[0, "SIGTERM"]])).toEqual(["abort"]);
    expect(actionsFor([[0, "SIGHUP"]])).toEqual(["abort"]);
  });

  it("aborts a drain, and leaves an abort, whatever the signal", () => {
    expect(
      actionsFor([
        [0, "SIGINT"],
        [500, "SIGTERM"],
        [1_000, "SIGTERM"],
      ]),
    ).toEqual(["drain", "abort", "leave"]);
  });

  it("aborts when the owner is lost, and never leaves for it: results are still being written", () => {
    expect(actionsFor([[0, "owner lost"]])).toEqual(["abort"]);
    expect(
      actionsFor([
        [0, "SIGINT"],
        [500, "owner lost"],
        [5_000, "owner lost"],
      ]),
    ).toEqual(["drain", "abort"]);
    expect(
      actionsFor([
        [0, "SIGTERM"],
        [500, "owner lost"],
      ]),
    ).toEqual(["abort"]);
  });
});
