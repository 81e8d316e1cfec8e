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
