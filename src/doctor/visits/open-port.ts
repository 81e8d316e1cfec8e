import type { Target } from "../../model/plan.ts";
import type { PortVisit } from "../examination.ts";
import { converse } from "./converse.ts";

/** TCP alone: the first thing that a firewall or a wrong address shows. */
export async function openPort(
  { host, port, proxyProtocol }: Pick<Target, "host" | "port" | "proxyProtocol">,
  connectMs: number,
  now: () => number,
  stop: AbortSignal,
): Promise<PortVisit> {
  const endpoint = { host, port, tls: undefined, proxyProtocol };
  const talk = { endpoint, first: undefined, listen: () => true, connectMs, patienceMs: 1, now };
  const { connectedMs, error } = await converse(talk, stop);
  if (connectedMs !== undefined) return { kind: "open", ms: connectedMs };
  const kind = error === undefined || error.kind === "aborted" ? "connection-reset" : error.kind;
  return { kind: "closed", failure: kind, detail: error?.detail ?? "closed" };
}
