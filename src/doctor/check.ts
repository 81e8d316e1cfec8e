import type { Examination } from "./examination.ts";
import type { Finding } from "./finding.ts";

/** One question about what was seen: pure, so that each finding can be tested. */
export interface Check {
  /** At most 16 characters. */
  readonly name: string;
  /** Empty: the question does not arise. */
  judge(seen: Examination): readonly Finding[];
}
