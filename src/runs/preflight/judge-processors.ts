import { quantity } from "../../writing/notation.ts";
import { isBusy, OTHER_WORK_HINT, type OtherWork, otherWorkText } from "../machine/other-work.ts";

/** Too few processors, or busy ones, and what to do about it. */
export interface ProcessorFinding {
  readonly code: "cores" | "busy";
  readonly message: string;
  readonly hint: string;
}

/** Never an error: whether the generators kept up is measured during the run, and decides what its figures are worth. */
export function judgeProcessors({
  generators,
  cores,
  otherWork,
}: {
  readonly generators: number;
  /** Processors that this program may use. */
  readonly cores: number;
  /** What others do on this machine just now; undefined: not known. */
  readonly otherWork: OtherWork | undefined;
}): readonly ProcessorFinding[] {
  const findings: ProcessorFinding[] = [];
  if (generators >= cores) {
    findings.push({
      code: "cores",
      message: `This machine has ${quantity(cores, "processor")} for ${quantity(generators, "generator")} and the rest of rollcall: the generators may be late, and the run void.`,
      hint:
        cores === 1
          ? "Use a machine with two processors or more; or send few devices a second."
          : `Set generators to ${cores - 1}, or auto.`,
    });
  }
  if (otherWork !== undefined && isBusy(otherWork)) {
    findings.push({
      code: "busy",
      message: `This machine is busy: ${otherWorkText(otherWork)}. The run may be void.`,
      hint: OTHER_WORK_HINT,
    });
  }
  return findings;
}
