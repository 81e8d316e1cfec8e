import { yetToMake } from "../model/background.ts";
import { mostMadeBy } from "../model/devices-of.ts";
import type { CredentialsPlan, Plan } from "../model/plan.ts";
import { targetsOf } from "../model/target.ts";
import { attemptSuffix } from "../model/attempt-suffix.ts";
import { LONGEST_NAME, longestName } from "./fleet-plan.ts";
import { checkChain } from "./chain-consistency.ts";
import { checkGroups, partsOf } from "./group-consistency.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import { formatCount, quantity } from "../writing/notation.ts";

type Draft = Omit<Plan, "hash">;

/** What is right by itself and wrong together with another part: mistakes to `problems`, oddities to `warnings`. */
export function checkConsistency(plan: Draft, scenario: Scenario, problems: Problem[], warnings: string[]): void {
  for (const part of partsOf(plan, scenario)) {
    const own: Problem[] = [];
    checkTransport(part.plan, part.scenario, own);
    checkCredentials(part.plan, own, warnings);
    problems.push(...own.map(part.placed));
  }
  checkGroups(plan, scenario, problems);
  checkInFlight(plan, problems, warnings);
  checkCeiling(plan, problems);
  checkChain(plan, scenario, problems, warnings);
  checkMisbehaviours(plan, problems);
  checkRetryNames(plan, problems);
  checkRollCall(plan, problems);
  checkLoginPlaces(plan, problems);
  warnOfNames(plan, scenario, warnings);
  if (targetsOf(plan).some(({ tls }) => tls?.insecure === true))
    warnings.push("target.tls.insecure: any certificate is accepted");
  if (plan.admin?.tls?.insecure === true) warnings.push("admin.tls.insecure: any certificate is accepted");
}

function checkTransport({ target }: Draft, scenario: Scenario, problems: Problem[]): void {
  const { transport, payload, tls } = target;
  if (transport === "mqtt") return;
  const problem = (field: string, value: string, fix: string) => problems.push({ path: ["target", field], value, fix });
  if (payload === "protobuf") problem("payload", `"protobuf"`, `over ${transport} requests are JSON: write json`);
  if (transport === "coap" && tls !== undefined) problem("tls", "on", "CoAP over DTLS is not supported: leave it out");
  if (transport === "coap" && target.proxyProtocol !== undefined) {
    problem("proxyProtocol", target.proxyProtocol, "CoAP is UDP, before which no ThingsBoard takes one: leave it out");
  }
  const { client } = scenario.target;
  if (client !== undefined) problem("client", client, `${transport} has no MQTT client: leave it out`);
  if (scenario.target.mqttVersion !== "3.1.1") {
    problem("mqttVersion", scenario.target.mqttVersion, `${transport} has no MQTT version: leave it out`);
  }
}

/** Devices can only repeat what they have, where the server refuses it, and hold a connection where there is one. */
function checkMisbehaviours({ fleet, target, provisioning }: Draft, problems: Problem[]): void {
  const { names, mix, misbehaviours } = fleet;
  const { strategy } = provisioning;
  const nameless = names.from === "server" || names.from === "blank";
  const given = mix.every(({ type, ...entry }) => type === "mqtt-basic" || ("made" in entry && entry.made === "given"));
  const connectionless = target.transport === "coap" ? "CoAP has no connection to hold: leave it out" : undefined;
  const refused = strategy === "allow-create" || strategy === "x509-chain";
  const unowed = refused ? undefined : `under strategy ${strategy} no refusal is owed to it: leave it out`;
  const fixes: Readonly<Record<string, string | undefined>> = {
    "repeated-name": unowed ?? (nameless ? "there is no name to repeat: give fleet.name" : undefined),
    "repeated-credentials":
      unowed ?? (given ? undefined : "only mqtt-basic and access-token can be repeated: write one of them"),
    "slow-socket": connectionless,
    "half-open-socket": connectionless,
  };
  for (const { kind, share } of misbehaviours) {
    const fix = share > 0 ? fixes[kind] : undefined;
    if (fix === undefined) continue;
    const judgedBy = ["fleet", "target", "provisioning"];
    problems.push({ path: ["fleet", "misbehaviours", kind], value: undefined, fix, judgedBy });
  }
}

/** A name of its own for each attempt is made from the pattern, and takes credentials of its own: a token is unique on a server. */
function checkRetryNames({ fleet, provisioning, prefix }: Draft, problems: Problem[]): void {
  const { retry, names, mix } = fleet;
  if (retry === undefined || retry.sameName) return;
  const problem = (fix: string) =>
    problems.push({
      path: ["fleet", "retry", "sameName"],
      value: "false",
      fix,
      judgedBy: ["fleet", "provisioning"],
    });
  if (provisioning.strategy !== "allow-create") {
    problem(`under strategy ${provisioning.strategy} a device has one name: leave it out`);
  } else if (names.from !== "pattern") {
    problem("only names from a pattern (fleet.name) can be made anew for each attempt: leave it out");
  } else if (mix.some(({ type }) => type === "x509")) {
    problem("a certificate is made before the load, and for one name: leave it out, or choose other credentials");
  } else {
    const longest = longestName(names.pattern, prefix, fleet).length + attemptSuffix(retry.attempts).length;
    if (longest > LONGEST_NAME)
      problem(`a name would have ${longest} characters, of which ThingsBoard takes ${LONGEST_NAME}`);
  }
}

