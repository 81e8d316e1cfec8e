import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";

export const warmUp: Check = {
  name: "warm-up",
  judge({ plan }) {
    const warm = plan.phases.filter(({ warmup }) => warmup);
    if (warm.length > 0)
      return [ok(`phase ${warm.map(({ name }) => name).join(", ")}, left out of the headline figures`)];
    return [
      warning(
        "none: the first thousands of devices measure a server whose code is not compiled yet",
        "Put a phase with warmup: true first, unless the cold server is what you want to see.",
      ),
    ];
  },
};
