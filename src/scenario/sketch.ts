import { RollcallError } from "../model/error.ts";
import type { Transport } from "../model/plan.ts";
import { parseDuration, parseRate } from "./quantities.ts";

/** What a first scenario must say; everything else is a default. */
export interface Sketch {
  readonly name: string;
  readonly target: SketchedTarget;
  /** As it is written: a key, or `${NAME}`. */
  readonly key: string;
  readonly secret: { readonly variable: string } | { readonly file: string };
  readonly load: SketchedLoad;
}

export interface SketchedTarget {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: string } | { readonly insecure: true } | boolean;
}

export type SketchedLoad =
  | { readonly kind: "burst"; readonly devices: number }
  | ClosedLoad
  | { readonly kind: "constant"; readonly rate: string; readonly devices: number }
  | { readonly kind: "constant"; readonly rate: string; readonly duration: string };

/** As long as there are devices, or until the time is over: then `devices` are the most that there may be. */
interface ClosedLoad {
  readonly kind: "closed";
  readonly concurrency: number;
  readonly devices?: number | undefined;
  readonly duration?: string | undefined;
}

/** How much load, as options say it; all of them may be missing. */
export interface LoadWords {
  readonly rate: string | undefined;
  readonly closed: number | undefined;
  readonly devices: number | undefined;
  readonly duration: string | undefined;
}

const SCHEMES: Readonly<
  Record<string, { readonly transport: Transport; readonly tls: boolean; readonly port: number }>
> = {
  mqtt: { transport: "mqtt", tls: false, port: 1883 },
  mqtts: { transport: "mqtt", tls: true, port: 8883 },
  http: { transport: "http", tls: false, port: 80 },
  https: { transport: "http", tls: true, port: 443 },
  coap: { transport: "coap", tls: false, port: 5683 },
};

/** Whether a word is where a server is, and no file. */
export function isTargetUrl(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text);
}

