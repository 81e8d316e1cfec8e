import type { Target } from "./target.ts";

/** How devices talk to the target: the minimal script of this wire, and what makes rollcall use it. */
export interface Wire {
  /** As the table says it. */
  readonly what: string;
  readonly script: "minimal-mqtt.ts" | "minimal-http.ts";
  readonly port: (target: Target) => number;
  /** For the script, behind the five that all have. */
  readonly flags: (target: Target) => readonly string[];
  /** For rollcall, beside the port. */
  readonly overrides: (target: Target) => readonly string[];
}

export const PLAIN: Wire = {
  what: "MQTT",
  script: "minimal-mqtt.ts",
  port: (target) => target.port,
  flags: () => [],
  overrides: () => [],
};

/** The same with one of rollcall's clients. */
export const withClient = (client: "lean" | "mqtt"): Wire => ({
  ...PLAIN,
  overrides: () => [`target.client=${client}`],
});

/** TLS 1.3; neither side resumes a session, as no new device could. */
export const TLS: Wire = {
  what: "MQTT over TLS",
  script: "minimal-mqtt.ts",
  port: (target) => target.tlsPort,
  flags: (target) => ["--ca", target.authorityFile],
  overrides: (target) => [`target.tls=${JSON.stringify({ ca: target.authorityFile })}`],
};

/** Making keys and certificates ahead of the load is part of it, on both sides. */
export const X509: Wire = {
  what: "X.509 over TLS",
  script: "minimal-mqtt.ts",
  port: (target) => target.tlsPort,
  flags: (target) => [...TLS.flags(target), "--certificates"],
  overrides: (target) => [...TLS.overrides(target), "fleet.credentials=x509"],
};

export const HTTP: Wire = {
  what: "HTTP",
  script: "minimal-http.ts",
  port: (target) => target.httpPort,
  flags: () => [],
  overrides: () => ["target.transport=http", "fleet.credentials=access-token"],
};
