import { type Server, type Socket, createServer } from "node:net";
import { RollcallError } from "../model/error.ts";
import { createAddressLimits } from "./transports/address-limits.ts";
import { createAuthenticator } from "./core/authenticator.ts";
import { answerCoap } from "./transports/coap-api.ts";
import { type CoapEndpoint, openCoapEndpoint } from "./transports/coap-endpoint.ts";
import { createCredentialFaults } from "./core/credential-faults.ts";
import { createDeviceApi } from "./transports/device-api.ts";
import { type DeviceStore, createDeviceStore } from "./core/device-store.ts";
import { type DeviceSessions, createDeviceSessions } from "./core/device-sessions.ts";
import { createFaultPicker, type Fault, type FaultPicker } from "./core/faults.ts";
import { loadFixtures } from "./core/fixtures.ts";
import { createHttpApi } from "./transports/http-api.ts";
import { listen, stopListening } from "./transports/listener.ts";
import { type ConnectionDeps, MqttConnection } from "./transports/mqtt-connection.ts";
import { createMqttDecoder } from "./transports/mqtt-decoder.ts";
import { DEFAULT_LIMITS, type SimulatorOptions } from "./options.ts";
import { createProvisionRequests } from "./core/provision-requests.ts";
import { createProvisioning } from "./core/provisioning.ts";
import { behindProxy } from "./transports/proxied-listener.ts";
import { createQueuedTransport } from "./timing/queued-transport.ts";
import { createRandom } from "./timing/random.ts";
import { createRestApi } from "./rest/rest-api.ts";
import { PRESETS, isInstant } from "./timing/service-model.ts";
import { restoreState } from "./core/state.ts";
import { type SimulatorStats, createTally, readStats } from "./core/tally.ts";
import { createTimers } from "./timing/timers.ts";
import { createTlsListener } from "./transports/tls-listener.ts";
import { createDirectTransport, timedTransport } from "./timing/transport-api.ts";
import { createTransportLimits } from "./transports/transport-limits.ts";
import { type VersionTraits, traitsOf } from "./core/version-table.ts";

/** A running simulator. */
export interface Simulator {
  /** MQTT over TCP. */
  readonly port: number;
  /** MQTT over TLS; undefined unless asked for. */
  readonly tlsPort: number | undefined;
  /** Undefined unless asked for. */
  readonly httpPort: number | undefined;
  /** UDP; undefined unless asked for. */
  readonly coapPort: number | undefined;
  readonly store: DeviceStore;
  readonly sessions: DeviceSessions;
  readonly traits: VersionTraits;
  stats(): SimulatorStats;
  /** Requests that may still create a device. */
  underWay(): number;
  /** Milliseconds from a request read to its answer ready, in the order of the answers; empty unless `keepServiceTimes`. */
  readonly serviceTimes: readonly number[];
  /** From now on these faults strike, instead of those it had. */
  strike(faults: readonly Fault[]): void;
  /** Ends every connection and listener. */
  close(): Promise<void>;
}

