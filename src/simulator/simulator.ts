import { type Server, createServer } from "node:net";
import { RollcallError } from "../model/error.ts";
import { createAddressLimits } from "./transports/address-limits.ts";
import { createAuthenticator } from "./core/authenticator.ts";
import { answerCoap } from "./transports/coap-api.ts";
import { openCoapEndpoint } from "./transports/coap-endpoint.ts";
import { createCredentialFaults } from "./core/credential-faults.ts";
import { type DeviceApi, createDeviceApi } from "./transports/device-api.ts";
import { type DeviceStore, createDeviceStore } from "./core/device-store.ts";
import { type DeviceSessions, createDeviceSessions } from "./core/device-sessions.ts";
import { createFaultPicker, type Fault, type FaultPicker } from "./core/faults.ts";
import { addTenants, loadFixtures } from "./core/fixtures.ts";
import { createHttpApi } from "./transports/http-api.ts";
import { MqttConnection } from "./transports/mqtt-connection.ts";
import { createMqttDecoder } from "./transports/mqtt-decoder.ts";
import { type NodeFault, scheduleNodeFaults } from "./core/node-faults.ts";
import { createNodes, type Node } from "./core/nodes.ts";
import { type Cores, createCores } from "./timing/cores.ts";
import { createDoors } from "./transports/doors.ts";
import { type ClusterOptions, DEFAULT_LIMITS, type SimulatorOptions } from "./options.ts";
import { createProvisionRequests, type ProvisionRequests } from "./core/provision-requests.ts";
import { createProvisioning } from "./core/provisioning.ts";
import { behindProxy } from "./transports/proxied-listener.ts";
import { createQueuedTransport } from "./timing/queued-transport.ts";
import { createRandom } from "./timing/random.ts";
import { createRestApi } from "./rest/rest-api.ts";
import { PRESETS, isInstant } from "./timing/service-model.ts";
import { createResets } from "./transports/resets.ts";
import { restoreState } from "./core/state.ts";
import { type SimulatorStats, createTally, readStats } from "./core/tally.ts";
import { createTimers, type Timers } from "./timing/timers.ts";
import { createTlsListener, type TlsListenerDeps } from "./transports/tls-listener.ts";
import { createDirectTransport, timedTransport, type TransportApi } from "./timing/transport-api.ts";
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
  /** Begins (`on`) or ends a fault of one node, whatever its times. */
  strikeNode(fault: NodeFault, on: boolean): void;
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
  else {
    restoreState(store, options.state);
    const further = (options.administrators ?? []).map(({ tenant }) => tenant);
    addTenants(store, further);
  }
  const tally = createTally();
  const openCore = (): TransportApi =>
    isInstant(service)
      ? createDirectTransport(timers, service.requestTimeoutMs)
      : createQueuedTransport({ service, traits, timers, random: serviceRandom });
  const cores = options.cluster && openCores(options.cluster, openCore, timers, service.requestTimeoutMs);
  const untimed = cores ?? openCore();
  const serviceTimes: number[] = [];
  const transport = options.keepServiceTimes === true ? timedTransport(untimed, timers, serviceTimes) : untimed;
  const sessions = createDeviceSessions({ ...limits, timers, tally });
  const transportLimits = createTransportLimits(options.tenant ?? {}, timers);
  const createNode = createNodes({
    core: transport,
    provisioning: createProvisioning({ store, random, traits }),
    timers,
    requestTimeoutMs: service.requestTimeoutMs,
  });
  const credentialFaults = createCredentialFaults(store, random);
  const resets = createResets();
  const shared = {
    traits,
    faults,
    timers,
    tally,
    store,
    random,
    sessions,
    closeAfterAnswerMs: limits.closeAfterAnswerMs,
    decoder: createMqttDecoder(),
    limits: transportLimits,
    addresses: createAddressLimits(limits, timers),
    resets,
    maxPacket: limits.maxPacket,
  };
  const { host: given = "127.0.0.1" } = options;
  const hosts = typeof given === "string" ? [given] : given;
  const doors = createDoors(hosts);
  const nodes = new Map(hosts.map((host) => [host, createNode()]));
  const schedule = scheduleNodeFaults(options.cluster?.faults ?? [], timers, strikeNode);
  const places = new Map([...nodes].map(([host, node]) => [host, openPlace(node)]));
  const at = (host: string): Place => places.get(host) ?? openPlace(createNode());

  /** What one address needs to serve devices. */
  function openPlace({ transport: way, provisioning, knows }: Node): Place {
    const asked = createProvisionRequests({
      transport: way,
      provisioning,
      faults,
      credentialFaults,
      timers,
      tally,
      requestTimeoutMs: service.requestTimeoutMs,
    });
    const requests: ProvisionRequests = {
      ask(exchange, read) {
        schedule.begin();
        asked.ask(exchange, read);
      },
    };
    const authenticator = createAuthenticator({ ...shared, transport: way, knows });
    return {
      ...shared,
      transport: way,
      requests,
      authenticator,
      api: createDeviceApi({ ...shared, transport: way, requests, knows }),
    };
  }

  function strikeNode({ kind, of, ms }: NodeFault, on: boolean): void {
    if ("core" in of) {
      if (on) cores?.down(of.core);
      else cores?.up(of.core);
      return;
    }
    const node = nodes.get(of.host);
    if (node === undefined) return;
    if (kind === "cut-off") node.cutOff = on;
    else if (kind === "lag") node.lagMs = on ? (ms ?? 0) : 0;
    // A host that cannot listen again at its port stays away, as a server would.
    else void (on ? doors.shut(of.host) : doors.reopen(of.host)).catch(() => undefined);
  }

  const close = async (): Promise<void> => {
    ownTimers.stop();
    await doors.close();
  };

  try {
    const { tls, http, coap } = options;
    const proxied = (server: Server): Server => (options.proxyProtocol === true ? behindProxy(server) : server);
    const mqtt = (host: string): Server =>
      proxied(createServer({ noDelay: true }, (socket) => new MqttConnection(at(host), socket, undefined)));
    const rest = createRestApi({
      ...shared,
      random: createRandom(seed ^ 0x4e57),
      version: options.version ?? "4.2.1",
      maxDevices: limits.maxDevices,
      apiKeys: options.apiKeys ?? [],
      administrators: options.administrators ?? [],
      tokenLifetimeMs: limits.tokenLifetimeMs,
      tenant: options.tenant ?? {},
    });
    const coapPort =
      coap &&
      (await doors.bind(
        (host, port) =>
          openCoapEndpoint(host, port, timers, (request) => answerCoap({ traits, api: at(host).api }, request)),
        coap.port ?? 0,
      ));
    return {
      port: await doors.listen(mqtt, options.port ?? 0),
      tlsPort: tls && (await doors.listen((host) => proxied(createTlsListener(tls, at(host))), tls.port ?? 0)),
      httpPort:
        http &&
        (await doors.listen(
          (host) => createHttpApi({ traits, timers, tally, rest, api: at(host).api, resets }, http.tls),
          http.port ?? 0,
        )),
      coapPort,
      store,
      sessions,
      traits,
      serviceTimes,
      stats: () => readStats(tally, store, sessions.size),
      strike: (next) => {
        picker = createFaultPicker(next, faultRandom);
      },
      strikeNode,
      underWay: () => tally.late + transport.underWay(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What serves devices at one address. */
type Place = TlsListenerDeps & { readonly api: DeviceApi };

const REBALANCE_MS = 10_000;

function openCores(
  { cores = 1, queueDelayMs = 0, rebalanceMs = REBALANCE_MS }: ClusterOptions,
  openCore: () => TransportApi,
  timers: Timers,
  requestTimeoutMs: number,
): Cores {
  return createCores({
    cores: Array.from({ length: cores }, openCore),
    timers,
    delayMs: queueDelayMs,
    requestTimeoutMs,
    rebalanceMs,
  });
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
