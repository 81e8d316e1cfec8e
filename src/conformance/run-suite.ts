import { EXIT, RollcallError } from "../model/error.ts";
import type { MqttVersion } from "../model/plan.ts";
import { WireError } from "../model/ports.ts";
import { boundedText } from "../wires/server-text.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";
import { fieldText } from "./answer.ts";
import type { Bench, ConformanceCase, Fixtures } from "./case.ts";
import { CameInstead, converse, type Conversation } from "./conversation.ts";
import { openRawClient } from "./raw-client.ts";
import { ask, requestText } from "./requests.ts";

/** What a case showed: `came`, or why it was not tried. */
export type Observation =
  | { readonly id: string; readonly came: string }
  | { readonly id: string; readonly notApplicable: string };

export interface SuiteOptions {
  readonly cases: readonly ConformanceCase[];
  readonly fixtures: Fixtures;
  /** At the beginning of each name, at most 14 characters; fresh for each suite. */
  readonly prefix: string;
  readonly concurrency: number;
  /** Called after each case. */
  onProgress(done: number, total: number): void;
}

/** The reason of a case that lacks one. */
const MISSING: Readonly<Record<ConformanceCase["needs"][number], string>> = {
  admin: "needs a tenant administrator",
  password: "needs a tenant administrator with a password, not an API key",
  http: "no address of the HTTP device API was given",
  coap: "no address of CoAP was given",
  tls: "no address of MQTT over TLS was given",
  chains: "needs a tenant administrator and an address of MQTT over TLS",
  slow: "takes up to a minute: tried with --slow",
};

/**
 * Tries every case. Rejects with RollcallError where the server is not there or does not know the profile, and with the
 * reason of `stop`.
 */
export async function runSuite(options: SuiteOptions, stop: AbortSignal): Promise<readonly Observation[]> {
  const { cases, fixtures } = options;
  const observed = new Map<string, Observation>();
  const opened = new Set<Conversation>();
  const closeAll = (): void => {
    for (const talk of opened) talk.client.close();
  };
  stop.addEventListener("abort", closeAll, { once: true });

  const benchOf = (own: string): Bench & Disposable => createBench(options, own, opened, stop);

  const attempt = async (one: ConformanceCase, index: number): Promise<void> => {
    const missing = one.needs.find((need) => isMissing(need, fixtures));
    if (missing !== undefined) {
      observed.set(one.id, { id: one.id, notApplicable: MISSING[missing] });
      return;
    }
    using bench = benchOf(index.toString(36));
    observed.set(one.id, { id: one.id, came: await cameOf(one, bench) });
    options.onProgress(observed.size, cases.length);
  };

  try {
    using keeper = benchOf("keeper");
    const token = await admission(keeper, stop);
    const indexed = cases.map((one, index) => ({ one, index }));
    const [refused, others] = [
      indexed.filter(({ one }) => one.refusedLogin),
      indexed.filter(({ one }) => !one.refusedLogin),
    ];
    // The slow ones first: the others are done while they wait.
    const isSlow = ({ one }: (typeof others)[number]): boolean => one.needs.includes("slow");
    const queue = [...others.filter(isSlow), ...others.filter((each) => !isSlow(each))].values();
    await Promise.all(
      Array.from({ length: options.concurrency }, async () => {
        for (const { one, index } of queue) {
          stop.throwIfAborted();
          await attempt(one, index);
        }
      }),
    );
    for (const { one, index } of refused) {
      stop.throwIfAborted();
      await attempt(one, index);
      // ThingsBoard may block an address after ten refused logins in a row; one that is let in ends the row.
      using good = benchOf("keeper");
      await good.open("3.1.1").connect({ clientId: "keeper", username: token });
    }
    stop.throwIfAborted();
    using last = benchOf("last");
    await admission(last, stop).catch((error: unknown) => {
      if (!(error instanceof RollcallError)) throw error;
      throw lost(fixtures.endpoint, error.message);
    });
  } finally {
    stop.removeEventListener("abort", closeAll);
    closeAll();
  }
  return cases.map(({ id }) => observed.get(id) ?? { id, notApplicable: "not reached" });
}

function isMissing(need: ConformanceCase["needs"][number], fixtures: Fixtures): boolean {
  switch (need) {
    case "password":
      return fixtures.admin?.account === undefined;
    case "chains":
      return fixtures.admin?.chains === undefined;
    case "slow":
      return !fixtures.slow;
    default:
      return fixtures[need] === undefined;
  }
}

/** A first device, whose token is good: else no case would mean anything. */
async function admission(bench: Bench, stop: AbortSignal): Promise<string> {
  const talk = bench.open("3.1.1");
  const came = await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name() })).catch(
    (error: unknown) => {
      if (error instanceof CameInstead) return { text: error.message, answer: undefined };
      throw error;
    },
  );
  stop.throwIfAborted();
  if (came.answer?.status === "SUCCESS") return fieldText(came.answer.credentialsValue);
  const { host, port } = bench.fixtures.endpoint;
  if (came.answer !== undefined) {
    throw new RollcallError(
      "conformance-profile",
      `${host}:${port} answers ${came.text} to a new device of the given profile.`,
      "Give key and secret of a device profile with the strategy that allows to create new devices.",
    );
  }
  throw new RollcallError(
    "conformance-target",
    `${host}:${port} does not provision: ${came.text}.`,
    "Check host, port and TLS: it must be ThingsBoard's MQTT port.",
  );
}

function lost({ host, port }: Endpoint, how: string): RollcallError {
  return new RollcallError(
    "conformance-lost",
    `${host}:${port} was lost while it was tried, so that there is no result: ${how}`,
    "See the server's log, and try it again.",
    EXIT.unhealthy,
  );
}

/** Much of it is the server's own words. */
async function cameOf(one: ConformanceCase, bench: Bench): Promise<string> {
  return boundedText(await cameWhole(one, bench));
}

async function cameWhole(one: ConformanceCase, bench: Bench): Promise<string> {
  try {
    return await one.observe(bench);
  } catch (error) {
    if (error instanceof CameInstead) return error.message;
    if (error instanceof WireError) return `no answer (${error.message})`;
    if (error instanceof RollcallError) return error.message;
    throw error;
  }
}

function createBench(
  options: SuiteOptions,
  own: string,
  opened: Set<Conversation>,
  stop: AbortSignal,
): Bench & Disposable {
  const mine: Conversation[] = [];
  const open = (endpoint: Endpoint, version: MqttVersion): Conversation => {
    const talk = converse(openRawClient(endpoint, version));
    mine.push(talk);
    opened.add(talk);
    return talk;
  };
  return {
    fixtures: options.fixtures,
    stop,
    name(part) {
      return `${options.prefix}-${own}${part === undefined ? "" : `-${part}`}`;
    },
    shortName: () => `${options.prefix}-${own}`,
    open: (version) => open(options.fixtures.endpoint, version),
    openTls(version, identity) {
      const { tls } = options.fixtures;
      if (tls === undefined) throw new Error("a case uses TLS without needing it");
      return open({ ...tls.endpoint, tls: { ...tls.endpoint.tls, identity } }, version);
    },
    [Symbol.dispose]() {
      for (const talk of mine) {
        talk.client.close();
        opened.delete(talk);
      }
    },
  };
}
