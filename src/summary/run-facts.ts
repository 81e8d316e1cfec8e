import type { BrakeRecord } from "../model/brake-record.ts";
import type { RunFacts } from "../model/run-facts.ts";
import { targetsOf, urlsOfPlan } from "../model/target.ts";
import { us } from "../model/units.ts";
import { hasEnd } from "../record/journal-condition.ts";
import { conditionOf } from "../record/standings.ts";
import { addressesOf } from "./address-tally.ts";
import { generatorsOf } from "./generators.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { RunTally } from "./run-tally.ts";

const NOTHING_KNOWN = "unknown";

export function runFactsOf(facts: PlanFacts, tally: RunTally, stoppedBy?: BrakeRecord): RunFacts {
  const { plan } = facts;
  // Of several places there is a table.
  const addresses = tally.places.size > 0 ? undefined : addressesOf(tally.addresses);
  const journals = generatorsOf(facts, tally).map(([index]) => ({ index, ...conditionOf(tally.standings, index) }));
  const headers = journals.flatMap(({ header }) => (header === undefined ? [] : [header]));
  const first = headers[0];
  const lostGenerators = journals.filter((journal) => !hasEnd(journal)).map(({ index }) => index);
  const stopped = journals.some(({ footer }) => footer?.state === "interrupted");
  return {
    id: plan.runId,
    scenario: plan.name,
    description: plan.description,
    planHash: plan.hash,
    prefix: plan.prefix,
    seed: plan.fleet.seed,
    startedAt: headers.map((header) => header.startedAt).toSorted()[0] ?? NOTHING_KNOWN,
    duration: us(Math.max(0, tally.lastEntry)),
    state: lostGenerators.length > 0 ? "crashed" : stopped ? "interrupted" : "complete",
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    target: {
      url: urlsOfPlan(plan),
      transport: plan.target.transport,
      mqttVersion: plan.target.mqttVersion,
      // Absent from the files of 0.1.0, whose reports stay as they are to the byte.
      ...(plan.target.client === undefined ? {} : { client: plan.target.client }),
      simulated: headers.some((header) => header.simulated),
      insecureTls: targetsOf(plan).some(({ tls }) => tls?.insecure === true),
    },
    ...(addresses === undefined ? {} : { addresses }),
    rollcall: first?.rollcall ?? NOTHING_KNOWN,
    node: first?.node ?? NOTHING_KNOWN,
    machine: first?.machine ?? { cores: 0, cpu: NOTHING_KNOWN, memoryBytes: 0, os: NOTHING_KNOWN },
    generators: facts.generators,
    lostGenerators,
  };
}
