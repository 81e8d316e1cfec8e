import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBarrierBoard, type Release } from "../../../src/workers/barrier-board.ts";

/** One member at a time, picked by `picks`, does the next of its steps: stages 0, 1, 2, …, or dying at one of them. */
const runs = fc.record({
  deaths: fc.array(fc.option(fc.nat({ max: 3 }), { nil: undefined }), { minLength: 1, maxLength: 6 }),
  picks: fc.array(fc.nat(), { minLength: 200, maxLength: 200 }),
});
const STAGES = 4;

describe("barrier board", () => {
  it("never blocks the living, and never lets one pass before the others have arrived", () => {
    fc.assert(
      fc.property(runs, ({ deaths, picks }) => {
        const board = createBarrierBoard(deaths.length);
        const members = deaths.map((death, index) => ({ index, death, stage: 0, waiting: false, dead: false }));
        const arrivals = new Set<string>();

        const apply = (releases: readonly Release[]): void => {
          for (const { stage, members: passing } of releases) {
            for (const member of members) {
              expect(member.dead || arrivals.has(`${member.index} ${stage}`)).toBe(true);
            }
            for (const index of passing) {
              const member = members[index];
              if (member === undefined) continue;
              member.waiting = false;
              member.stage += 1;
            }
          }
        };

        for (const pick of picks) {
          const able = members.filter((member) => !member.dead && !member.waiting && member.stage < STAGES);
          const member = able[pick % Math.max(1, able.length)];
          if (member === undefined) break;
          if (member.death === member.stage) {
            member.dead = true;
            apply(board.leave(member.index));
            continue;
          }
          member.waiting = true;
          arrivals.add(`${member.index} ${member.stage}`);
          apply(board.arrive(member.index, String(member.stage)));
        }
        expect(members.filter((member) => !member.dead && member.stage < STAGES)).toEqual([]);
      }),
    );
  });
});
