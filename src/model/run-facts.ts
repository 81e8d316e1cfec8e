import type { BrakeRecord } from "./brake-record.ts";
import type { MqttClientName, MqttVersion, Transport } from "./plan.ts";
import type { Us } from "./units.ts";

export interface RunFacts {
  readonly id: string;
  readonly scenario: string;
  readonly description: string;
  readonly planHash: string;
  readonly prefix: string;
  readonly seed: number;
  /** ISO 8601, wall clock, stamped once. */
  readonly startedAt: string;
  /** From run start to the last entry of any journal. */
  readonly duration: Us;
  /** "crashed": a generator's journal has no footer. */
  readonly state: "complete" | "interrupted" | "crashed";
  /** A threshold that may do so stopped the run; absent: none did. */
  readonly stoppedBy?: BrakeRecord | undefined;
  readonly target: {
    readonly url: string;
    readonly transport: Transport;
    readonly mqttVersion: MqttVersion;
    /** What spoke MQTT for the devices; undefined: no MQTT, or a run of rollcall 0.1.0, which had the mqtt package alone. */
    readonly client?: MqttClientName | undefined;
    readonly simulated: boolean;
    readonly insecureTls: boolean;
  };
  /** Where the devices were connected to, and their logins; the most devices first; absent: none was, the plan has several places (see PlaceSummary), or the journals do not say (0.1.0). */
  readonly addresses?: readonly AddressSummary[] | undefined;
  readonly rollcall: string;
  readonly node: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryBytes: number; readonly os: string };
  readonly generators: number;
  /** Generators (by index) that died before writing their footer. */
  readonly lostGenerators: readonly number[];
}

/** One address of the target's host. */
export interface AddressSummary {
  readonly address: string;
  /** Those that were connected to it. */
  readonly devices: number;
  /** Those of them that got no answer that could be read, but for those that misbehave on purpose. */
  readonly failed: number;
  /** Logins that were connected to it; absent: the journals do not say (0.2.0). */
  readonly logins?: number | undefined;
}
