import type { KeyStore } from "../../fleet/certificate-ports.ts";
import { prepareCertificates } from "../../fleet/certificates.ts";
import { createFleet } from "../../fleet/fleet.ts";
import { createNames } from "../../fleet/names.ts";
import { PROBE_PREFIX, type ScenarioFacts } from "../../doctor/examination.ts";
import type { Device } from "../../model/device.ts";
import type { Plan } from "../../model/plan.ts";
import { seq } from "../../model/units.ts";
import { areNamesFresh } from "../names/fleet-names.ts";

/** Its name and credentials belong to no device of any run. */
export const probePrefix = ({ runId }: Plan): string => `${PROBE_PREFIX}${runId}`;

/** The device that is tried: one like those of the fleet, well-behaved and under a name of its own. */
export async function createProbe(
  plan: Plan,
  keys: KeyStore,
  stop: AbortSignal,
): Promise<Device & { readonly name: string }> {
  const prefix = probePrefix(plan);
  const names = { from: "pattern", pattern: "{prefix}" } as const;
  const alone = {
    prefix,
    provisioning: plan.provisioning,
    fleet: { ...plan.fleet, count: 1, names, misbehaviours: [] },
  };
  const options = { onProgress: () => undefined, keys };
  const certificates = await prepareCertificates(alone, { index: 0, count: 1 }, options, stop);
  return { ...createFleet(alone, certificates).device(seq(0)), name: prefix };
}

/** Names of the first, a middle and the last device; none where the server makes names. */
export function sampleNames({ fleet, prefix }: Plan): readonly string[] {
  const name = createNames(fleet, prefix);
  const sampled = sampleOf(fleet.count).map((index) => name(seq(index)));
  return sampled.filter((each) => each !== undefined && each.trim() !== "").map(String);
}

export function scenarioFacts(plan: Plan, warnings: readonly string[]): ScenarioFacts {
  const { names, mix } = plan.fleet;
  const basic = mix.filter(({ type }) => type === "mqtt-basic");
  return {
    warnings,
    freshNames: areNamesFresh(plan) || names.from === "server" || names.from === "blank",
    longestClientId:
      basic.length === 0 ? undefined : longestClientId({ ...plan, fleet: { ...plan.fleet, mix: basic } }),
  };
}

function longestClientId(plan: Plan): string | undefined {
  const fleet = createFleet(plan);
  const ids = sampleOf(plan.fleet.count).flatMap((index) => {
    const { credentials } = fleet.device(seq(index));
    return credentials?.type === "MQTT_BASIC" && credentials.clientId !== undefined ? [credentials.clientId] : [];
  });
  return ids.toSorted((a, b) => b.length - a.length)[0];
}

const sampleOf = (count: number): readonly number[] => [...new Set([0, Math.floor(count / 2), count - 1])];