function checkInFlight({ phases, maxInFlight }: Draft, problems: Problem[], warnings: string[]): void {
  for (const { name, shape, devices } of phases) {
    if (shape.kind === "closed" && shape.concurrency > maxInFlight) {
      const fix = `the phase ${name} keeps ${formatCount(shape.concurrency)} in flight: write at least ${shape.concurrency}`;
      problems.push({ path: ["maxInFlight"], value: String(maxInFlight), fix, judgedBy: ["load"] });
    }
    if (shape.kind === "burst" && devices > maxInFlight) {
      warnings.push(
        `maxInFlight is ${formatCount(maxInFlight)}: ${quantity(devices - maxInFlight, "device")} of the burst ${name} will be dropped`,
      );
    }
  }
}

function checkCeiling({ phases, fleet, maxDevices, background }: Draft, problems: Problem[]): void {
  const devices = mostMadeBy({ phases, fleet, background });
  if (maxDevices === undefined || devices <= maxDevices) return;
  const each = phases.map((phase) => `${phase.name} ${formatCount(phase.devices)}`).join(", ");
  const anew = fleet.retry?.sameName === false ? `, each under up to ${fleet.retry.attempts} names` : "";
  const first = yetToMake(background);
  const of = `${phases.length === 1 ? anew : ` (${each}${anew})`}${first === 0 ? "" : ` and the background ${formatCount(first)}`}`;
  const fix = `the load makes ${quantity(devices - first, "device")}${of}: write at least ${devices}, or lower devices, rate or duration`;
  problems.push({ path: ["maxDevices"], value: String(maxDevices), fix, judgedBy: ["load", "fleet"] });
}

function checkCredentials(
  { fleet, target, provisioning, rollCall }: Draft,
  problems: Problem[],
  warnings: string[],
): void {
  const judgedBy = ["target", "fleet", "provisioning", "rollCall"];
  const problem = (path: readonly string[], fix: string) => problems.push({ path, value: undefined, fix, judgedBy });
  // More is asked of x509-chain: see checkChain.
  if (provisioning.strategy === "x509-chain") return;
  const called = rollCall.when !== "off";
  const x509 = fleet.mix.some(({ type }) => type === "x509");
  if (x509 && called && target.transport === "mqtt" && target.tls === undefined) {
    problem(["target", "tls"], "devices with certificates log in over TLS only: set target.tls, or rollCall: off");
  }
  if (target.transport !== "mqtt" && called && fleet.mix.some(({ type }) => type !== "access-token")) {
    const fix = `over ${target.transport} devices log in with access tokens only: write access-token, or rollCall: off`;
    problem(["fleet", "credentials"], fix);
  }
  if (fleet.mix.some(isNobody)) {
    problem(["fleet", "credentials"], "a password alone names no device: add username or clientId to its fields");
  } else if (provisioning.strategy === "allow-create" && fleet.mix.some(isRefused)) {
    warnings.push("fleet.credentials: ThingsBoard answers FAILURE to a password without a username");
  }
}

function isNobody(entry: CredentialsPlan): boolean {
  return entry.type === "mqtt-basic" && entry.fields.every((field) => field === "password");
}

function isRefused(entry: CredentialsPlan): boolean {
  return entry.type === "mqtt-basic" && entry.fields.includes("password") && !entry.fields.includes("username");
}

/** A name may lead to several addresses, which is known when the run starts; an address leads nowhere else. */
const ADDRESS = /^[\d.]+$|:/;

function checkLoginPlaces({ rollCall, target }: Draft, problems: Problem[]): void {
  const { at, when } = rollCall;
  if (at === undefined) return;
  const problem = (fix: string) =>
    problems.push({ path: ["rollCall", "at"], value: at, fix, judgedBy: ["target", "rollCall"] });
  if (when === "off") problem("without a roll call nobody logs in: set rollCall.when, or leave it out");
  else if (target.hosts === undefined && target.srv === undefined && ADDRESS.test(target.host)) {
    problem(
      `devices have one address, ${target.host}: name several in target.hosts or --host a,b, or leave it out (a simulator that a run starts is one address, too)`,
    );
  }
}

function checkRollCall(plan: Draft, problems: Problem[]): void {
  const { rollCall, target } = plan;
  if (rollCall.hold === 0) return;
  const problem = (fix: string) =>
    problems.push({ path: ["rollCall", "hold"], value: `${rollCall.hold / 1_000_000}s`, fix, judgedBy: ["target"] });
  if (rollCall.when === "off") problem("without a roll call there are no sessions to hold: set rollCall.when");
  if (targetsOf(plan).every(({ transport }) => transport !== "mqtt"))
    problem(`over ${target.transport} there are no sessions to hold: leave it out`);
}

function warnOfNames({ fleet, provisioning }: Draft, scenario: Scenario, warnings: string[]): void {
  const { names } = fleet;
  const fresh = names.from === "pattern" && names.pattern.includes("{prefix}") && scenario.fleet.prefix === undefined;
  switch (provisioning.strategy) {
    case "pre-provisioned":
      if (fresh)
        warnings.push(
          "each run has a new fleet.prefix, but with this strategy the devices must exist: set fleet.prefix or fleet.names, or let --setup make them",
        );
      if (names.from === "server" || names.from === "blank") {
        warnings.push("fleet.names: a device that exists must give its name, ThingsBoard answers FAILURE without");
      }
      return;
    case "allow-create":
      if (typeof scenario.fleet.names === "object" && "roster" in scenario.fleet.names) {
        warnings.push("fleet.names.roster: ThingsBoard answers FAILURE to those of these names that exist");
      }
      // A fixed prefix was asked for; a pattern without any may be an oversight.
      if (names.from === "pattern" && !names.pattern.includes("{prefix}")) {
        warnings.push("fleet.name has no {prefix}: a second run asks for names that exist, and is refused");
      }
      return;
    case "disabled":
    case "x509-chain":
      return;
  }
}
