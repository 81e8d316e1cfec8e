import { compareReleases, numbersOf, releaseName, standingOf, suffixOf, TRIED_RELEASES } from "../../model/release.ts";
import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { notChecked, ok, warning } from "../finding.ts";

const { oldest, newest } = TRIED_RELEASES;
const TRIED = `that rollcall was tried with, ${oldest} to ${newest}`;
const COMMUNITY = "CE";

export const release: Check = {
  name: "release",
  judge: ({ administrator }) => [
    judgeFact(administrator, (visit) => {
      if (visit.kind === "refused") return notChecked("the administrator was not let in");
      const { version, edition } = visit.server;
      const found = `ThingsBoard ${releaseName(visit.server)}`;
      const fix = "Try `rollcall conformance` first: it shows which rules are others there.";
      switch (standingOf(version)) {
        case "unreadable":
          return warning(`${found}: not the name of a release ${TRIED}`, fix);
        case "newer":
          return warning(`${found}: newer than any ${TRIED}`, fix);
        case "older":
          return warning(`${found}: older than any ${TRIED}`, `Upgrade the server to ${oldest} or later.`);
        case "tried":
          break;
      }
      if ((edition !== null && edition !== COMMUNITY) || /^[-+_ ]?pe/i.test(suffixOf(version))) {
        return warning(`${found}: rollcall was tried with the Community Edition (CE) only`, fix);
      }
      return ok(`${found}, one that rollcall knows`);
    }),
  ],
};

/** From the release on, e.g. "3.8"; undefined: nobody told which it is. */
export function isFrom(first: string, { administrator }: Examination): boolean | undefined {
  if (!administrator.known || administrator.value.kind === "refused") return undefined;
  const { version } = administrator.value.server;
  return numbersOf(version) === undefined ? undefined : compareReleases(version, first) >= 0;
}
