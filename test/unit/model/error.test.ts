import { expect, it } from "vitest";
import { EXIT, worstExitCode } from "../../../src/model/error.ts";

it.each([
  [[], EXIT.pass],
  [[EXIT.pass, EXIT.undecided], EXIT.undecided],
  [[EXIT.undecided, EXIT.threshold], EXIT.threshold],
  [[EXIT.rollCall, EXIT.undecided, EXIT.threshold], EXIT.rollCall],
  [[EXIT.undecided, EXIT.unhealthy, EXIT.rollCall], EXIT.unhealthy],
  [[EXIT.unhealthy, EXIT.interrupted], EXIT.interrupted],
])("of %j the exit code is %i: undecided is above a pass and below 3 to 5", (codes, worst) => {
  expect(worstExitCode(codes)).toBe(worst);
  expect(worstExitCode(codes.toReversed())).toBe(worst);
});
