import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, problem, warning } from "../finding.ts";
import { devicesAreCeiling, leastDevicesOf, mostMadeBy } from "../../model/devices-of.ts";
import { countOf } from "../wording.ts";

const RAISE =
  "Raise the maximum in the tenant's profile (0: no limit), or delete devices of earlier runs: rollcall cleanup.";

/** The tenant's devices, those that are there and those of the run, against what its profile allows. */
export const deviceLimit: Check = {
  name: "device limit",
  judge: ({ usage, plan, ofTenant }) => [
    judgeFact(usage, ({ devices, maxDevices }) => {
      const { strategy } = plan.provisioning;
      const made =
        strategy === "allow-create" || strategy === "x509-chain" ? Math.round(mostMadeBy(plan) * ofTenant) : 0;
      const there = `the tenant has ${countOf(devices)} devices`;
      if (maxDevices === 0) return ok(`${there}, without a limit`);
      const limit = `may have ${countOf(maxDevices)}`;
      if (devices + made <= maxDevices) return ok(`${there} and ${limit}: the run's ${countOf(made)} fit`);
      const fewest = made === 0 ? 0 : Math.round(leastDevicesOf(plan) * ofTenant);
      if (devices + fewest <= maxDevices && devicesAreCeiling(plan)) {
        return warning(
          `${there} and ${limit}: the load ends by time, and what it makes beyond ${countOf(maxDevices - devices)} will be answered FAILURE`,
          RAISE,
        );
      }
      return problem(
        `${there} and ${limit}: of the run's ${countOf(made)}, ${countOf(devices + made - maxDevices)} will be answered FAILURE`,
        RAISE,
      );
    }),
  ],
};
