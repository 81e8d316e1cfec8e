import { secondsFromUs } from "../../model/units.ts";
import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";

/** When ThingsBoard itself gives up on a request: looked for every 10 s, so 10 to 20 s (contract, section 1). */
const SERVER_S = 20;

export const timeOuts: Check = {
  name: "time-outs",
  judge({ plan: { timeouts } }) {
    const answer = secondsFromUs(timeouts.answer);
    if (answer > SERVER_S) return [ok(`an answer is waited for ${answer} s, the server's own limit is ${SERVER_S} s`)];
    return [
      warning(
        `an answer is waited for ${answer} s only; the server gives up after 10 to ${SERVER_S} s, and may answer until then`,
        "Set timeouts.answer above 20s: what is given up earlier counts as unknown, and its device may exist.",
      ),
    ];
  },
};
