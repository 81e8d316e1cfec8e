import type { Us } from "./units.ts";

/** A command at an instant, which is marked. */
export interface EventPlan {
  /** From the run's start. */
  readonly at: Us;
  /** For /bin/sh. */
  readonly run: string;
  readonly mark: string;
  /** One that takes longer is ended. */
  readonly timeout: Us;
}
