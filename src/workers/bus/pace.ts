/**
 * How often things are done on a bus, and how long is waited for what does not come; all in milliseconds. The lease is not
 * here: it is the user's, and says how long a load may go on without its owner.
 */
export interface BusPace {
  /** A dead connection is noticed after two pings without an answer. */
  readonly ping: number;
  /** After a connection is lost, and as much again at random. */
  readonly reconnect: number;
  /** Results that have grown are sent on. */
  readonly send: number;
  /** Leases and the progress of what is waited for are looked at. */
  readonly look: number;
  /** All workers that are there have answered who they are. */
  readonly call: number;
  /** So long without anything of anybody, and the results of a worker that lives are left to `collect`. */
  readonly quiet: number;
  /** The same of one that is lost. */
  readonly quietOfLost: number;
  /** The same while `collect` waits. */
  readonly quietOfCollect: number;
  /** At least so long where something is on its way from the bus. */
  readonly underWay: number;
  /** So long a worker that is to stop waits for the word that its results have come. */
  readonly release: number;
  /** For what a run leaves on a bus that may be gone. */
  readonly tidyUp: number;
}

export const BUS_PACE: BusPace = {
  ping: 3_000,
  reconnect: 250,
  send: 5_000,
  look: 250,
  call: 2_000,
  quiet: 300_000,
  quietOfLost: 2_000,
  quietOfCollect: 15_000,
  underWay: 15_000,
  release: 60_000,
  tidyUp: 10_000,
};
