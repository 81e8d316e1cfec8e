import type { Secret } from "./secret.ts";

/** A tenant's administrator, at the REST address of the scenario's. */
export interface GroupAdmin {
  /** Undefined: there is an API key. */
  readonly username: string | undefined;
  /** Undefined: it comes from the environment of those who ask. */
  readonly password: Secret | undefined;
  readonly apiKey: Secret | undefined;
  /** Where the secret came from, to read it again after the run; never the secret. */
  readonly secretSource: string;
}

export type RecordedGroupAdmin = Omit<GroupAdmin, "password" | "apiKey">;

/** As the folder of a run keeps it. */
export interface RecordedOwnAdmin {
  readonly admin?: RecordedGroupAdmin | undefined;
}

/** Whether two are the same administrator; undefined: that of the scenario. */
export function isSameAdmin(
  one: Pick<GroupAdmin, "username" | "apiKey"> | undefined,
  other: Pick<GroupAdmin, "username" | "apiKey"> | undefined,
): boolean {
  return one?.username === other?.username && one?.apiKey?.reveal() === other?.apiKey?.reveal();
}
