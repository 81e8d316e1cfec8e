import type { HostPlan, Target } from "../model/plan.ts";
import { bareHost, isPort, placeName, readPlace } from "../model/target.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import type { HostInput } from "./target-schema.ts";
import { valueAt } from "./secret-paths.ts";

/** Where devices go: one host, a list of them, or what a name server says. */
type Places = Pick<Target, "host" | "port" | "hosts" | "spread" | "dns" | "srv">;

/** More are not told apart in reports. */
const MOST_PLACES = 50;

/** `written`: the scenario as its author wrote it, where a host that is left out is not there. */
export function resolvePlaces(
  target: Scenario["target"],
  usualPort: number,
  written: unknown,
  problems: Problem[],
): Places {
  const { hosts, spread, srv } = target;
  const port = target.port ?? usualPort;
  const problem = (field: string, value: string | undefined, fix: string) =>
    problems.push({ path: ["target", field], value, fix });
  const given = [
    ...(valueAt(written, ["target", "host"]) === undefined ? [] : ["host"]),
    ...(hosts === undefined ? [] : ["hosts"]),
    ...(srv === undefined ? [] : ["srv"]),
  ];
  const [first = "host", second] = given;
  if (second !== undefined) {
    problem(second, undefined, `target.${first} says where devices go as well: leave one of them out`);
  }
  if (srv !== undefined && target.port !== undefined) {
    problem("port", String(target.port), "the SRV records say the port: leave it out");
  }
  const shared = {
    ...(spread === undefined ? {} : { spread }),
    ...(target.dns === undefined ? {} : { dns: dnsOf(target.dns) }),
  };
  if (srv !== undefined) return { host: srv, port, srv, ...shared };
  if (hosts === undefined) return { host: bareHost(target.host), port, ...shared };
  const list = hosts.map((entry) => placeOf(entry, port));
  if (list.length > MOST_PLACES) problem("hosts", `${list.length} entries`, `write at most ${MOST_PLACES}`);
  for (const [index, entry] of list.entries()) {
    if (!isPort(entry.port)) {
      const fix = "write a port from 1 to 65535";
      problems.push({ path: ["target", "hosts", index], value: JSON.stringify(placeName(entry)), fix });
    }
    if (!list.slice(0, index).some((other) => placeName(other) === placeName(entry))) continue;
    const fix = "it stands there twice: give it more weight instead";
    problems.push({ path: ["target", "hosts", index], value: JSON.stringify(placeName(entry)), fix });
  }
  const [head = { host: "127.0.0.1", port }] = list;
  // A list of one is that one: nothing is shared out.
  return { host: head.host, port: head.port, ...(list.length < 2 ? {} : { hosts: list }), ...shared };
}

function dnsOf(dns: NonNullable<Scenario["target"]["dns"]>): NonNullable<Target["dns"]> {
  return typeof dns === "string"
    ? { servers: undefined, follow: dns === "follow" }
    : { servers: dns.servers, follow: dns.follow };
}

function placeOf(entry: HostInput, port: number): HostPlan {
  if (typeof entry !== "string") {
    return { host: bareHost(entry.host), port: entry.port ?? port, weight: entry.weight };
  }
  return { ...readPlace(entry, port), weight: 1 };
}
