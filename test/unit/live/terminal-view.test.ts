import { describe, expect, it } from "vitest";
import { createTerminalView } from "../../../src/live/terminal-view.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { createInMemoryTerminal } from "../../support/in-memory-terminal.ts";
import { liveFigures, nothingYet, troubledRollCall } from "../../support/live-figures.ts";

const open = (columns?: number, rows?: number, color = false) => {
  const output = createInMemoryTerminal(columns, rows);
  return { output, view: createTerminalView({ output, color }) };
};
const seen = (screen: readonly string[]): readonly string[] => screen.filter((line) => line !== "");

describe("the terminal view", () => {
  it("shows the load: progress, devices, outcomes, rates, round trips, health", () => {
    const { output, view } = open();
    view.update(liveFigures());
    expect(seen(output.screen())).toEqual([
      "load: steady (2 of 2)                                                      15 s",
      "━━━━━━━━━━━━━━━━━━━━━──────────────────────   49 %   1,488 of 3,000   16 s left",
      "devices            planned 1,500   started 1,500   in flight 12",
      "outcomes           provisioned 1,488   rejected 0   failed 0   dropped 0",
      "round trip, ms     p50 54.1   p95 84.9   p99 106",
      "  last second, ms  p50 53.2   p95 84.1   p99 97.3",
      "starts/s           planned 100.0   achieved 99.6",
      "generator          valid",
    ]);
  });

  it("redraws in place, whatever the block's height was before", () => {
    const { output, view } = open();
    view.update(nothingYet());
    view.update(liveFigures());
    view.update(troubledRollCall());
    expect(seen(output.screen())).toEqual([
      "roll call                                                            1 min 15 s",
      "━━━━━━━━━━━━━━━━━━━──────────────────   50 %   1,204 of 2,400   1 min 12 s left",
      "devices            planned 3,000   started 2,990   in flight 0",
      "outcomes           provisioned 2,400   rejected 26   failed 560   dropped 10",
      "                   aborted 4",
      "roll call          connected 1,200   refused 3   unreachable 1",
      "held               sessions 1,200",
      "round trip, ms     p50 54.1   p95 84.9   p99 106",
      "generator          void: generator 1: event loop 99.1 % busy, delay 812 ms,",
      "                   starts 640 ms late",
    ]);
  });

  it("has a row for devices that try again, where there are any", () => {
    const { output, view } = open();
    view.update(liveFigures({ waiting: 12, retries: { ended: 1_530, recovered: 1_204 } }));
    expect(output.screen()).toContain("retries            further attempts 1,530   came back 1,204   to try again 12");
    view.update(liveFigures());
    expect(output.screen().join("\n")).not.toContain("retries");
  });

  it("leaves nothing of a higher block that began and ended with the same lines", () => {
    const output = createInMemoryTerminal();
    const view = createTerminalView({ output, color: false, heading: "Trial 3" });
    const done = liveFigures({ stage: { kind: "done" }, stageText: "done" });
    view.update(liveFigures());
    view.update(done);
    expect(output.screen()[7]).toBe("generator          valid");
    view.close();
    view.note("after");
    expect(seen(output.screen())).toEqual(["after"]);
  });

  it("has its heading above every frame, within the height", () => {
    const output = createInMemoryTerminal(80, 8);
    const heading = "Trial 3: 225.0/s from 1 generator, bisection.";
    const view = createTerminalView({ output, color: false, heading });
    view.update(nothingYet());
    view.update(liveFigures());
    expect(output.screen().slice(0, 3)).toEqual([
      heading,
      "",
      "load: steady (2 of 2)                                                      15 s",
    ]);
    expect(seen(output.screen())).toHaveLength(5);
    view.close();
    expect(seen(output.screen())).toEqual([]);
  });

  it("keeps notes above the block, in order, and nothing else after close", () => {
    const { output, view } = open();
    view.note("before");
    view.update(liveFigures());
    view.note("generator 1 died");
    view.update(liveFigures({ started: 1_600 }));
    expect(seen(output.screen()).slice(0, 3)).toEqual([
      "before",
      "generator 1 died",
      "load: steady (2 of 2)                                                      15 s",
    ]);
    view.close();
    view.note("after");
    view.update(liveFigures());
    view.close();
    expect(seen(output.screen())).toEqual(["before", "generator 1 died", "after"]);
  });

  it("shows a dash for a time that is not known yet, and no rate planned under closed load", () => {
    const { output, view } = open();
    view.update(liveFigures({ ...nothingYet(), stage: { kind: "load", phase: 0 } }));
    expect(output.screen()).toContain("round trip, ms     p50 -   p95 -   p99 -");
    expect(output.screen()).toContain("starts/s           achieved 0.00");
  });

  it("shows what a hold keeps, and how long still", () => {
    const { output, view } = open();
    view.update(
      liveFigures({
        stage: { kind: "hold" },
        stageText: "holding sessions",
        held: 2_998,
        remaining: usFromSeconds(42),
      }),
    );
    expect(output.screen()).toEqual(expect.arrayContaining(["42 s left", "held               sessions 2,998"]));
  });

  it("shows what a background does, and no line for it where there is none", () => {
    const { output, view } = open();
    view.update(liveFigures({ background: { connected: 498, lost: 2, acknowledged: 12_345, timedOut: 0 } }));
    expect(output.screen()).toContain("background         connected 498   lost 2   acknowledged 12,345   timed out 0");
    view.update(liveFigures());
    expect(output.screen().join()).not.toContain("background");
  });

  it("draws rate and p99 second by second in the lines that would stand empty", () => {
    const { output, view } = open();
    for (let second = 1; second <= 8; second += 1) {
      const p99 = second === 3 ? null : usFromSeconds(second / 10);
      view.update(
        liveFigures({
          at: usFromSeconds(second),
          rate: { planned: 100, achieved: second * 10 },
          lastSecond: { p50: p99, p95: p99, p99 },
        }),
      );
    }
    expect(output.screen().slice(8, 15)).toEqual([
      "",
      "starts/s                ▂▅█",
      "up to 80.0           ▁▄▇███",
      "last 8 s           ▃▆██████",
      "p99, ms                 ▂▅█",
      "up to 800             ▄▇███",
      "last 8 s           ▃▆ █████",
    ]);
  });

  it("has no sparklines where there is no room for them", () => {
    const { output, view } = open(80, 11);
    for (const second of [1, 2, 3]) view.update(liveFigures({ at: usFromSeconds(second) }));
    expect(seen(output.screen())).toHaveLength(8);
  });

  it("fits a narrow terminal and a low one", () => {
    const narrow = open(30);
    narrow.view.update(troubledRollCall());
    expect(narrow.output.screen().filter((line) => line.length > 29)).toEqual([]);
    expect(narrow.output.screen()).toContain("  provisioned 2,400");
    const low = open(80, 5);
    low.view.update(troubledRollCall());
    low.view.update(liveFigures());
    expect(seen(low.output.screen())).toHaveLength(3);
    expect(low.output.screen()[0]).toContain("load: steady");
  });

  it("is coloured only when asked, and never moves the cursor by what a scenario is called", () => {
    const figures = liveFigures({ stageText: "load: \u001B[2Jx" });
    const plain = open();
    plain.view.update(figures);
    expect(plain.output.written()).not.toContain("\u001B");
    const colored = open(80, 24, true);
    colored.view.update(figures);
    expect(colored.output.screen()).toEqual(plain.output.screen());
    expect(colored.output.written()).toContain("\u001B[1m");
  });

  it("has a bar between empty and full", () => {
    const bar = (provisioned: number): string => {
      const { output, view } = open();
      view.update(
        liveFigures({ outcomes: { provisioned, rejected: 0, failed: 0, aborted: 0, dropped: 0 }, remaining: us(0) }),
      );
      return output.screen()[1] ?? "";
    };
    expect(bar(0)).toMatch(/^─+ {4}0 %.* 0 s left$/);
    expect(bar(3_000)).toMatch(/^━+ {2}100 %/);
  });
});
