import { reasonOf } from "../../model/error.ts";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { NameVisit } from "../examination.ts";
import { within } from "./within.ts";

/** A resolver that is not there is asked for longer than anybody waits. */
const PATIENCE_MS = 5_000;

export async function resolveName(host: string, now: () => number, stop: AbortSignal): Promise<NameVisit> {
  if (isIP(host) !== 0) return { kind: "address" };
  const began = now();
  try {
    const found = await within(lookup(host, { all: true }), PATIENCE_MS, stop);
    if (found === undefined) return { kind: "missing", detail: `no answer within ${PATIENCE_MS / 1_000} s` };
    return { kind: "found", addresses: found.map(({ address }) => address), ms: now() - began };
  } catch (error) {
    if (stop.aborted) throw error;
    return { kind: "missing", detail: reasonOf(error) };
  }
}
