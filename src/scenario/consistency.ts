import type { Plan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";

/** Mistakes that only show when several parts of a plan are looked at together. */
export function checkConsistency(plan: Omit<Plan, "hash">, problems: Problem[]): void {
  checkConcurrency(plan, problems);
  if (plan.target.transport === "mqtt") checkMqtt(plan, problems);
  else checkRequests(plan, problems);
}

function checkConcurrency({ phases, maxInFlight }: Omit<Plan, "hash">, problems: Problem[]): void {
  for (const [index, { shape }] of phases.entries()) {
    if (shape.kind === "closed" && shape.concurrency > maxInFlight) {
      problems.push({
        path: ["maxInFlight"],
        value: String(maxInFlight),
        fix: `phase ${index + 1} keeps ${shape.concurrency} in flight: write at least that`,
      });
    }
  }
}

function checkMqtt({ fleet, provisioning, rollCall, target }: Omit<Plan, "hash">, problems: Problem[]): void {
  const chain = provisioning.strategy === "x509-chain";
  const x509 = chain || fleet.mix.some((entry) => entry.type === "x509");
  if (x509 && (chain || rollCall.when !== "off") && target.tls === undefined) {
    problems.push({
      path: ["target", "tls"],
      value: "false",
      fix: "devices with certificates log in over TLS only: set target.tls, or rollCall: off",
    });
  }
}

/** HTTP and CoAP: requests without a session, which know a device by its token. */
function checkRequests({ fleet, rollCall, target }: Omit<Plan, "hash">, problems: Problem[]): void {
  const { transport, payload } = target;
  const name = transport === "http" ? "HTTP" : "CoAP";
  const other = fleet.mix.find((entry) => entry.type !== "access-token");
  if (other !== undefined && rollCall.when !== "off") {
    problems.push({
      path: ["fleet", "credentials"],
      value: other.type,
      fix: `over ${name} devices log in with access tokens only: write access-token, or rollCall: off`,
    });
  }
  if (rollCall.hold > 0) {
    problems.push({
      path: ["rollCall", "hold"],
      value: undefined,
      fix: `${name} has no sessions to hold: leave it out`,
    });
  }
  if (payload === "protobuf") {
    problems.push({ path: ["target", "payload"], value: payload, fix: "protobuf is for mqtt only: write json" });
  }
}
