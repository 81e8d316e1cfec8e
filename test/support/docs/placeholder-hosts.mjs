// The hosts that pages name (tb.example.com) and their ports lead to the simulators of a test. The program's own processes are
// started with this as well, by NODE_OPTIONS; the map is in their environment, under a name that they are given.
import dns from "node:dns/promises";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import process from "node:process";

/** Hosts by "host:port", and ports of this machine's own addresses by what a page calls them. */
const places = () => ({ hosts: {}, ports: {}, ...JSON.parse(process.env["NODE_ROLLCALL_PLACES"] ?? "{}") });

const isOwn = (host) => host === undefined || host === "localhost" || String(host).startsWith("127.");

/** Where a connection to `host` and `port` goes instead; undefined: there. */
function placeOf({ host, port }) {
  const { hosts, ports } = places();
  const found = hosts[`${host}:${port}`];
  if (found !== undefined) return { ...found, lookup: undefined };
  return isOwn(host) && ports[port] !== undefined ? { port: ports[port] } : undefined;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectTo(first, ...rest) {
  const given = Array.isArray(first) ? first[0] : first;
  const place = given === null || typeof given !== "object" ? undefined : placeOf(given);
  if (place === undefined) return connect.call(this, first, ...rest);
  // Another object: what TLS holds a certificate against is the name.
  const moved = { ...given, ...place };
  if (!Array.isArray(first)) return connect.call(this, moved, ...rest);
  const args = Object.assign([moved, ...first.slice(1)]);
  for (const symbol of Object.getOwnPropertySymbols(first)) args[symbol] = first[symbol];
  return connect.call(this, args, ...rest);
};

const lookup = dns.lookup;
dns.lookup = function lookUp(host, options) {
  if (!Object.keys(places().hosts).some((each) => each.startsWith(`${host}:`))) return lookup(host, options);
  const found = { address: "127.0.0.1", family: 4 };
  return Promise.resolve(options?.all === true ? [found] : found);
};
syncBuiltinESMExports();
