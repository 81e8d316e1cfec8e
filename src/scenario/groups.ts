import { apportion } from "../model/apportion.ts";
import type { FleetGroup, GroupPlan, KeyedProvisioning, Target } from "../model/plan.ts";
import { bareHost } from "../model/target.ts";
import { formatCount, quantity } from "../writing/notation.ts";
import { mixOf, USUAL_CREDENTIALS } from "./fleet-plan.ts";
import { checkGroupAdmins, groupAdminOf } from "./group-admin.ts";
import type { GroupInput } from "./group-schema.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import type { SecretReader } from "./secrets.ts";
import { resolveTls, type TlsContext } from "./tls.ts";
import { usualPort } from "./usual-port.ts";

/** How many devices there are, and how many the load had before it was shortened. */
export interface GroupSizes {
  readonly devices: number;
  readonly asked: number;
}

/** Who the devices of each group are; undefined: there are no groups. Mistakes go to `problems`. */
export function groupsOfFleet(
  { fleet }: Scenario,
  sizes: GroupSizes,
  problems: Problem[],
  warnings: string[],
): readonly FleetGroup[] | undefined {
  const { groups } = fleet;
  if (groups === undefined) return undefined;
  checkGroupNames(groups, problems);
  const counts = countsOf(groups, sizes, problems);
  return groups.map(({ name, credentials }, index): FleetGroup => {
    const count = counts[index] ?? 0;
    if (count === 0) {
      warnings.push(`fleet.groups[${index}]: of ${quantity(sizes.devices, "device")} none is left for ${name}`);
    }
    return { name, count, mix: mixOf(credentials ?? fleet.credentials ?? USUAL_CREDENTIALS) };
  });
}

function checkGroupNames(groups: readonly GroupInput[], problems: Problem[]): void {
  for (const [index, { name }] of groups.entries()) {
    if (!groups.slice(0, index).some((other) => other.name === name)) continue;
    problems.push({ path: ["fleet", "groups", index, "name"], value: JSON.stringify(name), fix: "it is there twice" });
  }
}

function countsOf(
  groups: readonly GroupInput[],
  { devices, asked }: GroupSizes,
  problems: Problem[],
): readonly number[] {
  const problem = (value: string | undefined, fix: string) =>
    problems.push({ path: ["fleet", "groups"], value, fix, judgedBy: ["load"] });
  const given = groups.flatMap(({ count }) => count ?? []);
  if (given.length > 0) {
    if (given.length < groups.length || groups.some(({ share }) => share !== undefined)) {
      problem(undefined, "write a count for each group, or a share for each");
      return apportion(
        devices,
        groups.map(() => 1),
      );
    }
    const sum = given.reduce((total, count) => total + count, 0);
    if (sum !== asked) {
      const fix = `the fleet has ${quantity(asked, "device")}: let the counts of the groups add up to that`;
      problem(`${formatCount(sum)} together`, fix);
    }
    return apportion(devices, given);
  }
  const shares = groups.map(({ share }) => share ?? { weight: 1, percent: false });
  const sum = shares.reduce((total, { weight }) => total + weight, 0);
  const inPercent = shares.filter(({ percent }) => percent).length;
  if (inPercent > 0 && inPercent < shares.length) {
    problem(undefined, "write the share of each group as a percentage, or of each as a weight");
  } else if (inPercent > 0 && Math.abs(sum - 100) > 0.01) {
    problem(`${Number(sum.toFixed(2))}% together`, "let the shares add up to 100%, or write weights without %");
  }
  return apportion(
    devices,
    shares.map(({ weight }) => weight),
  );
}

/** Where each group goes and what it proves itself with. `target`: that of the scenario, resolved. */
export function resolveGroups(
  scenario: Scenario,
  target: Target,
  context: TlsContext,
  secrets: SecretReader,
  problems: Problem[],
): readonly GroupPlan[] | undefined {
  const groups = scenario.fleet.groups?.map((group, index): GroupPlan => {
    const path = ["fleet", "groups", index] as const;
    const admin = groupAdminOf(group, path, secrets, problems);
    return {
      name: group.name,
      target: targetOf(group, target, path, context, problems),
      provisioning: provisioningOf(scenario, group, path, secrets, problems),
      ...(admin === undefined ? {} : { admin }),
    };
  });
  checkGroupAdmins(groups ?? [], problems);
  return groups;
}

type GroupPath = readonly ["fleet", "groups", number];

/** The scenario's where it says nothing else; another transport has ports and forms of its own, so that there the host alone is taken over. */
function targetOf(
  { target: own }: GroupInput,
  base: Target,
  path: GroupPath,
  context: TlsContext,
  problems: Problem[],
): Target {
  const transport = own.transport ?? base.transport;
  const same = transport === base.transport;
  const problem = (field: string, value: string | undefined, fix: string) =>
    problems.push({ path: [...path, "target", field], value, fix, judgedBy: ["target"] });
  const several = base.hosts !== undefined || base.srv !== undefined || base.dns?.follow === true;
  const elsewhere = own.host !== undefined || own.port !== undefined || !same;
  if (several && elsewhere && own.host === undefined) {
    problem(
      "host",
      undefined,
      "the scenario has several addresses of its own transport and ports: name this group's host",
    );
  }
  const tls =
    own.tls === undefined && same
      ? base.tls
      : resolveTls(own.tls ?? false, [...path, "target", "tls"], context, problems);
  const usual = usualPort(transport, tls !== undefined);
  const port = own.port ?? (same && !several && own.tls === undefined ? base.port : usual);
  const { hosts: _hosts, srv: _srv, dns: _dns, spread: _spread, address: _address, proxyProtocol, ...rest } = base;
  return {
    ...(elsewhere ? rest : base),
    transport,
    ...(elsewhere ? { host: bareHost(own.host ?? base.host), port } : {}),
    mqttVersion: own.mqttVersion ?? (same ? base.mqttVersion : "3.1.1"),
    client: transport === "mqtt" ? (own.client ?? (same ? base.client : undefined) ?? "lean") : undefined,
    payload: own.payload ?? (same ? base.payload : "json"),
    tls,
    ...(same && proxyProtocol !== undefined ? { proxyProtocol } : {}),
  };
}

function provisioningOf(
  { provisioning: base }: Scenario,
  { name, provisioning: own }: GroupInput,
  path: GroupPath,
  secrets: SecretReader,
  problems: Problem[],
): KeyedProvisioning {
  const at = (field: "key" | "secret"): Problem["path"] =>
    own[field] === undefined && base[field] !== undefined ? ["provisioning", field] : [...path, "provisioning", field];
  for (const field of ["key", "secret"] as const) {
    if ((own[field] ?? base[field]) !== undefined) continue;
    const fix = `this field is missing: the provision ${field} of ${name}'s device profile, as \${${variableOf(name, field)}}`;
    problems.push({ path: at(field), value: undefined, fix });
  }
  // A key is of one profile: with its own key a group has not the scenario's.
  const profile = own.profile ?? (own.key === undefined ? base.profile : undefined);
  const secret = own.secret ?? base.secret;
  return {
    strategy: base.strategy === "x509-chain" ? "disabled" : base.strategy,
    profile,
    key: secrets.text(own.key ?? base.key, at("key")) ?? "",
    secret: secrets.secret(secret ?? "", at("secret")),
    secretSource: secret === undefined ? "none" : secrets.source(at("secret")),
  };
}

function variableOf(name: string, field: "key" | "secret"): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_PROVISION_${field.toUpperCase()}`;
}
