import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { notChecked, ok, warning } from "../finding.ts";

const OLDEST = 3.06;
const NEWEST = 4.03;

export const release: Check = {
  name: "release",
  judge: ({ administrator }) => [
    judgeFact(administrator, (visit) => {
      if (visit.kind === "refused") return notChecked("the administrator was not let in");
      const { version, edition } = visit.server;
      const found = `ThingsBoard ${edition} ${version}`;
      const number = numberOf(version);
      if (number === undefined || number > NEWEST) {
        const fix = "Try `rollcall conformance` first: it shows which rules are others there.";
        return warning(`${found}: newer than any that rollcall was tried with, 3.6 to 4.3`, fix);
      }
      if (number < OLDEST) {
        return warning(
          `${found}: older than any that rollcall was tried with, 3.6 to 4.3`,
          "Upgrade the server to 3.6 or later.",
        );
      }
      if (edition !== "CE") {
        const fix = "Try `rollcall conformance` first: it shows which rules are others there.";
        return warning(`${found}: rollcall was tried with the Community Edition (CE) only`, fix);
      }
      return ok(`${found}, one that rollcall knows`);
    }),
  ],
};

/** Major and minor as a number that sorts: 3.6.4 is 3.06, 4.10 is 4.10. Undefined: not a release. */
function numberOf(version: string): number | undefined {
  const found = /^(\d+)\.(\d+)/.exec(version);
  return found === null ? undefined : Number(found[1]) + Number(found[2]) / 100;
}

/** From the release on; undefined: nobody told which it is. */
export function isFrom(major: number, minor: number, { administrator }: Examination): boolean | undefined {
  if (!administrator.known || administrator.value.kind === "refused") return undefined;
  const number = numberOf(administrator.value.server.version);
  return number === undefined ? undefined : number >= major + minor / 100;
}
