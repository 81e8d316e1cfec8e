import { expect, it } from "vitest";
import { describeDeletion } from "../../../src/runs/cleanup/delete-own.ts";

it("says how many were deleted, and of the others what is known", () => {
  expect(describeDeletion({ deleted: 1_200, gone: 0, vanished: 0 })).toBe("Deleted 1,200.");
  expect(describeDeletion({ deleted: 3, gone: 2, vanished: 0 })).toBe("Deleted 3, 2 were gone already.");
  expect(describeDeletion({ deleted: 3, gone: 1, vanished: 1 })).toBe(
    "Deleted 3, 1 was gone already, 1 was there before and gone then (by this command if an answer was lost, else by somebody else).",
  );
});
