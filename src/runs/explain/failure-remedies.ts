import type { FailureKind } from "../../model/outcome.ts";

/** What to look at, for each kind of failure. */
export const FAILURE_REMEDIES: Readonly<Record<FailureKind, string>> = {
  "connection-refused":
    "Look at host and port, and whether the server runs: MQTT is on 1883, over TLS on 8883, HTTP on 8080, CoAP on 5683.",
  "host-unreachable": "A route, a VPN or a firewall is missing between this machine and the host.",
  "name-not-resolved": "Look at the spelling of target.host, and at the name server of this machine.",
  "connect-timeout":
    "A firewall that drops packets, or a server whose queue of new connections is full. If it happens only under load, the rate is too high.",
  "tls-failed":
    "Give the server's authority as target.tls.ca, and its name as target.tls.serverName. `rollcall doctor` shows the certificate.",
  "connection-reset":
    "Under load it is the server, or a proxy or a firewall before it, that gives up. Look at its limits of connections.",
  "closed-before-accept":
    "Something listens there that does not take this MQTT session: another protocol, TLS where none is expected, or a full server.",
  "accept-timeout": "The server is too busy to accept sessions. Lower the rate, or look at what it waits for.",
  "session-refused":
    "The device profile allows no provisioning over this transport, or the server wants other credentials. `rollcall doctor` tries one device.",
  "closed-before-answer":
    "The request left, so that the device may exist: `rollcall reconcile` tells. An overloaded ThingsBoard does this.",
  "acknowledged-not-answered":
    "The request arrived, so that the device may exist: `rollcall reconcile` tells. ThingsBoard does this when its core takes too long.",
  "server-error": "The device may exist: `rollcall reconcile` tells. The server's log says what went wrong.",
  "request-refused":
    "Nothing was created. The detail in the report names the status: a wrong path, a proxy, a redirect, or a request that is too large.",
  "rate-limited": "Lower the rate, or raise the limit in the tenant's profile; `rollcall doctor` reads the limits.",
  "answer-timeout":
    "The request left, so that the device may exist: `rollcall reconcile` tells. ThingsBoard gives up by itself after 10 to 20 s; timeouts.answer should be longer.",
  "protocol-error": "Something else than ThingsBoard listens there, or a proxy changes what it passes on.",
  "unreadable-answer":
    "A proxy, or a release that answers otherwise. `rollcall conformance` shows what the server answers.",
  "local-limit":
    "The run is not about the server. Raise the limit that the report names (`ulimit -n`, the range of local ports, memory), or use more machines: `--bus`.",
  "internal-error": "The report has its detail. The other devices are measured as usual.",
};
