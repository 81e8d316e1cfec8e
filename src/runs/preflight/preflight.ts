import { isIPv4 } from "node:net";
import { devicesAreCeiling } from "../../model/devices-of.ts";
import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { targetsOf } from "../../model/target.ts";
import { formatCount, formatSize } from "../../writing/notation.ts";
import { demandOf } from "./demand.ts";
import type { Limits } from "../machine/machine-limits.ts";

/** One thing of this machine that is too low for the plan, and the command that raises it. */
export interface Finding {
  readonly code: "open-files" | "local-ports" | "port-reuse" | "memory";
  /** "error": the plan cannot work; "warning": it may not. */
  readonly level: "error" | "warning";
  readonly message: string;
  readonly hint: string;
}

/** Files a process has open besides its connections: journal, roster, pipes, Node's own. */
const OTHER_FILES = 64;
/** The share of what is free above which a plan is called tight. */
const TIGHT = 0.8;

/**
 * Linux gives a socket that is bound to an address an even port as long as there is one, and looks at all of them before it
 * takes an odd one (inet_csk_find_open_port in net/ipv4/inet_connection_sock.c).
 */
const SEARCHED = 0.5;

/** Compares what the plan takes with what the machine gives. Pure, so that every finding can be tested. */
export function preflight(
  plan: Plan,
  setting: { readonly generators: number; readonly simulated: boolean },
  limits: Limits,
): readonly Finding[] {
  const demand = demandOf(plan, setting.generators);
  const { connections, connectionsAtCap } = demand;
  // The embedded simulator holds the other end of every connection in one process.
  const processes = setting.simulated ? 1 : setting.generators;
  const filesOf = (total: number): number => Math.ceil(total / processes) + OTHER_FILES;
  const findings: Finding[] = [];

  if (limits.openFiles !== undefined && filesOf(connectionsAtCap) > limits.openFiles) {
    const sure = filesOf(connections) > limits.openFiles;
    const files = filesOf(sure ? connections : connectionsAtCap);
    findings.push({
      code: "open-files",
      level: sure ? "error" : "warning",
      message: `A process may open ${count(limits.openFiles)} files; ${sure ? "this plan needs" : "at its in-flight cap this plan needs"} ${count(files)}.`,
      hint: `Raise the limit of this shell: sudo prlimit --pid $$ --nofile=${roundUp(files)}:${roundUp(files)}${sure ? "" : ", or lower maxInFlight"}.`,
    });
  }

  if (limits.ports !== undefined && connectionsAtCap > limits.ports) {
    const sure = connections > limits.ports;
    findings.push({
      code: "local-ports",
      level: sure ? "error" : "warning",
      message: `This machine has ${count(limits.ports)} local ports for connections to one target; ${sure ? "this plan needs" : "at its in-flight cap this plan needs"} ${count(sure ? connections : connectionsAtCap)} at once.`,
      hint: 'Widen the range: sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535".',
    });
  } else if (limits.ports !== undefined && plan.target.from !== undefined && connections > limits.ports * SEARCHED) {
    findings.push({
      code: "local-ports",
      level: "warning",
      message: `This plan has ${count(connections)} connections at once from addresses with ${count(limits.ports)} local ports together; above half of them the kernel searches through thousands of ports for each new connection.`,
      hint: `Name more addresses in target.from: ${count(Math.ceil(connections / (limits.ports * SEARCHED)))} times as many.`,
    });
  } else if (limits.ports !== undefined && demand.connectionsInAll > limits.ports && !reusesPorts(plan, limits)) {
    findings.push({
      code: "port-reuse",
      level: "warning",
      message: `This plan makes ${devicesAreCeiling(plan) ? "at most " : ""}${count(demand.connectionsInAll)} connections with ${count(limits.ports)} local ports, each unusable for 60 s after its connection: above ${count(limits.ports / 60)} a second they run out.`,
      hint: "Let them be used again at once: sudo sysctl -w net.ipv4.tcp_tw_reuse=1.",
    });
  }

  if (demand.memoryBytes > limits.memoryFreeBytes * TIGHT) {
    const sure = demand.memoryBytes > limits.memoryBytes;
    findings.push({
      code: "memory",
      level: sure ? "error" : "warning",
      message: `This plan needs about ${formatSize(demand.memoryBytes)} of memory; ${formatSize(limits.memoryFreeBytes)} of ${formatSize(limits.memoryBytes)} are free.`,
      hint: "Lower maxInFlight, the concurrency or generators, or free memory.",
    });
  }
  return findings;
}

/** All errors as one RollcallError; undefined if there is none. */
export function preflightError(findings: readonly Finding[]): RollcallError | undefined {
  const errors = findings.filter((finding) => finding.level === "error");
  const [first] = errors;
  if (first === undefined) return undefined;
  return new RollcallError(
    `preflight-${first.code}`,
    errors.map((finding) => finding.message).join("\n"),
    errors.map((finding) => finding.hint).join("\n"),
  );
}

/** Whether a port can be had again before its last connection is 60 s gone. */
export function reusesPorts(plan: Pick<Plan, "target" | "groups">, limits: Pick<Limits, "portReuse">): boolean {
  const loopback = targetsOf(plan).every(
    ({ host }) => host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127.")),
  );
  return limits.portReuse === undefined || limits.portReuse === 1 || (limits.portReuse === 2 && loopback);
}

const count = (value: number): string => formatCount(Math.floor(value));
/** To a round number with room: the next power of two. */
const roundUp = (value: number): number => 2 ** Math.ceil(Math.log2(value));