/** Throws RollcallError "target". */
export function readTargetUrl(text: string, ca: string | undefined, insecure: boolean): SketchedTarget {
  const [, scheme = "", rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/.exec(text) ?? [];
  const known = SCHEMES[scheme.toLowerCase()];
  if (known === undefined) {
    const why = scheme === "coaps" ? " CoAP over DTLS is not supported." : "";
    throw refused(`${text}: the target needs one of ${Object.keys(SCHEMES).join(", ")} before ://.${why}`);
  }
  const [, host = "", port] = /^(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[^\s/:@?#[\]]+)(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  if (host === "" || Number(port ?? known.port) > 65_535 || Number(port ?? known.port) === 0) {
    throw refused(
      `${scheme}://${rest.replace(/^.*@/, "…@")}: write it as ${scheme}://host:port, without user, password and path.`,
    );
  }
  if (!known.tls && (ca !== undefined || insecure)) {
    throw refused(`--${insecure ? "insecure" : "ca"} is for TLS, and ${scheme}:// has none: write ${scheme}s://.`);
  }
  const tls = known.tls && (insecure ? { insecure } : ca === undefined || { ca });
  return {
    transport: known.transport,
    host: host.replaceAll(/^\[|\]$/g, "").replace(/%25(?=.)/, "%"),
    port: Number(port ?? known.port),
    tls,
  };
}

/** Throws RollcallError "load": nobody shall be surprised by how many devices there are. */
export function readLoadWords({ rate, closed, devices, duration }: LoadWords): SketchedLoad {
  const example =
    "For example --rate 50 --duration 30s, --closed 200 --devices 1000, --closed 200 --duration 30s, or --devices 100: all at once.";
  const wrong = (message: string): RollcallError => new RollcallError("load", message, example);
  if (rate !== undefined && closed !== undefined) throw wrong("--rate and --closed exclude each other.");
  if (duration !== undefined && (parseDuration(duration) ?? 0) <= 0) {
    throw wrong(`--duration ${duration}: write a duration above 0: 30s, 2m, 1h30m.`);
  }
  if (rate !== undefined) {
    if ((parseRate(rate) ?? 0) <= 0) throw wrong(`--rate ${rate}: write a rate above 0: 50, 50/s, 30/min, 1/10s.`);
    const written = /^[\d.]+$/.test(rate) ? `${rate}/s` : rate;
    if (duration !== undefined && devices !== undefined) throw wrong("--duration and --devices exclude each other.");
    if (duration !== undefined) return { kind: "constant", rate: written, duration };
    if (devices !== undefined) return { kind: "constant", rate: written, devices };
    throw wrong("--rate needs --duration, or --devices.");
  }
  if (closed !== undefined) {
    if (devices === undefined && duration === undefined) throw wrong("--closed needs --duration, or --devices.");
    return { kind: "closed", concurrency: closed, devices, duration };
  }
  if (duration !== undefined) throw wrong("--duration needs --rate or --closed: without one there is no load.");
  if (devices === undefined) throw wrong("No load is given.");
  return { kind: "burst", devices };
}

/** The scenario's YAML, with comments for whoever will change it. */
export function writeSketch(sketch: Sketch): string {
  const { name, target, key, secret, load } = sketch;
  const tls =
    target.tls === true
      ? ["  tls: true # verified with the authorities that this machine knows; of your own: { ca: file.pem }"]
      : target.tls === false
        ? []
        : [
            `  tls: ${"ca" in target.tls ? `{ ca: ${quoted(target.tls.ca)} }` : "{ insecure: true } # any certificate is accepted"}`,
          ];
  const where = "variable" in secret ? `\${${secret.variable}}` : `{ file: ${quoted(secret.file)} }`;
  return [
    "# A scenario of rollcall. `rollcall validate` says what it will do; `rollcall schema` prints all that may stand here.",
    `name: ${name}`,
    "",
    "target:",
    `  transport: ${target.transport} # mqtt, http or coap`,
    `  host: ${quoted(target.host)}`,
    `  port: ${target.port}`,
    ...tls,
    "",
    'provisioning: # the device profile in ThingsBoard, tab "Device provisioning"',
    `  key: ${key.startsWith("${") ? key : quoted(key)}`,
    `  secret: ${where} # from the environment (\${NAME}) or a file ({ file: path }), never here`,
    "",
    ...fleetLines(target),
    ...loadLines(load),
    "",
    "rollCall: after # a login with every credential that was issued",
    "",
    "thresholds: # what must hold; if not, the exit code is 3",
    "  - failureRate < 1%",
    "  - connected == provisioned",
    "",
  ].join("\n");
}

/** The credentials that a fleet has by default are a user's name and a password, which MQTT alone has. */
function fleetLines({ transport }: SketchedTarget): readonly string[] {
  if (transport === "mqtt") return [];
  return ["fleet:", `  credentials: access-token # over ${transport} devices log in with a token`, ""];
}

function loadLines(load: SketchedLoad): readonly string[] {
  switch (load.kind) {
    case "burst":
      return ["load: # all at once, as after a power cut", "  burst: true", `  devices: ${load.devices}`];
    case "closed":
      return [
        "load: # so many in flight, the next one when one has ended: what the server can do at most",
        `  closed: { concurrency: ${load.concurrency} }`,
        ...(load.duration === undefined ? [] : [`  duration: ${load.duration} # no device is started after it`]),
        ...(load.devices === undefined
          ? []
          : [`  devices: ${load.devices}${load.duration === undefined ? "" : " # at most"}`]),
      ];
    case "constant":
      return [
        "load: # arrivals at even distances, whatever the server does: what devices will see",
        `  constant: { rate: ${load.rate} } # also 30/min, 1/10s`,
        "devices" in load
          ? `  devices: ${load.devices}`
          : `  duration: ${load.duration} # the devices are rate x duration`,
      ];
  }
}

/** `$${` is a `${` that stays. */
function quoted(text: string): string {
  return /^[A-Za-z0-9./][\w./-]*$/.test(text) &&
    !/^[\d.]*$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text.replaceAll("${", () => "$${"));
}

function refused(message: string): RollcallError {
  return new RollcallError("target", message, "For example mqtt://tb.example.com:1883, or mqtts:// for TLS.");
}
