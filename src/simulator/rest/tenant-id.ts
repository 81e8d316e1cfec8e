import { createHash } from "node:crypto";
import { DEFAULT_TENANT } from "../options.ts";

const FIRST = "00000000-0000-4000-9000-000000000001";

/** The id of the tenant of that name, a UUID as all of ThingsBoard's ids: the same in each start of a simulator. */
export function tenantIdOf(tenant: string): string {
  if (tenant === DEFAULT_TENANT) return FIRST;
  const digits = createHash("sha256").update(tenant).digest("hex").slice(0, 12);
  return `00000000-0000-4000-9001-${digits}`;
}
