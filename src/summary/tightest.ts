import type { HealthSample } from "../model/health.ts";
import type { Tightest } from "../model/summary.ts";
import { us } from "../model/units.ts";

export const UNKNOWN: Tightest = {
  cpuShare: null,
  gcPause: null,
  residentBytes: null,
  openFiles: null,
  freePorts: null,
};

export function tightnessOf({ cpuShare, gcPause, residentBytes, resources }: HealthSample): Tightest {
  const { openFiles = null, openFilesLimit = null, freePorts = null, ports = null } = resources ?? {};
  return {
    cpuShare,
    gcPause,
    residentBytes,
    openFiles: openFiles === null || openFilesLimit === null ? null : { most: openFiles, of: openFilesLimit },
    freePorts: freePorts === null || ports === null ? null : { least: freePorts, of: ports },
  };
}

/** The worse of both, figure by figure; of two limits that which is nearer. Associative and commutative. */
export function tighter(left: Tightest, right: Tightest): Tightest {
  const gcPause = greater(left.gcPause, right.gcPause);
  return {
    cpuShare: greater(left.cpuShare, right.cpuShare),
    gcPause: gcPause === null ? null : us(gcPause),
    residentBytes: greater(left.residentBytes, right.residentBytes),
    openFiles: first(left.openFiles, right.openFiles, (a, b) => b.most / b.of - a.most / a.of || b.most - a.most),
    freePorts: first(left.freePorts, right.freePorts, (a, b) => a.least / a.of - b.least / b.of || a.least - b.least),
  };
}

function greater(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.max(left, right);
}

function first<T>(left: T | null, right: T | null, order: (a: T, b: T) => number): T | null {
  return left === null || right === null ? (left ?? right) : order(left, right) <= 0 ? left : right;
}
