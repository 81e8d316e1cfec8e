import { monitorEventLoopDelay, performance, PerformanceObserver } from "node:perf_hooks";
import type { LocalResources, ProcessorShares } from "../model/health.ts";
import type { Clock } from "../model/ports.ts";
import { type Us, us, usFromMs } from "../model/units.ts";

/** The delay is measured by a timer of this period, which is part of each reading and taken off again. */
const RESOLUTION_MS = 10;
const NS_PER_US = 1_000;

/** This process since the reading before. */
export interface Condition {
  /** 0 to 1. */
  readonly eventLoopUtilisation: number;
  readonly eventLoopDelayP99: Us;
  readonly gcPause: Us;
  /** CPU time over wall time; 1 is one core. */
  readonly cpuShare: number;
  readonly residentBytes: number;
  readonly resources: LocalResources;
  readonly processors?: ProcessorShares;
}

/** Of all processors together, in any unit, since any instant. */
export interface ProcessorTimes {
  readonly busy: number;
  readonly stolen: number;
  readonly all: number;
}

export interface HealthProbe {
  /** Reads all and begins the next interval. */
  take(): Condition;
  close(): void;
}

export interface HealthProbeOptions {
  readonly clock: Pick<Clock, "now">;
  /** Microseconds since the process began. */
  readonly cpu: () => { readonly user: number; readonly system: number };
  /** Resident bytes. */
  readonly memory: () => number;
  readonly resources: () => LocalResources;
  /** Undefined: the system does not tell. */
  readonly processors: () => ProcessorTimes | undefined;
}

export function createHealthProbe({ clock, cpu, memory, resources, processors }: HealthProbeOptions): HealthProbe {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let gcPauseMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) gcPauseMs += entry.duration;
  });
  observer.observe({ entryTypes: ["gc"] });
  let loop = performance.eventLoopUtilization();
  let cpuBefore = totalOf(cpu());
  let wallBefore = clock.now();
  let timesBefore = processors();

  return {
    take() {
      const loopNow = performance.eventLoopUtilization();
      const cpuNow = totalOf(cpu());
      const wallNow = clock.now();
      const wall = us(wallNow - wallBefore);
      const times = processors();
      const shares = sharesOf(timesBefore, times);
      const condition: Condition = {
        eventLoopUtilisation: performance.eventLoopUtilization(loopNow, loop).utilization,
        eventLoopDelayP99: delayP99(delay, wall),
        gcPause: usFromMs(gcPauseMs),
        cpuShare: wall === 0 ? 0 : (cpuNow - cpuBefore) / wall,
        residentBytes: memory(),
        resources: resources(),
        ...(shares === undefined ? {} : { processors: shares }),
      };
      [loop, cpuBefore, wallBefore, gcPauseMs] = [loopNow, cpuNow, wallNow, 0];
      timesBefore = times;
      delay.reset();
      return condition;
    },
    close() {
      delay.disable();
      observer.disconnect();
    },
  };
}

/**
 * What an event due at a random instant waited. The monitor counts one blockage of length D as one reading of about
 * a hundred, however long it was; of a window W a share (D - x) / W waits longer than x, so p99 is D - W / 100 at least.
 */
function delayP99(delay: ReturnType<typeof monitorEventLoopDelay>, window: Us): Us {
  if (delay.count === 0) return us(0);
  const p99 = withoutPeriod(delay.percentile(99));
  const blocked = withoutPeriod(delay.max) - window / 100;
  return us(Math.max(0, Math.round(Math.max(p99, blocked))));
}

/** Nanoseconds as the monitor has them to microseconds of delay. */
function withoutPeriod(nanoseconds: number): number {
  return nanoseconds / NS_PER_US - usFromMs(RESOLUTION_MS);
}

/** Undefined: no tick has passed. */
function sharesOf(before: ProcessorTimes | undefined, now: ProcessorTimes | undefined): ProcessorShares | undefined {
  if (before === undefined || now === undefined || now.all <= before.all) return undefined;
  const all = now.all - before.all;
  return { busy: (now.busy - before.busy) / all, stolen: (now.stolen - before.stolen) / all };
}

function totalOf(times: { readonly user: number; readonly system: number }): number {
  return times.user + times.system;
}
