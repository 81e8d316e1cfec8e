/** What spares the groups of a scenario their environment where a simulator stands for the server. */
export interface SimulatedGroups {
  readonly count: number;
  /** A key and a secret for each, which the user's own overrides may replace. */
  readonly proof: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** `written`: what stands at fleet.groups, be it right or wrong. */
export function simulatedGroups(written: unknown): SimulatedGroups {
  const groups: readonly unknown[] = Array.isArray(written) ? written : [];
  const all = groups.flatMap((group, index) => (typeof group === "object" && group !== null ? [index] : []));
  return {
    count: all.length === groups.length ? groups.length : 0,
    proof: all.flatMap((index) => [
      `fleet.groups[${index}].provisioning.key=simulated-key-${index}`,
      // A secret in the scenario itself is warned of.
      `fleet.groups[${index}].provisioning.secret=\${${variableOf(index)}}`,
    ]),
    env: Object.fromEntries(all.map((index) => [variableOf(index), `simulated-secret-${index}`])),
  };
}

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
