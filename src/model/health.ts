import type { Us } from "./units.ts";

/** One second of one generator's own condition; written to its journal and sent with each snapshot. */
export interface HealthSample {
  readonly at: Us;
  /** Index into plan.phases; -1 outside the load (waiting, roll call). */
  readonly phase: number;
  /** 0 to 1 over this second. */
  readonly eventLoopUtilisation: number;
  /** Microseconds. */
  readonly eventLoopDelayP99: Us;
  /** Started minus intended, of the arrivals started in this second; 0 if none. */
  readonly latenessP99: Us;
  readonly started: number;
  /** Arrivals whose intended time fell into this second. */
  readonly planned: number;
  /** Microseconds spent in garbage collection. */
  readonly gcPause: Us;
  /** CPU time over wall time of this process, 1 = one core. */
  readonly cpuShare: number;
  readonly residentBytes: number;
  readonly inFlight: number;
  /** Sessions held after their login; absent in journals written before it was measured. */
  readonly held?: number;
  readonly localErrors: number;
  /** Absent in journals written before it was measured. */
  readonly resources?: LocalResources;
  /** Absent in journals written before it was measured, and where the system does not tell. */
  readonly processors?: ProcessorShares;
}

/** What became of all processors of the machine over one second, each 0 to 1. */
export interface ProcessorShares {
  /** Used by any program, this one too. */
  readonly busy: number;
  /** Wanted, and given to another virtual machine by the hypervisor. */
  readonly stolen: number;
}

/** What is left of things that run out all at once; null where the system does not tell. */
export interface LocalResources {
  /** Files that this process has open, sockets among them, and how many it may have. */
  readonly openFiles: number | null;
  readonly openFilesLimit: number | null;
  /** For connections to one target, at least, and how many there are; of the whole machine. */
  readonly freePorts: number | null;
  readonly ports: number | null;
}
