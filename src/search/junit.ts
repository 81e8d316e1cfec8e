import { us } from "../model/units.ts";
import { renderSuites } from "../writing/junit-xml.ts";
import { formatRate } from "../writing/notation.ts";
import { boundsText } from "./render.ts";
import type { Bounds, Trial } from "./trial.ts";

/** A search for CI: whether a rate was found. A trial that failed is no failure of the search: it is how one searches. */
export function renderJunit(
  trials: readonly Trial[],
  bounds: Bounds,
  { target, startedAt }: { readonly target: string; readonly startedAt: string },
): string {
  const { passes, ended } = bounds;
  const found = passes === null ? undefined : `${formatRate(passes)} devices a second`;
  return renderSuites(
    [
      {
        name: "capacity",
        cases: [
          {
            name: found === undefined ? "a rate passes" : `a rate passes: ${found}`,
            problem: found === undefined ? boundsText(bounds) : undefined,
          },
          {
            name: "the generators are not the limit",
            problem: ended === "generator-limited" ? boundsText(bounds) : undefined,
          },
          {
            name: `the bounds are resolved (${trials.length} trials)`,
            skipped: ended === "resolved" ? undefined : boundsText(bounds),
          },
        ],
      },
    ],
    { name: `rollcall search ${target}`, classPrefix: "rollcall", startedAt, duration: us(0) },
  );
}
