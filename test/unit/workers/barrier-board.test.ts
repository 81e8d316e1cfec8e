import { describe, expect, it } from "vitest";
import { createBarrierBoard } from "../../../src/workers/barrier-board.ts";

describe("barrier board", () => {
  it("opens a stage for all when the last member arrives", () => {
    const board = createBarrierBoard(3);
    expect(board.arrive(0, "phase 0")).toEqual([]);
    expect(board.arrive(2, "phase 0")).toEqual([]);
    expect(board.arrive(1, "phase 0")).toEqual([{ stage: "phase 0", members: [0, 2, 1] }]);
  });

  it("waits no longer for a member that left", () => {
    const board = createBarrierBoard(2);
    expect(board.arrive(0, "phase 1")).toEqual([]);
    expect(board.leave(1)).toEqual([{ stage: "phase 1", members: [0] }]);
  });

  it("lets members go on to a later stage without the earlier one having opened", () => {
    const board = createBarrierBoard(2);
    board.arrive(0, "phase 1");
    expect(board.arrive(0, "roll call")).toEqual([]);
    expect(board.arrive(1, "roll call")).toEqual([{ stage: "roll call", members: [0, 1] }]);
  });

  it("opens nothing for members that died waiting", () => {
    const board = createBarrierBoard(2);
    board.arrive(1, "phase 0");
    expect(board.leave(1)).toEqual([]);
    expect(board.arrive(0, "phase 0")).toEqual([{ stage: "phase 0", members: [0] }]);
  });

  it("lets a late member through a stage that is open", () => {
    const board = createBarrierBoard(2);
    board.arrive(0, "phase 0");
    board.arrive(1, "phase 0");
    expect(board.arrive(1, "phase 0")).toEqual([{ stage: "phase 0", members: [1] }]);
  });

  it("opens at once for one member alone", () => {
    expect(createBarrierBoard(1).arrive(0, "hold")).toEqual([{ stage: "hold", members: [0] }]);
  });
});
