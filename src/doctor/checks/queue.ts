import type { Plan } from "../../model/plan.ts";
import type { Check } from "../check.ts";
import { type Finding, notChecked, ok, warning } from "../finding.ts";
import { atOnceOf, countOf, milliseconds, peakRateOf } from "../wording.ts";
import { isFrom } from "./release.ts";
import { formatDuration } from "../../writing/notation.ts";
import { usFromSeconds } from "../../model/units.ts";

/** ThingsBoard's own settings, as they are unless somebody changed them (contract, section 4). */
const MOST_PENDING = 10_000;
const GIVES_UP_S = 10;
const WORKERS = 16;

/**
 * The load against the queue in which requests wait for the core: no more can be done in a second than the workers do
 * one after the other, each in the time that a request took.
 */
export const queue: Check = {
  name: "queue",
  judge(seen) {
    const { plan, probe } = seen;
    const atOnce = atOnceOf(plan);
    if (atOnce > MOST_PENDING) {
      return [
        warning(
          `${countOf(atOnce)} requests at once; ThingsBoard holds ${countOf(MOST_PENDING)} (unless TB_QUEUE_TRANSPORT_MAX_PENDING_REQUESTS is raised) and fails the rest`,
          "Lower maxInFlight or the devices of the burst, or raise that setting.",
        ),
      ];
    }
    if (!probe.known) return [notChecked(probe.why)];
    if (probe.value.answer.state !== "provisioned") return [notChecked("no device was provisioned to measure by")];
    const pooled = isFrom("3.8", seen);
    if (pooled === undefined)
      return [notChecked("how many requests it works on at once depends on the release, which takes an administrator")];
    const { roundTripsMs } = probe.value;
    if (roundTripsMs.length < 2) return [notChecked("one answer does not tell how many a second there can be")];
    return [
      judge(plan, { fastest: Math.min(...roundTripsMs), slowest: Math.max(...roundTripsMs) }, pooled ? WORKERS : 1),
    ];
  },
};

/** What an idle server's answers allow for, from the slowest to the fastest of them. */
function judge(
  plan: Plan,
  { fastest, slowest }: { readonly fastest: number; readonly slowest: number },
  workers: number,
): Finding {
  const most = (workers * 1_000) / fastest;
  const spread = slowest === fastest ? countOf(most) : `${countOf((workers * 1_000) / slowest)} to ${countOf(most)}`;
  const answers = slowest === fastest ? milliseconds(fastest) : `${milliseconds(fastest)} to ${milliseconds(slowest)}`;
  const by = `by its answers, ${answers}, and ${workers} worker${workers === 1 ? "" : "s"}, at most ${spread} a second`;
  const atOnce = atOnceOf(plan);
  const lastAfter = atOnce / most;
  if (lastAfter > GIVES_UP_S) {
    return warning(
      `${by}: ${countOf(atOnce)} at once take ${formatDuration(usFromSeconds(lastAfter))} or more, and the server gives up after ${GIVES_UP_S} s: clients are not answered, devices may exist all the same`,
      "Lower the concurrency, maxInFlight or the burst, unless this is what you want to see. Reconcile afterwards.",
    );
  }
  const rate = peakRateOf(plan);
  if (rate > most) {
    return warning(
      `${by}: ${countOf(rate)} a second are planned, so that requests queue up`,
      "Lower the rate, unless the overload is what you want to see.",
    );
  }
  return ok(
    atOnce > workers
      ? `${by}: ${countOf(atOnce)} at once take ${formatDuration(usFromSeconds(lastAfter))} or more`
      : by,
  );
}
