import type { Metric } from "./figures.ts";
import type { MqttClientName, Target } from "./plan.ts";
import type { RunFacts } from "./run-facts.ts";
import type { Us } from "./units.ts";

/**
 * The generators' own floor: what a plan measures against a responder that answers at once. Kept by plan, machine and
 * runtime, and copied into the folder of each run that it is of, as calibration.json.
 */
export interface Calibration {
  readonly version: 1;
  /** ISO 8601, wall clock. */
  readonly at: string;
  readonly planHash: string;
  readonly measuredOn: MeasuredOn;
  readonly floor: Readonly<Partial<Record<Metric, Floor>>>;
  /** Devices started a second: under closed load, the most that this machine can ask for. */
  readonly startedRate: number | null;
}

/** What a floor belongs to: any other machine or runtime has another. */
export interface MeasuredOn {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly rollcall: string;
  readonly generators: number;
  /** How many made the load together, over a bus; undefined: this one alone. */
  readonly machines?: number | undefined;
  /** What spoke MQTT: each client has a floor of its own. Undefined: no MQTT, or a floor of rollcall 0.1.0. */
  readonly client?: MqttClientName | undefined;
}

/** Ascending by q; null: too few samples. */
export type Floor = readonly { readonly q: number; readonly value: Us | null }[];

type Machine = Pick<RunFacts, "node"> & { readonly machine: Pick<RunFacts["machine"], "cpu" | "cores"> };

/** `members`: the machines that make the run together, which count all in all; undefined: one does. */
export function measuredOn(
  run: Machine & Pick<RunFacts, "rollcall" | "generators"> & { readonly target: Pick<Target, "client"> },
  members?: readonly Machine[],
): MeasuredOn {
  const { rollcall, generators, target } = run;
  const all = members ?? [run];
  const each = (values: readonly string[]): string => [...new Set(values)].toSorted().join(", ");
  return {
    cpu: each(all.map(({ machine }) => machine.cpu)),
    cores: all.reduce((sum, { machine }) => sum + machine.cores, 0),
    node: each(all.map(({ node }) => node)),
    rollcall,
    generators,
    ...(members === undefined ? {} : { machines: members.length }),
    ...(target.client === undefined ? {} : { client: target.client }),
  };
}

/** In what two differ, in words; empty: a floor of one is that of the other. */
export function differencesOf(left: MeasuredOn, right: MeasuredOn): readonly string[] {
  const parts: readonly (readonly [string, keyof MeasuredOn])[] = [
    ["machines", "machines"],
    ["processor", "cpu"],
    ["cores", "cores"],
    ["Node.js", "node"],
    ["rollcall", "rollcall"],
    ["generators", "generators"],
    ["client", "client"],
  ];
  // Where no client is named it was the package, or none on both sides.
  const valueOf = (facts: MeasuredOn, key: keyof MeasuredOn) => facts[key] ?? (key === "machines" ? 1 : "mqtt");
  return parts
    .filter(([, key]) => valueOf(left, key) !== valueOf(right, key))
    .map(([name, key]) => `${name} ${valueOf(left, key)} instead of ${valueOf(right, key)}`);
}

/** Where one has too few samples, that of the greatest quantile below which has enough. */
export function floorAt(floor: Floor | undefined, q: number): Us | null {
  return (floor ?? []).findLast((each) => each.q <= q && each.value !== null)?.value ?? null;
}
