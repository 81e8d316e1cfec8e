import { formatCount } from "../../writing/notation.ts";
import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";

const SHOWN = 5;

/** All that is below it is asked of the first place alone. */
export const places: Check = {
  name: "places",
  judge({ places: visits = [], plan: { target } }) {
    if (visits.length === 0) return [];
    const how = `devices are shared out ${target.spread ?? "round-robin"}; the rest is seen at the first`;
    const closed = visits.flatMap(({ name, port }) => (port.kind === "closed" ? [`${name}: ${port.detail}`] : []));
    if (closed.length === 0) {
      const names = visits.slice(0, SHOWN).map(({ name }) => name);
      const more = visits.length > SHOWN ? `, and ${visits.length - SHOWN} more` : "";
      return [ok(`all ${formatCount(visits.length)} take connections: ${names.join(", ")}${more}; ${how}`)];
    }
    return [
      problem(
        `${formatCount(closed.length)} of ${formatCount(visits.length)} take no connection: ${closed.slice(0, SHOWN).join("; ")}`,
        "Start what is to listen there, or take it out of target.hosts (--host).",
      ),
    ];
  },
};
