import type { Seq } from "../model/units.ts";
import { byFrequency } from "./counts.ts";

/** A device as reports name it. */
export interface NamedDevice {
  readonly seq: Seq;
  readonly name: string;
}

/** The devices of lowest seq, at most `limit`, in order; whichever order they come in. */
export interface FirstDevices {
  readonly limit: number;
  readonly devices: NamedDevice[];
}

/** How many there are of something, and the one of lowest seq as its example. */
export interface Counted {
  count: number;
  seq: number;
  device: string;
  text: string;
}

export function createFirstDevices(limit: number): FirstDevices {
  return { limit, devices: [] };
}

export function addFirst({ limit, devices }: FirstDevices, device: NamedDevice): void {
  const last = devices.at(-1);
  if (devices.length === limit && last !== undefined && device.seq >= last.seq) return;
  const after = devices.findLastIndex((each) => each.seq <= device.seq);
  devices.splice(after + 1, 0, device);
  if (devices.length > limit) devices.pop();
}

export function count<K>(into: Map<K, Counted>, key: K, example: Omit<Counted, "count">, by = 1): void {
  const counted = into.get(key);
  if (counted === undefined) {
    into.set(key, { count: by, ...example });
    return;
  }
  counted.count += by;
  if (example.seq < counted.seq) Object.assign(counted, { ...example, count: counted.count });
}

export function mergeCounted<K>(into: Map<K, Counted>, from: ReadonlyMap<K, Counted>): void {
  for (const [key, { count: by, ...example }] of from) count(into, key, example, by);
}

export function ranked<K extends string | number>(map: ReadonlyMap<K, Counted>): readonly (readonly [K, Counted])[] {
  return [...map].sort(([a, x], [b, y]) => byFrequency([a, x.count], [b, y.count]));
}

/** What a device is called where the server, and not we, made its name. */
export function deviceLabel(seq: Seq, name: string | undefined): string {
  return name === undefined || name === "" ? `device ${seq}` : name;
}
