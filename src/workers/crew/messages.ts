import { z } from "zod";
import type { ClockReading } from "../../model/clock-reading.ts";
import type { RunFacts } from "../../model/run-facts.ts";
import type { WholeFile } from "../bus/parcel.ts";
import type { Failure, GeneratorMessage, ParentMessage } from "../protocol.ts";
import { TOKEN } from "../bus/names.ts";

/*
 * Coordinator and worker, in this order:
 *
 *   coordinator                      worker
 *   place (on the work queue) ────►  the first one that is free takes it
 *                             ◄────  hello: who it is, and its public key
 *   brief (plan, shards)      ────►  looks at itself, its files and ports, measures its clock
 *                             ◄────  prepared (findings), or refused
 *   launch                    ────►  starts its generators
 *   tell (generator, message) ────►  ┐ parent and generator, as by the pipe
 *                             ◄────  ┘ heard (generator, message), ended (generator, how)
 *                             ◄────  sent: all results are on the bus
 *   release (files)           ────►  deletes its own copies of these, and is free again
 *
 * Place and hello are for all to see; from the brief on, everything is sealed between the two.
 */

const publicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Words of the other machine, for people: kept short, and printed as text only. */
const words = z.string().max(200);

export const placeSchema = z.object({
  run: z.string().regex(TOKEN),
  rollcall: words,
  coordinator: publicKey,
  leaseMs: z.number().int().min(1_000).max(3_600_000),
});
export type Place = z.infer<typeof placeSchema>;

export const helloSchema = z.object({
  worker: z.string().regex(TOKEN),
  name: words,
  host: words,
  rollcall: words,
  node: words,
  cores: z.number().int().min(1).max(100_000),
  memoryBytes: z.number().min(0),
  os: words,
  cpu: words,
  openFiles: z.number().nullable(),
  ports: z.number().nullable(),
  publicKey,
});
export type Hello = z.infer<typeof helloSchema>;

/** What is looked at on each worker's machine. */
export const CREW_CHECKS = ["open files", "local ports", "memory", "results", "target"] as const;
type CrewCheck = (typeof CREW_CHECKS)[number];

/** One thing of a worker's machine that is too low for its share of the plan. */
export interface CrewFinding {
  readonly check: CrewCheck;
  readonly level: "error" | "warning";
  readonly message: string;
  readonly hint: string;
}

/** How well a worker knows the coordinator's clock, in milliseconds. */
export interface ClockQuality {
  readonly roundTripMs: number;
  /** Undefined: its questions were not answered. */
  readonly boundMs: number | undefined;
}

export interface Brief {
  /** Base64: opens the object "plan". */
  readonly planKey: string;
  /** Indices of the worker's generators, of so many. */
  readonly shards: readonly number[];
  readonly count: number;
  readonly simulated: boolean;
  readonly metered?: boolean | undefined;
  /** Its generators aim at a simulator that the worker starts beside them, and not at the plan's target. */
  readonly responder?: boolean | undefined;
  /** Its generators call the roll of this earlier run, which is on the bus, and ask for nothing else. */
  readonly recall?: string | undefined;
}

export type CoordinatorMessage =
  | { readonly kind: "brief"; readonly brief: Brief }
  | { readonly kind: "launch" }
  | { readonly kind: "tell"; readonly generator: number; readonly message: ParentMessage }
  | { readonly kind: "release"; readonly files: readonly string[] };

export type WorkerMessage =
  | { readonly kind: "prepared"; readonly findings: readonly CrewFinding[]; readonly clock: ClockQuality }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "heard"; readonly generator: number; readonly message: GeneratorMessage }
  | { readonly kind: "complaint"; readonly generator: number; readonly line: string }
  | { readonly kind: "ended"; readonly generator: number; readonly how: string }
  | { readonly kind: "clock"; readonly reading: ClockReading }
  | { readonly kind: "sent"; readonly files: readonly (readonly [string, WholeFile])[] };

/** What every member of a crew is known by. */
export interface Member {
  readonly worker: string;
  readonly name: string;
  readonly host: string;
  readonly cores: number;
  readonly rollcall: string;
  readonly node: string;
  readonly machine: RunFacts["machine"];
  readonly shards: readonly number[];
}
