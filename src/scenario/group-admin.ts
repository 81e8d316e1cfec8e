import { type GroupAdmin, isSameAdmin } from "../model/group-admin.ts";
import type { GroupPlan } from "../model/plan.ts";
import type { GroupInput } from "./group-schema.ts";
import type { Problem } from "./problem.ts";
import type { SecretReader } from "./secrets.ts";

/** The administrator of a group's tenant; undefined: the scenario's. What is left out comes from the environment of those who ask. */
export function groupAdminOf(
  { admin }: GroupInput,
  path: Problem["path"],
  secrets: SecretReader,
  problems: Problem[],
): GroupAdmin | undefined {
  if (admin === undefined) return undefined;
  const { username, password, apiKey } = admin;
  if ((username === undefined) === (apiKey === undefined) || (password !== undefined && apiKey !== undefined)) {
    const fix = "name its username (and password), or give its apiKey";
    problems.push({ path: [...path, "admin"], value: undefined, fix });
  }
  const at = [...path, "admin", username === undefined ? "apiKey" : "password"];
  return {
    username,
    password: password === undefined ? undefined : secrets.secret(password, [...path, "admin", "password"]),
    apiKey: apiKey === undefined ? undefined : secrets.key(apiKey, [...path, "admin", "apiKey"]),
    secretSource: (username === undefined ? apiKey : password) === undefined ? "none" : secrets.source(at),
  };
}

/** A key is of one profile, and so of one tenant. */
export function checkGroupAdmins(groups: readonly GroupPlan[], problems: Problem[]): void {
  for (const [index, group] of groups.entries()) {
    const { key } = group.provisioning;
    const other = groups.slice(0, index).find((each) => each.provisioning.key === key && key !== "");
    if (other === undefined || isSameAdmin(other.admin, group.admin)) continue;
    const fix = `it has the key of ${other.name}, and so its device profile and tenant: name the same administrator, or none`;
    problems.push({ path: ["fleet", "groups", index, "admin"], value: undefined, fix });
  }
}
