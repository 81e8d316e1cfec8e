import type { DeviceRecord } from "./device-store.ts";

/** Of each scope the keys that are asked for, with commas between; null: none of this scope, and of both everything. */
export interface AskedKeys {
  readonly client: string | null;
  readonly shared: string | null;
}

/** `{}` where there is none; else those asked for, by scope, or all. */
export function attributesOf({ values }: DeviceRecord, asked: AskedKeys): string {
  const none = asked.client === null && asked.shared === null;
  const result: Record<string, object> = {};
  for (const scope of ["client", "shared"] as const) {
    const wanted = asked[scope]?.split(",");
    const entries = [...values[scope]].filter(([key]) => none || wanted?.includes(key));
    if (entries.length > 0) result[scope] = Object.fromEntries(entries);
  }
  return JSON.stringify(result);
}
