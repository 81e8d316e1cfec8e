import type { Issued } from "../../model/entry.ts";
import type { LoginPlaces, RecordedPlan, Target } from "../../model/plan.ts";
import { placeName, targetsOf, withTargets } from "../../model/target.ts";
import { eachItsOwn, lookUpPlaces, requireSeveral, targetElsewhere } from "../aim/places.ts";

/** What is not as it was in the run. */
export interface CallAgainOptions {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly concurrency: number | undefined;
  readonly rate: number | undefined;
  /** At which of several addresses; undefined: where it was issued. */
  readonly at?: LoginPlaces | undefined;
  /** Of a run with groups, where each of them is now; absent: where it was. */
  readonly targets?: readonly Target[] | undefined;
}

/** Where devices are called again, and how. */
export type Recalled = Pick<RecordedPlan, "target" | "rollCall" | "groups">;

/** Where the roll of an earlier run is called again. Throws RollcallError. */
export async function recalled(plan: RecordedPlan, options: CallAgainOptions): Promise<Recalled> {
  if (plan.groups !== undefined) return { ...(await recalledByGroup(plan, options)), rollCall: plan.rollCall };
  const { target } = await lookUpPlaces(targetElsewhere(plan.target, options));
  requireSeveral(target, options.at);
  const { at: _ofTheRun, ...rollCall } = plan.rollCall;
  const { at } = options;
  return { target, rollCall: at === undefined || at === "same" ? rollCall : { ...rollCall, at } };
}

/** Each group at its own address, as it is found now. */
async function recalledByGroup(
  plan: RecordedPlan,
  { host, port, at, targets }: CallAgainOptions,
): Promise<Omit<Recalled, "rollCall">> {
  if (host !== undefined || port !== undefined || (at !== undefined && at !== "same")) {
    throw eachItsOwn(plan, "--host, --port and --at");
  }
  const found = await Promise.all(
    (targets ?? targetsOf(plan)).map((target) =>
      lookUpPlaces(targetElsewhere(target, { host: undefined, port: undefined })),
    ),
  );
  const { target, groups } = withTargets(
    plan,
    found.map((each) => each.target),
  );
  return { target, ...(groups === undefined ? {} : { groups }) };
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
