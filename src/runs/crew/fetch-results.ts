import type { Crew } from "../../workers/crew/crew.ts";
import { shellWord } from "../../writing/shell-word.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import type { BusArguments } from "./bus-setting.ts";

/** What the workers have written; a signal ends the waiting, and `rollcall collect` fetches the rest. Gives what is missing. */
export async function fetchResults(
  world: World,
  crew: Crew,
  { folder, bus, note }: { readonly folder: string; readonly bus: BusArguments; readonly note: (text: string) => void },
): Promise<readonly string[]> {
  using stops = stopOnSignals(world);
  note("fetching the results of the workers");
  const missing = await crew.collect(stops.signal);
  if (missing.length > 0) {
    note(`not fetched: ${missing.join(", ")}. When their workers are back: ${collectCommand(folder, bus)}`);
  }
  return missing;
}

/** The command that fetches what workers still have of a run; no address of a bus has a password in it. */
export function collectCommand(folder: string, { bus, busCreds, busCa, busCert, busKey }: BusArguments): string {
  const access = [
    ["--bus", bus],
    ["--bus-creds", busCreds],
    ["--bus-ca", busCa],
    ["--bus-cert", busCert],
    ["--bus-key", busKey],
  ] as const;
  const options = access.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${shellWord(value)}`]));
  return `rollcall collect ${shellWord(folder)} ${options.join(" ")}`;
}
