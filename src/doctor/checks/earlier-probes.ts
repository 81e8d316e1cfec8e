import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { warning } from "../finding.ts";

/** What a doctor that was killed could not delete: its name is no proof of whose it is, so that nobody deletes it unasked. */
export const earlierProbes: Check = {
  name: "earlier doctors",
  judge: ({ earlierProbes: names }) =>
    names.known && names.value.length > 0
      ? [
          warning(
            `devices of doctors before this one are still there: ${names.value.map(printable).join(", ")}`,
            "Delete them under Entities → Devices, unless a doctor is at work at this moment: a killed one cannot.",
          ),
        ]
      : [],
};
