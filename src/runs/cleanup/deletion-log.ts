import type { ServerDevice } from "../../model/administration.ts";
import type { Afterwards } from "../../model/afterwards.ts";
import { noteAfterwards } from "../../record/afterwards-file.ts";
import { noteDeletion } from "../../record/setup-record.ts";
import { dateOf, type WorldClock } from "../world.ts";

type Deleted = Pick<ServerDevice, "id" | "name">;

/** Keeps what a cleanup takes away, so that no later look calls it missing. */
export interface DeletionLog {
  /** Before it is asked for. */
  begin(device: Deleted): Promise<void>;
  end(deleted: number, left: number | null): Promise<void>;
}

/** Kept beside what says who made it: what setup made in `results`, the run's own in its `folder`. */
export function createDeletionLog(
  clock: WorldClock,
  {
    results,
    folder,
    profile,
  }: { readonly results: string; readonly folder: string | undefined; readonly profile: string },
  prepared: ReadonlySet<string>,
): DeletionLog {
  const note = async (line: Afterwards): Promise<void> => {
    if (folder !== undefined) await noteAfterwards(folder, line);
  };
  const at = (): string => dateOf(clock).toISOString();
  return {
    begin: ({ id, name }) =>
      prepared.has(id)
        ? noteDeletion(results, profile, { id, name }, clock.wall())
        : note({ version: 1, kind: "deletion", at: at(), id, name }),
    end: (deleted, left) => note({ version: 1, kind: "cleanup", at: at(), deleted, left }),
  };
}
