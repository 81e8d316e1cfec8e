import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, warning } from "../finding.ts";

/** What became of the device that was made to find out. */
export const removal: Check = {
  name: "removal",
  judge: ({ probe }) => [
    judgeFact(probe, ({ device, removal: what }) => {
      switch (what.state) {
        case "nothing-made":
          return ok("no device was made");
        case "removed":
          return ok(`${printable(device)} was deleted again`);
        case "left":
          return warning(`${printable(device)} stays on the server: ${what.why}`, DELETE_IT);
        case "foreign":
          return warning(
            `what has the name ${printable(device)} is not what was made here, and stays: ${what.why}`,
            "Look at it under Entities → Devices, and at what stands between here and the REST API.",
          );
        case "unclear":
          return warning(`${printable(device)} may exist: ${what.why}`, DELETE_IT);
      }
    }),
  ],
};

const DELETE_IT = "Delete it under Entities → Devices.";
