import type { KeyStore } from "../../fleet/certificate-ports.ts";
import { prepareCertificates } from "../../fleet/certificates.ts";
import { createFleet } from "../../fleet/fleet.ts";
import type { Plan } from "../../model/plan.ts";
import type { Fleet, Shard } from "../../model/ports.ts";
import { formatCount } from "../../writing/notation.ts";

/** Certificates may take a while; a line so often says how far they are. */
const PROGRESS_MS = 2_000;

interface PrepareFleetDeps {
  readonly note: (text: string) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly keys: KeyStore;
}

/**
 * The fleet of a shard, its certificates made. Stopped while they are made, it is a fleet of names: nothing of it will
 * start, and what did not start is named in the journal.
 */
export async function prepareFleet(
  plan: Plan,
  shard: Shard,
  { note, now: clock, keys }: PrepareFleetDeps,
  stop: AbortSignal,
): Promise<Fleet> {
  const began = clock();
  let noted = began;
  const onProgress = (done: number, total: number): void => {
    const now = clock();
    const last = done === total && noted > began;
    if (!last && now - noted < PROGRESS_MS) return;
    noted = now;
    note(`made the certificates of ${formatCount(done)} of ${formatCount(total)} devices`);
  };
  try {
    return createFleet(plan, await prepareCertificates(plan, shard, { onProgress, keys }, stop));
  } catch (error) {
    if (!stop.aborted) throw error;
    const mix = [{ weight: 1, type: "access-token", made: "server" }] as const;
    const { groups } = plan.fleet;
    const ungiven = groups === undefined ? {} : { groups: groups.map((group) => ({ ...group, mix })) };
    return createFleet({ ...plan, fleet: { ...plan.fleet, mix, ...ungiven } });
  }
}
