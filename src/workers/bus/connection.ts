import { setTimeout as sleep } from "node:timers/promises";
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { EXIT, RollcallError } from "../../model/error.ts";
import { type BusAddress, isLoopback, requireBusUrls } from "./address.ts";
import { BUS_PACE, type BusPace } from "./pace.ts";

/** A connection that comes back by itself as long as it is not closed. */
export interface Bus {
  readonly nats: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly pace: BusPace;
  /** For people: what is not as it should be with it. */
  readonly warnings: readonly string[];
  /** Resolves when it is closed for good. */
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
/** Of pings: a connection without an answer to so many is dead. */
const PINGS = 2;
const OLDEST = [2, 9] as const;

/** Who waits until there is a bus, as a worker does. */
export interface Patience {
  /** Told why there is none yet, each reason once. */
  readonly onWaiting: (why: RollcallError) => void;
  readonly stop: AbortSignal;
}

/** Without patience the absence of a bus is an error; with it, undefined: it was told to stop. Throws RollcallError "bus-…". */
export async function openBus(address: BusAddress, name: string, patience: undefined, pace?: BusPace): Promise<Bus>;
export async function openBus(
  address: BusAddress,
  name: string,
  patience: Patience,
  pace?: BusPace,
): Promise<Bus | undefined>;
export async function openBus(
  address: BusAddress,
  name: string,
  patience: Patience | undefined,
  pace: BusPace = BUS_PACE,
): Promise<Bus | undefined> {
  const servers = requireBusUrls(address.url);
  let said: string | undefined;
  for (;;) {
    try {
      return await connectOnce(address, servers, name, patience !== undefined, pace);
    } catch (error) {
      const absent = error instanceof RollcallError && error.code === "bus-unreachable";
      if (!absent || patience === undefined) throw error;
      if (patience.stop.aborted) return undefined;
      if (error.message !== said) patience.onWaiting(error);
      said = error.message;
      await sleep(pace.reconnect, undefined, { signal: patience.stop }).catch(() => undefined);
      if (patience.stop.aborted) return undefined;
    }
  }
}

async function connectOnce(
  address: BusAddress,
  servers: readonly string[],
  name: string,
  again: boolean,
  pace: BusPace,
): Promise<Bus> {
  const tls =
    servers.some((each) => each.startsWith("tls://")) || address.ca !== undefined || address.certificate !== undefined;
  try {
    const nats = await connect({
      servers: [...servers],
      name,
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: pace.reconnect,
      reconnectJitter: pace.reconnect,
      pingInterval: pace.ping,
      maxPingOut: PINGS,
      ignoreAuthErrorAbort: again,
      ...(tls ? { tls: tlsOf(address) } : {}),
      ...(address.creds === undefined
        ? {}
        : { authenticator: credsAuthenticator(new TextEncoder().encode(address.creds.reveal())) }),
    });
    const { manager, js } = await openJetStream(nats, address.url);
    const secure = nats.info?.tls_required === true || tls;
    const warnings = secure || servers.every(isLoopback) ? [] : [IN_CLEAR];
    return { nats, js, manager, pace, warnings, close: () => nats.close() };
  } catch (error) {
    throw asMistake(error, address.url, tls);
  }
}

/** Says when the bus goes and when it is back, until it is closed. */
export async function tellOfBus({ nats }: Pick<Bus, "nats">, say: (text: string) => void): Promise<void> {
  for await (const { type } of nats.status()) {
    if (nats.isClosed()) return;
    if (type === "disconnect") say("the bus is gone; trying again until it is back");
    if (type === "reconnect") say("the bus is back");
  }
}

const IN_CLEAR =
  "The bus is neither on this machine nor behind TLS: what is on it is sealed, but everybody on the way may see who takes part, and may disturb it. Use tls:// or --bus-ca.";

async function openJetStream(nats: NatsConnection, url: string) {
  const version = nats.info?.version ?? "unknown";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    await nats.close();
    throw new RollcallError(
      "bus-too-old",
      `The NATS server at ${url} is ${version}; rollcall needs ${OLDEST.join(".")} or later.`,
      "Use a newer nats-server.",
    );
  }
  try {
    const manager = await jetstreamManager(nats);
    return { manager, js: jetstream(nats) };
  } catch (error) {
    await nats.close();
    throw new RollcallError(
      "bus-without-jetstream",
      `The NATS server at ${url} offers no JetStream: ${reasonOf(error)}.`,
      "Start it with JetStream: nats-server -js, or allow it in this account.",
      EXIT.usage,
      error,
    );
  }
}

function tlsOf({ ca, certificate, key }: BusAddress) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key: key.reveal() }),
  };
}

/** NATS's own word for no answer in time. With TLS 1.3 a client does not hear that its certificate was missed. */
const SILENCE = "timeout";

function asMistake(error: unknown, url: string, tls: boolean): unknown {
  if (error instanceof RollcallError) return error;
  const reason = reasonOf(error);
  const hint = /authorization|authentication/i.test(reason)
    ? "Give a credentials file of a user that may use JetStream: --bus-creds <file>."
    : /not support 'tls'/.test(reason)
      ? "This server speaks no TLS: write nats:// and leave --bus-ca and --bus-cert out, or give the server TLS."
      : /certificate|tls|ssl/i.test(reason)
        ? "Check --bus-ca, and --bus-cert with --bus-key where the server asks for a certificate."
        : tls && reason === SILENCE
          ? "Check host and port; a server that asks for a certificate and gets none says nothing: give --bus-cert with --bus-key."
          : reason === NO_NAME
            ? "Check the host's name."
            : "Start one: nats-server -js (Debian: apt install nats-server), and check host and port.";
  return new RollcallError("bus-unreachable", `No bus at ${url}: ${reason}.`, hint, EXIT.usage, error);
}

const NO_NAME = "nobody here knows a host of that name";

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replace(/\.$/, "");
  const cause = error.cause instanceof Error ? error.cause.message : "";
  if (/ENOTFOUND|EAI_AGAIN/.test(`${message} ${cause}`)) return NO_NAME;
  // The system's own words for it say no more.
  return cause === "" || cause.includes("ECONNREFUSED") ? message : `${message}: ${cause}`;
}