/** Starts a second, independent reading of ThingsBoard. Rejects with RollcallError where it cannot listen or the options contradict each other. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const traits = traitsFor(options.version ?? "4.2.1");
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const service = { ...PRESETS[options.preset ?? "instant"](traits), ...options.service };
  const ownTimers = createTimers();
  const timers = options.timers ?? ownTimers;
  const seed = options.seed ?? 1;
  // Each purpose has its own sequence: a fault more does not change the tokens.
  const random = createRandom(seed);
  const serviceRandom = createRandom(seed ^ 0x5e11ce);
  const faultRandom = createRandom(seed ^ 0xfa017);
  let picker = createFaultPicker(options.faults ?? [], faultRandom);
  const faults: FaultPicker = { pick: (point, device) => picker.pick(point, device) };
  const store = createDeviceStore({ random, wall: () => timers.wall(), maxDevices: limits.maxDevices });
  if (options.state === undefined) loadFixtures(store, options);
  else restoreState(store, options.state);
  const tally = createTally();
  const untimed = isInstant(service)
    ? createDirectTransport(timers, service.requestTimeoutMs)
    : createQueuedTransport({ service, traits, timers, random: serviceRandom });
  const serviceTimes: number[] = [];
  const transport = options.keepServiceTimes === true ? timedTransport(untimed, timers, serviceTimes) : untimed;
  const sessions = createDeviceSessions({ ...limits, timers, tally });
  const transportLimits = createTransportLimits(options.tenant ?? {}, timers);
  const requests = createProvisionRequests({
    transport,
    provisioning: createProvisioning({ store, random, traits }),
    faults,
    credentialFaults: createCredentialFaults(store, random),
    timers,
    tally,
    requestTimeoutMs: service.requestTimeoutMs,
  });
  const deps: ConnectionDeps = {
    traits,
    requests,
    faults,
    timers,
    tally,
    closeAfterAnswerMs: limits.closeAfterAnswerMs,
    decoder: createMqttDecoder(),
    sessions,
    authenticator: createAuthenticator({ store, transport, faults, timers, tally, traits, limits: transportLimits }),
    limits: transportLimits,
    addresses: createAddressLimits(limits, timers),
    maxPacket: limits.maxPacket,
  };

  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const coapEndpoints: CoapEndpoint[] = [];
  const { host: given = "127.0.0.1" } = options;
  const hosts = typeof given === "string" ? [given] : given;
  /** At each host, all at the port that the first got. */
  const atEach = async (
    asked: number | undefined,
    at: (host: string, port: number) => Promise<number>,
  ): Promise<number> => {
    let port = asked ?? 0;
    for (const host of hosts) port = await at(host, port);
    return port;
  };
  const open = (create: () => Server, asked: number | undefined): Promise<number> =>
    atEach(asked, (host, port) => {
      const server = create();
      // Raw sockets, so that those of an unfinished TLS handshake are ended as well.
      server.on("connection", (socket: Socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      servers.push(server);
      return listen(server, host, port);
    });
  const close = async (): Promise<void> => {
    ownTimers.stop();
    const stopped = servers.filter((server) => server.listening).map(stopListening);
    for (const socket of sockets) socket.destroy();
    await Promise.all([...stopped, ...coapEndpoints.map((endpoint) => endpoint.close())]);
  };

  try {
    const mqtt = (): Server => createServer({ noDelay: true }, (socket) => new MqttConnection(deps, socket, undefined));
    const { tls, http, coap } = options;
    const proxied = (server: Server): Server => (options.proxyProtocol === true ? behindProxy(server) : server);
    const rest = createRestApi({
      ...deps,
      store,
      random: createRandom(seed ^ 0x4e57),
      version: options.version ?? "4.2.1",
      maxDevices: limits.maxDevices,
      apiKeys: options.apiKeys ?? [],
      tokenLifetimeMs: limits.tokenLifetimeMs,
      tenant: options.tenant ?? {},
    });
    const api = createDeviceApi({ store, transport, requests, faults, timers, tally });
    const coapPort =
      coap &&
      (await atEach(coap.port, async (host, port) => {
        const endpoint = await openCoapEndpoint(host, port, timers, (request) => answerCoap({ traits, api }, request));
        coapEndpoints.push(endpoint);
        return endpoint.port;
      }));
    return {
      port: await open(() => proxied(mqtt()), options.port),
      tlsPort:
        tls && (await open(() => proxied(createTlsListener(tls, { ...deps, store, random, transport })), tls.port)),
      httpPort: http && (await open(() => createHttpApi({ traits, timers, tally, rest, api }, http.tls), http.port)),
      coapPort,
      store,
      sessions,
      traits,
      serviceTimes,
      stats: () => readStats(tally, store, sessions.size),
      strike: (next) => {
        picker = createFaultPicker(next, faultRandom);
      },
      underWay: () => tally.late + transport.underWay(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function traitsFor(version: string): VersionTraits {
  const traits = traitsOf(version);
  if (traits !== undefined) return traits;
  throw new RollcallError(
    "simulator-version",
    `The simulator knows no ThingsBoard ${version}.`,
    "Name a release from 3.6 on, e.g. 4.2.1.",
  );
}
