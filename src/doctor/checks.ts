import type { Check } from "./check.ts";
import { administrator } from "./checks/administrator.ts";
import { certificate } from "./checks/certificate.ts";
import { clientIds } from "./checks/client-ids.ts";
import { clock } from "./checks/clock.ts";
import { deviceLimit } from "./checks/device-limit.ts";
import { earlierProbes } from "./checks/earlier-probes.ts";
import { gateways } from "./checks/gateways.ts";
import { hostName } from "./checks/host-name.ts";
import { login } from "./checks/login.ts";
import { names } from "./checks/names.ts";
import { places } from "./checks/places.ts";
import { port } from "./checks/port.ts";
import { profile } from "./checks/profile.ts";
import { protocol } from "./checks/protocol.ts";
import { provisioning } from "./checks/provisioning.ts";
import { queue } from "./checks/queue.ts";
import { rateLimits } from "./checks/rate-limits.ts";
import { release } from "./checks/release.ts";
import { removal } from "./checks/removal.ts";
import { rollCall } from "./checks/roll-call.ts";
import { scenarioWarnings } from "./checks/scenario-warnings.ts";
import { secret } from "./checks/secret.ts";
import { serverName } from "./checks/server-name.ts";
import { strategy } from "./checks/strategy.ts";
import { timeOuts } from "./checks/time-outs.ts";
import { tlsVersion } from "./checks/tls-version.ts";
import { transportType } from "./checks/transport-type.ts";
import { usage } from "./checks/usage.ts";
import { validity } from "./checks/validity.ts";
import { warmUp } from "./checks/warm-up.ts";
import { wrongLogin } from "./checks/wrong-login.ts";

export interface Section {
  readonly title: string;
  readonly about: string;
  readonly checks: readonly Check[];
}

/** Every question, in the order in which it is shown. */
export const SECTIONS: readonly Section[] = [
  { title: "TARGET", about: "what listens there", checks: [hostName, port, places, protocol] },
  { title: "TLS", about: "whom devices trust", checks: [certificate, serverName, validity, tlsVersion] },
  {
    title: "SERVER",
    about: "what its administrator sees",
    checks: [
      administrator,
      release,
      usage,
      deviceLimit,
      rateLimits,
      profile,
      strategy,
      secret,
      transportType,
      names,
      gateways,
      earlierProbes,
    ],
  },
  { title: "ONE DEVICE", about: "as the run would do it", checks: [provisioning, login, wrongLogin, removal, clock] },
  {
    title: "SCENARIO",
    about: "traps of its own",
    checks: [queue, warmUp, timeOuts, rollCall, clientIds, scenarioWarnings],
  },
];
