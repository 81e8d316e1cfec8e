import { formatCount, formatInstant } from "../writing/notation.ts";
import type { Reprovisioning, ServerThen } from "./report.ts";

export function serverText({ at, target, server, unknownRelease, behavesLike }: ServerThen): string {
  const like = behavesLike.length === 0 ? "" : `, behaves like ${behavesLike.join(" or ")}`;
  const unknown = unknownRelease === undefined ? "" : `, a release whose rules rollcall does not know`;
  return `${server === null ? target : `ThingsBoard ${server} at ${target}`}${unknown}${like}; ${formatInstant(at)}`;
}

export function answersText({ came }: Reprovisioning): string {
  return Object.entries(came)
    .map(([status, count]) => `${formatCount(count)} ${status}`)
    .join(", ");
}

/** What this release answers, and the one of before if that answered otherwise. */
export function expectedText({ expected, expectedBefore }: Reprovisioning): string {
  if (expected === null) return "not known, as the release is not";
  if (expectedBefore === null || expectedBefore === expected) return expected;
  return `${expected}, where the release of before answered ${expectedBefore}`;
}
