import type { LookCost, ServiceReading } from "../model/watch.ts";

/** Something that can be asked what a server is doing. */
export interface WatchSource {
  /** As it is recorded and shown: never with a secret. */
  readonly name: string;
  /** Never rejects but when `stop` is aborted by whoever ends the watching; a time-out is a gap. */
  look(stop: AbortSignal): Promise<Look>;
  close(): Promise<void>;
}

export type Look = LookCost &
  (
    | { readonly kind: "seen"; readonly services: readonly ServiceReading[]; readonly leftOut: number }
    | { readonly kind: "gap"; readonly why: string }
  );

/** Services that are read of one answer: ten times a large cluster's. */
export const MOST_SERVICES = 100;
const LONGEST_NAME = 100;

/** What a server calls a service, as far as it is kept. */
export function serviceName(text: string): string {
  const name = text.slice(0, LONGEST_NAME).toWellFormed();
  return text.length > LONGEST_NAME ? `${name}…` : name;
}
