import { BEFORE_S, p90Of, type ServedSecond, type Stretch } from "./served-windows.ts";

/** One second of a load with a steady planned rate. */
export interface LoadSecond extends ServedSecond {
  /** By its planned time. */
  readonly planned: number;
  readonly started: number;
  /** Provisioned, rejected or failed. */
  readonly ended: number;
}

export interface SteadyLoad extends Stretch {
  readonly second: (index: number) => LoadSecond;
}

/** How a load is served as long as nothing happens. */
export interface Level {
  /** Devices planned in a second. */
  readonly rate: number;
  /** Provisioned of those planned. */
  readonly share: number;
  readonly p90: number;
}

export interface LevelBefore {
  /** Of the last 30 s that were as before; undefined: they say too little, or the target did not keep up then. */
  level(): Level | undefined;
  saw(second: number): void;
  /** What was seen since the last time is part of what comes later is held against. */
  wasAsBefore(): void;
  /** What was seen since the last time is not. */
  forget(): void;
}

/** Less of it is no measure of what comes after. */
const LEAST_S = 10;
const LEAST_ROUND_TRIPS = 100;
/** A target that did not keep up before has no level to fall from. */
const KEPT_UP = 0.9;
/** To sort what came before for each second would cost more than the rest of the fold. */
const LOOK_AGAIN_S = 10;

export function createLevel(second: (index: number) => LoadSecond): LevelBefore {
  const past: number[] = [];
  let open: number[] = [];
  let known: Level | undefined;
  let added = 0;
  return {
    level: () => known,
    saw(index) {
      open.push(index);
    },
    wasAsBefore() {
      past.push(...open);
      added += open.length;
      open = [];
      past.splice(0, past.length - BEFORE_S);
      if (past.length < LEAST_S || (known !== undefined && added < LOOK_AGAIN_S)) return;
      known = levelOf(past.map(second));
      added = 0;
    },
    forget() {
      open = [];
    },
  };
}

function levelOf(seconds: readonly LoadSecond[]): Level | undefined {
  const sum = (of: (second: LoadSecond) => number): number => seconds.reduce((total, each) => total + of(each), 0);
  const planned = sum((each) => each.planned);
  const p90 = p90Of(seconds.map(({ roundTrips }) => roundTrips));
  const enough = sum(({ roundTrips }) => roundTrips.length) >= LEAST_ROUND_TRIPS;
  if (!enough || p90 === undefined || sum(({ ended }) => ended) < KEPT_UP * planned) return undefined;
  // More answers than arrivals are those of devices that arrived earlier: no rate that could be expected to last.
  const share = Math.min(1, sum(({ provisioned }) => provisioned) / planned);
  return { rate: planned / seconds.length, share, p90 };
}
