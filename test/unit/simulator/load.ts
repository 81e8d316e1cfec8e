import { createQueuedTransport } from "../../../src/simulator/timing/queued-transport.ts";
import { createRandom } from "../../../src/simulator/timing/random.ts";
import { PRESETS, type PresetName, type ServiceModel } from "../../../src/simulator/timing/service-model.ts";
import type { Work } from "../../../src/simulator/timing/transport-api.ts";
import { traitsOf } from "../../../src/simulator/core/version-table.ts";
import { createVirtualTimers } from "./virtual-timers.ts";

/** What a load on the core of a ThingsBoard came to. Times in milliseconds. */
export interface LoadResult {
  readonly answered: number;
  readonly unanswered: number;
  /** Done by the core, told to nobody. */
  readonly lost: number;
  /** Of the answered: interrupted after they had saved. */
  readonly disturbed: number;
  /** Answers a second, from the first request to the last answer. */
  readonly rate: number;
  /** Round trips of the answered, in order of their answers. */
  readonly roundTrips: readonly number[];
  /** Of those that got no answer, ascending. */
  readonly givenUpAfter: readonly number[];
  readonly quantile: (q: number) => number;
}

export interface LoadOptions {
  readonly version: string;
  readonly preset?: PresetName;
  readonly service?: Partial<ServiceModel>;
  readonly kind?: Work;
  readonly requests: number;
  /** Closed: so many in flight. */
  readonly inFlight?: number;
  /** Open: so many a second, Poisson. */
  readonly rate?: number;
  readonly seed?: number;
  /** Creations that are in the queue before the load begins; not part of the result. */
  readonly behind?: number;
}

/** Puts a load on the queue and worker model alone, in virtual time. */
export function load(options: LoadOptions): LoadResult {
  const timers = createVirtualTimers();
  const random = createRandom(options.seed ?? 1);
  const traits = traitsOf(options.version);
  if (traits === undefined) throw new Error(`no version ${options.version}`);
  const service = { ...PRESETS[options.preset ?? "thingsboard-2core"](traits), ...options.service };
  const transport = createQueuedTransport({ service, traits, timers, random });
  const roundTrips: number[] = [];
  const givenUpAfter: number[] = [];
  let lost = 0;
  let disturbed = 0;
  let asked = 0;
  let lastAnswer = 0;

  const ask = (next: () => void): void => {
    asked += 1;
    const sent = timers.now();
    transport.ask(
      options.kind ?? "provision",
      (struck) => {
        if (struck) disturbed += 1;
        return true;
      },
      (answer) => {
        if (answer === undefined) givenUpAfter.push(timers.now() - sent);
        else {
          roundTrips.push(timers.now() - sent);
          lastAnswer = timers.now();
        }
        next();
      },
      () => {
        lost += 1;
      },
    );
  };

  const ignore = (): void => undefined;
  for (let i = 0; i < (options.behind ?? 0); i += 1) transport.ask("provision", () => true, ignore, ignore);
  if (options.rate === undefined) {
    // What a client does between two devices takes a moment.
    const one = (): void => {
      if (asked < options.requests) ask(() => timers.after(1 + random.next() * 2, one));
    };
    for (let i = 0; i < (options.inFlight ?? 1); i += 1) timers.after(random.next() * 20, one);
  } else {
    let at = 0;
    for (let i = 0; i < options.requests; i += 1) {
      at += (-Math.log(1 - random.next()) * 1_000) / options.rate;
      timers.after(at, () => ask(() => undefined));
    }
  }
  timers.advanceTo(3_600_000);

  const sorted = [...roundTrips].sort((a, b) => a - b);
  givenUpAfter.sort((a, b) => a - b);
  return {
    answered: roundTrips.length,
    unanswered: givenUpAfter.length,
    lost,
    disturbed,
    rate: (roundTrips.length * 1_000) / lastAnswer,
    roundTrips,
    givenUpAfter,
    quantile: (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN,
  };
}
