import { type RollCallEntry, TIMEOUT_KINDS } from "../model/outcome.ts";
import type { Metric } from "../model/figures.ts";
import { type Us, us } from "../model/units.ts";

/** One value of one metric. "timeout" is a failure too, recorded at the time-out value. */
export interface Reading {
  readonly metric: Metric;
  readonly group: "success" | "failure" | "timeout";
  readonly value: Us;
}

/** The login's own reading; undefined for a device that was not called. */
export function loginReading({ started, marks, ended, verdict }: RollCallEntry): Reading | undefined {
  const value = us((marks.admitted ?? ended) - started);
  switch (verdict.state) {
    case "connected":
    case "mute":
      return { metric: "login", group: "success", value };
    case "refused":
      return { metric: "login", group: "failure", value };
    case "unreachable":
      return { metric: "login", group: TIMEOUT_KINDS.includes(verdict.kind) ? "timeout" : "failure", value };
    case "uncalled":
      return undefined;
  }
}
