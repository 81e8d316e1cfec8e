import type { Issued } from "../../model/entry.ts";
import type { LoginPlaces, RecordedPlan } from "../../model/plan.ts";
import { placeName } from "../../model/target.ts";
import { lookUpPlaces, requireSeveral, targetElsewhere } from "../aim/places.ts";

/** What is not as it was in the run. */
export interface CallAgainOptions {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly concurrency: number | undefined;
  readonly rate: number | undefined;
  /** At which of several addresses; undefined: where it was issued. */
  readonly at?: LoginPlaces | undefined;
}

/** Where the roll of an earlier run is called again. Throws RollcallError. */
export async function recalled(
  plan: RecordedPlan,
  options: CallAgainOptions,
): Promise<Pick<RecordedPlan, "target" | "rollCall">> {
  const { target } = await lookUpPlaces(targetElsewhere(plan.target, options));
  requireSeveral(target, options.at);
  const { at: _ofTheRun, ...rollCall } = plan.rollCall;
  const { at } = options;
  return { target, rollCall: at === undefined || at === "same" ? rollCall : { ...rollCall, at } };
}

/** A run with one address has no word of it in its roster: it issued everything. */
export async function* issuedIn(
  { target }: Pick<RecordedPlan, "target">,
  { at }: Pick<RecordedPlan["rollCall"], "at">,
  issued: AsyncIterable<Issued>,
): AsyncGenerator<Issued> {
  const only =
    at === undefined || (target.hosts ?? []).length > 1 || target.dns?.follow === true ? undefined : placeName(target);
  for await (const each of issued)
    yield only === undefined || each.place !== undefined ? each : { ...each, place: only };
}
