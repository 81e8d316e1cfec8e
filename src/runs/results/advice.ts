import type { FailureKind } from "../../model/outcome.ts";
import type { Summary } from "../../model/summary.ts";
import { PROTOCOL_NAMES } from "../../model/target.ts";

/** One sentence on what to do, of a run in which nothing was provisioned, or that is void; undefined: none is needed. */
export function adviceFor(summary: Summary): string | undefined {
  return unprovisioned(summary) ?? unfit(summary);
}

const MACHINES_NAMED = 8;

/** What to do about a void run, by what made it so. */
function unfit({ validity, run, machines }: Summary): string | undefined {
  if (validity.grade !== "void") return undefined;
  if (validity.others?.toBlame === true)
    return "Void: run it where nothing else runs; in CI on a runner of its own, or a larger one.";
  const names = validity.signals.filter(({ grade }) => grade === "void").map(({ name }) => name);
  if (names.every((name) => name === "local errors"))
    return `Void: raise ${machines === undefined ? "this machine's" : "the workers'"} limits of files and ports; rollcall doctor says which.`;
  if (names.some((name) => name.startsWith("clock")))
    return "Void: set the clocks of the machines by NTP, and run it again.";
  if (machines !== undefined) {
    const unable = machines.filter(({ grade }) => grade === "void").map(({ name }) => name);
    const which = unable.length === 0 ? "" : ` (${unable.slice(0, MACHINES_NAMED).join(", ")}${unable.length > MACHINES_NAMED ? ", …" : ""})`;
    return `Void: workers did not keep up${which}. Send fewer devices a second, or use more workers, or such with more processors.`;
  }
  // The simulator works on this machine too, so that nobody can say whose work was too much.
  if (run.target.simulated)
    return "Void: this machine did not keep up with load and simulator. End other programs, send fewer devices a second, or use a machine with more processors.";
  const more = run.generators < run.machine.cores - 1 ? `--generators ${run.machine.cores - 1}, ` : "";
  return `Void: this machine did not keep up. Send fewer devices a second, or use ${more}a machine with more processors, or several (--bus).`;
}

/**
 * What to check when not one device was provisioned; undefined if one was. Such a run exits with 4, whatever its
 * thresholds say: there is nobody on the roll, so the one question that rollcall answers could not even be asked.
 */
function unprovisioned({ ledger, failures, rejections, run }: Summary): string | undefined {
  if (ledger.provisioned > 0 || ledger.started === 0 || ledger.started === ledger.expected) return undefined;
  const failed = failures.toSorted((a, b) => b.count - a.count)[0];
  const rejected = rejections.toSorted((a, b) => b.count - a.count)[0];
  const checks =
    rejected !== undefined && rejected.count >= (failed?.count ?? 0)
      ? `The server answers "${rejected.example.message}": check the device profile's provision key, secret and strategy, and whether these names exist already.`
      : checksFor(failed?.kind, run.target);
  return `Nothing was provisioned. ${checks}`;
}

function checksFor(kind: FailureKind | undefined, { url, transport }: Summary["run"]["target"]): string {
  const protocol = PROTOCOL_NAMES[transport];
  switch (kind) {
    case "connection-refused":
      return `Nobody listens at ${url}: check target.host and target.port (--host, --port), and that the server runs.`;
    case "host-unreachable":
    case "connect-timeout":
      return `${url} cannot be reached from here: check target.host, routes and firewalls.`;
    case "name-not-resolved":
      return `The name in ${url} has no address: check target.host.`;
    case "tls-failed":
      return `No TLS with ${url}: check that this port speaks TLS, target.tls.ca and target.tls.serverName.`;
    case "local-limit":
      return "This machine ran out of files or ports: raise its limits, see the failures above.";
    case "internal-error":
      return "A bug of rollcall met these devices: check that it is the newest, and report the line above.";
    case "closed-before-accept":
    case "accept-timeout":
    case "protocol-error":
      return `What listens at ${url} does not speak ${protocol} as expected: check target.port${transport === "mqtt" ? " and target.mqttVersion" : ""}.`;
    case "session-refused":
      return `The broker at ${url} refuses the user "provision": check that it is ThingsBoard's own MQTT port.`;
    case "acknowledged-not-answered":
    case "server-error":
      return `${url} takes requests and has no answer to them: check the server's log, and whether its database keeps up.`;
    case "rate-limited":
      return `${url} refuses the requests by a rate limit: send fewer a second, or raise the limit of the tenant, or of the proxy before it.`;
    case "answer-timeout":
      if (transport === "coap")
        return `No answer comes from ${url}: check target.host and target.port; UDP does not tell whether anybody listens.`;
      return `${url} takes connections but does not answer: check that it is ThingsBoard's ${protocol} port, and the server's log.`;
    case "connection-reset":
    case "closed-before-answer":
    case "request-refused":
    case "unreadable-answer":
    case undefined:
      return `${url} does not answer as ThingsBoard does: check that it is ThingsBoard's ${protocol} port, and the server's log.`;
  }
}
