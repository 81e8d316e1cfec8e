import { MOST_SKEW_MS } from "../../model/administration.ts";
import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { notChecked, ok, problem, warning } from "../finding.ts";
import { formatTime } from "../../writing/notation.ts";
import { usFromMs } from "../../model/units.ts";

const NOTABLE_MS = 1_000;
/** The Date header counts seconds. */
const RESOLUTION_MS = 1_000;

/** The server's clock against this machine's: by the probe's time of creation and by the Date of an answer. */
export const clock: Check = {
  name: "clock",
  judge(seen) {
    const skew = skewOf(seen);
    if (skew === undefined) return [notChecked("the server told no time: that takes an administrator")];
    // The least that it can be.
    const least = skew.least > 0 ? skew.least : skew.most < 0 ? -skew.most : 0;
    const ahead = skew.least > 0 ? "ahead of" : "behind";
    const apart = `the server's clock is ${formatTime(usFromMs(least))} ${ahead} this machine's`;
    const fix = "Set both clocks, by NTP.";
    if (least > MOST_SKEW_MS) return [problem(`${apart}: reconcile and cleanup would refuse`, fix)];
    if (least > NOTABLE_MS) return [warning(apart, fix)];
    return [ok(`the server's clock and this machine's agree, within ${within(skew)}`)];
  },
};

interface Skew {
  readonly least: number;
  readonly most: number;
}

/** Where both tell, the skew lies within what each leaves open. */
function skewOf({ probe, administrator }: Examination): Skew | undefined {
  const told = [probe.known ? probe.value.skew : undefined, dateOf(administrator)].filter((skew) => skew !== undefined);
  if (told.length === 0) return undefined;
  return { least: Math.max(...told.map(({ least }) => least)), most: Math.min(...told.map(({ most }) => most)) };
}

function dateOf(administrator: Examination["administrator"]): Skew | undefined {
  if (!administrator.known || administrator.value.kind === "refused") return undefined;
  const { server, askedAt, answeredAt } = administrator.value;
  if (server.time === undefined) return undefined;
  return { least: server.time - answeredAt, most: server.time + RESOLUTION_MS - askedAt };
}

function within({ least, most }: Skew): string {
  const widest = Math.max(Math.abs(least), Math.abs(most));
  return formatTime(usFromMs(Math.max(1, Math.round(widest))));
}
