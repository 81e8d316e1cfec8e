import { compareReleases, releaseName } from "../../model/release.ts";
import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { notChecked, ok, warning } from "../finding.ts";

const OLDEST = "3.6";
const NEWEST = "4.3";

export const release: Check = {
  name: "release",
  judge: ({ administrator }) => [
    judgeFact(administrator, (visit) => {
      if (visit.kind === "refused") return notChecked("the administrator was not let in");
      const { version, edition } = visit.server;
      const found = `ThingsBoard ${releaseName(visit.server)}`;
      const release = majorMinorOf(version);
      if (release === undefined || compareReleases(release, NEWEST) > 0) {
        const fix = "Try `rollcall conformance` first: it shows which rules are others there.";
        return warning(`${found}: newer than any that rollcall was tried with, 3.6 to 4.3`, fix);
      }
      if (compareReleases(release, OLDEST) < 0) {
        return warning(
          `${found}: older than any that rollcall was tried with, 3.6 to 4.3`,
          "Upgrade the server to 3.6 or later.",
        );
      }
      if (edition !== null && edition !== "CE") {
        const fix = "Try `rollcall conformance` first: it shows which rules are others there.";
        return warning(`${found}: rollcall was tried with the Community Edition (CE) only`, fix);
      }
      return ok(`${found}, one that rollcall knows`);
    }),
  ],
};

/** E.g. "3.6" of 3.6.4 and of 3.6.4-SNAPSHOT; undefined: not a release. */
function majorMinorOf(version: string): string | undefined {
  return /^\d+\.\d+/.exec(version)?.[0];
}

/** From the release on, e.g. "3.8"; undefined: nobody told which it is. */
export function isFrom(first: string, { administrator }: Examination): boolean | undefined {
  if (!administrator.known || administrator.value.kind === "refused") return undefined;
  const release = majorMinorOf(administrator.value.server.version);
  return release === undefined ? undefined : compareReleases(release, first) >= 0;
}
