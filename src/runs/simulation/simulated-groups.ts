import { valueAt } from "../../scenario/secret-paths.ts";

/** What spares the groups of a scenario their environment where a simulator stands for the server. */
export interface SimulatedGroups {
  readonly count: number;
  /** A key and a secret for each, which the user's own overrides may replace. */
  readonly proof: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Instead of the administrators that they name: one for each, of a tenant that the simulator has. */
  readonly admins: readonly string[];
}

/** `written`: what stands at fleet.groups, be it right or wrong. */
export function simulatedGroups(written: unknown): SimulatedGroups {
  const groups: readonly unknown[] = Array.isArray(written) ? written : [];
  const all = groups.flatMap((group, index) => (typeof group === "object" && group !== null ? [index] : []));
  const administered = all.flatMap((index) => {
    const admin = valueAt(groups[index], ["admin"]);
    return admin === undefined || admin === null ? [] : [{ index, admin: JSON.stringify(admin) }];
  });
  const named = [...new Set(administered.map(({ admin }) => admin))];
  return {
    count: all.length === groups.length ? groups.length : 0,
    proof: all.flatMap((index) => [
      `fleet.groups[${index}].provisioning.key=simulated-key-${index}`,
      // A secret in the scenario itself is warned of.
      `fleet.groups[${index}].provisioning.secret=\${${variableOf(index)}}`,
    ]),
    admins: administered.map(({ index, admin }) => {
      const tenant = named.indexOf(admin);
      const own = { username: `tenant-${tenant + 2}@simulator`, password: `\${${adminVariableOf(tenant)}}` };
      return `fleet.groups[${index}].admin=${JSON.stringify(own)}`;
    }),
    env: Object.fromEntries([
      ...all.map((index) => [variableOf(index), `simulated-secret-${index}`]),
      ...named.map((_, tenant) => [adminVariableOf(tenant), `simulated-password-${tenant}`]),
    ]),
  };
}

const adminVariableOf = (tenant: number): string => `ROLLCALL_SIMULATOR_ADMIN_${tenant}`;
const variableOf = (index: number): string => `ROLLCALL_SIMULATOR_SECRET_${index}`;

/** Where the groups go instead; `authority`: a PEM file, of a group with TLS. */
export function groupOverrides(
  count: number,
  port: (index: number) => number,
  authority: (index: number) => string | undefined = () => undefined,
): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const ca = authority(index);
    const target = `fleet.groups[${index}].target`;
    return [
      `${target}.host=127.0.0.1`,
      `${target}.port=${port(index)}`,
      ...(ca === undefined ? [] : [`${target}.tls=${JSON.stringify({ ca })}`]),
    ];
  }).flat();
}
