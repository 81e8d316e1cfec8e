import { beforeAll, describe, expect, it } from "vitest";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { changesSince } from "../../../src/conformance/baseline.ts";
import type { ConformanceCase, Fixtures, TlsFixtures } from "../../../src/conformance/case.ts";
import { CASES } from "../../../src/conformance/catalogue.ts";
import { type ColumnId, columnOf } from "../../../src/conformance/columns.ts";
import { makeFixtures } from "../../../src/conformance/fixtures.ts";
import { bestColumns, type CaseResult, differs, judgeAll } from "../../../src/conformance/result.ts";
import { type Observation, runSuite } from "../../../src/conformance/run-suite.ts";
import { certifyItself, createThrowawayAuthority } from "../../../src/fleet/throwaway-authority.ts";
import { EXIT } from "../../../src/model/error.ts";
import { Secret } from "../../../src/model/secret.ts";
import { createServerIdentity, type ServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { DEFAULT_PROFILE, type SimulatorOptions } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";

const never = new AbortController().signal;
/** The suite waits for what must not come. */
const TIMEOUT_MS = 60_000;

let identity: ServerIdentity = { key: "", cert: "" };
let tls: Omit<TlsFixtures, "endpoint"> | undefined;
beforeAll(async () => {
  identity = await createServerIdentity();
  const creating = await createThrowawayAuthority("creating", "creating");
  const knowing = await createThrowawayAuthority("knowing", "knowing");
  tls = {
    authorities: { creating: creating.certificate, knowing: knowing.certificate },
    certify: (name, text, authority) =>
      authority === undefined ? certifyItself(name, text) : { creating, knowing }[authority].certify(name, text),
    expired: (name, text) => certifyItself(name, text, new Date("2021-01-01T00:00:00Z")),
  };
});

const simulate = (version: string, more: SimulatorOptions = {}): Promise<Simulator> =>
  startSimulator({
    version,
    tls: identity,
    http: {},
    coap: {},
    devices: [{ profile: "rollcall", name: "not ours" }],
    ...more,
  });

const plain = (simulator: Simulator): Fixtures => ({
  endpoint: { host: "127.0.0.1", port: simulator.port, tls: undefined },
  profile: { key: DEFAULT_PROFILE.key, secret: new Secret(DEFAULT_PROFILE.secret) },
  http: undefined,
  coap: undefined,
  tls: undefined,
  admin: undefined,
  slow: false,
});

const QUICK = CASES.filter(({ needs }) => !needs.includes("slow"));
const SLOW = CASES.filter(({ needs }) => needs.includes("slow"));

const suiteOf = (fixtures: Fixtures, cases: readonly ConformanceCase[] = QUICK): Promise<readonly Observation[]> =>
  runSuite({ cases, fixtures, prefix: "test-000000", concurrency: 24, onProgress: () => undefined }, never);

const makeFor = (simulator: Simulator, stop = never) => {
  let secrets = 0;
  const url = `http://127.0.0.1:${simulator.httpPort}`;
  const admin = { username: "tenant@thingsboard.org", password: new Secret("tenant"), apiKey: undefined };
  const random = (): string => `random ${(secrets += 1)}`;
  const clock = createVirtualClock();
  const nothing = () => Promise.resolve();
  const log = { begin: nothing, made: nothing, gone: nothing };
  return makeFixtures({ url, ...admin, tls: undefined }, { prefix: "test", random, tls, clock, log }, stop);
};

/** All that the suite can use, made as on a real server, and removed. */
async function observe(
  simulator: Simulator,
  cases: readonly ConformanceCase[] = QUICK,
): Promise<readonly Observation[]> {
  const made = await makeFor(simulator);
  const secure = { ca: identity.cert, serverName: undefined, insecure: false, identity: undefined };
  const endpoint = { host: "127.0.0.1", port: simulator.tlsPort ?? 0, tls: secure };
  const all = {
    ...plain(simulator),
    profile: made.profile,
    admin: made.admin,
    http: { host: "127.0.0.1", port: simulator.httpPort ?? 0, tls: undefined },
    coap: { host: "127.0.0.1", port: simulator.coapPort ?? 0 },
    tls: tls && { ...tls, endpoint },
    slow: true,
  };
  try {
    return await suiteOf(all, cases);
  } finally {
    expect(await made.remove(never)).toBeUndefined();
    await made.close();
  }
}

/** By version: what several tests only look at is observed once. */
const seen = new Map<string, ReturnType<typeof observeAlone>>();
const observationsOf = (version: string): ReturnType<typeof observeAlone> => {
  const known = seen.get(version) ?? observeAlone(version);
  seen.set(version, known);
  return known;
};

/** On a simulator of its own; `devices` and `profiles` are what is left on it. */
async function observeAlone(version: string) {
  const simulator = await simulate(version);
  try {
    const observations = await observe(simulator);
    const devices = [...simulator.store.devices()].map(({ name }) => name);
    const profiles = [...simulator.store.profiles()].map(({ settings }) => settings.name);
    return { observations, devices, profiles };
  } finally {
    await simulator.close();
  }
}

async function resultsFor(version: string, column = columnOf(version)): Promise<readonly CaseResult[]> {
  return judgeAll(QUICK, (await observationsOf(version)).observations, column ?? "3.6");
}

describe.concurrent("the version matrix", () => {
  it.each<readonly [string, ColumnId]>([
    ["3.6.4", "3.6"],
    ["3.7", "3.7"],
    ["3.8.1", "3.8"],
    ["3.9.1", "3.9"],
    ["4.2.1", "3.9"],
    ["4.2.2", "4.2.1.1"],
    ["4.3.1", "4.3"],
  ])(
    "a server like %s shows the column %s, that one only, and nothing else",
    async (version, column) => {
      const { observations, devices, profiles } = await observationsOf(version);
      const results = judgeAll(QUICK, observations, column);
      expect(results.filter(({ verdict }) => verdict !== "as-expected")).toEqual([]);
      expect(bestColumns(QUICK, observations)).toEqual([column]);
      // Everything that the suite made is gone again, and nothing else.
      expect(devices).toEqual(["not ours"]);
      expect(profiles).toEqual(["default", "rollcall"]);
    },
    TIMEOUT_MS,
  );

  it(
    "an upgrade from 4.2.1 to 4.2.1.1 changes one case",
    async () => {
      const [before, after] = await Promise.all([resultsFor("4.2.1"), resultsFor("4.2.1.1")]);
      expect(changesSince(before, after)).toEqual([
        {
          id: "pre.again@3.1.1",
          title: "pre-provisioned: a device that is provisioned already, MQTT 3.1.1",
          row: "3 same name again, K1",
          before: "SUCCESS ACCESS_TOKEN",
          after: "FAILURE",
        },
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    "a server that is not what it is taken for differs where the matrix says so",
    async () => {
      const differing = (await resultsFor("3.8", "3.9")).filter(differs).map(({ id }) => id.replace(/@.*/, ""));
      expect([...new Set(differing)]).toEqual([
        "session.subscribe",
        "session.subscribe-qos-0",
        "session.subscribe-qos-2",
        "session.unsubscribe-others",
        "session.subscribe-others",
        "session.unsubscribe",
        "request.answer-qos",
      ]);
    },
    TIMEOUT_MS,
  );
});

it.each<readonly [string, ColumnId]>([
  ["3.6.4", "3.6"],
  ["4.2.1", "3.9"],
])(
  "tries what takes long when it is told to: a server like %s",
  async (version, column) => {
    const quick = { service: { requestTimeoutMs: 300 }, limits: { closeAfterAnswerMs: 300 } };
    const simulator = await simulate(version, quick);
    try {
      const results = judgeAll(SLOW, await observe(simulator, SLOW), column);
      // This one closes too soon; all else is as it should be.
      expect(results.filter(({ verdict }) => verdict !== "as-expected")).toMatchObject(
        ["3.1", "3.1.1", "5"].map((version) => ({
          id: `slow.close@${version}`,
          expected: "close after 60 s",
          came: "close after 0 s",
        })),
      );
    } finally {
      await simulator.close();
    }
  },
  TIMEOUT_MS,
);

describe.concurrent("a suite with less to try", () => {
  it(
    "says of each case that lacks something why it is not applicable",
    async () => {
      const simulator = await simulate("4.2.1");
      try {
        const results = judgeAll(CASES, await suiteOf(plain(simulator), CASES), "3.9");
        const missing = results.filter((result) => result.verdict === "not-applicable");
        expect(missing.map(({ id }) => id)).toEqual(CASES.filter(({ needs }) => needs.length > 0).map(({ id }) => id));
        expect(new Set(missing.map(({ why }) => why)).size).toBe(6);
        expect(results.filter(differs)).toEqual([]);
      } finally {
        await simulator.close();
      }
    },
    TIMEOUT_MS,
  );

  it("refuses a profile that does not let devices in, and a server that is none", async () => {
    const simulator = await simulate("4.2.1");
    const fixtures = plain(simulator);
    const unknown = { key: "nobody's", secret: new Secret("x") };
    await expect(suiteOf({ ...fixtures, profile: unknown })).rejects.toMatchObject({ code: "conformance-profile" });
    await simulator.close();
    await expect(suiteOf(fixtures)).rejects.toMatchObject({
      code: "conformance-target",
      message: expect.stringContaining("ECONNREFUSED") as string,
    });
  });

  it("gives no result of a server that is lost on the way", async () => {
    const simulator = await simulate("4.2.1");
    const [first] = QUICK;
    if (first === undefined) throw new Error("there is no case");
    const closing = { ...first, observe: () => simulator.close().then(() => "closed") };
    await expect(suiteOf(plain(simulator), [closing])).rejects.toMatchObject({
      code: "conformance-lost",
      exitCode: EXIT.unhealthy,
    });
  });

  it(
    "shows a server that lets anyone in",
    async () => {
      const simulator = await simulate("4.2.1", { faults: [{ kind: "admits-anyone", rate: 1 }] });
      try {
        const results = judgeAll(QUICK, await suiteOf(plain(simulator)), "3.9").filter(differs);
        expect(results.find(({ id }) => id === "login.wrong-password@3.1.1")).toMatchObject({
          expected: "CONNACK 5, then close",
          came: "CONNACK 0",
        });
        expect(results.every(({ id }) => id.startsWith("login."))).toBe(true);
      } finally {
        await simulator.close();
      }
    },
    TIMEOUT_MS,
  );

  it("stops at once when it is told to, and leaves nothing behind", async () => {
    const simulator = await simulate("4.2.1");
    const stop = new AbortController();
    const made = await makeFor(simulator, stop.signal);
    const suite = runSuite(
      {
        cases: CASES,
        fixtures: { ...plain(simulator), profile: made.profile, admin: made.admin },
        prefix: "test-000001",
        concurrency: 2,
        onProgress: () => stop.abort(new Error("enough")),
      },
      stop.signal,
    );
    await expect(suite).rejects.toThrow("enough");
    expect(await made.remove(never)).toBeUndefined();
    await made.close();
    expect(simulator.store.size).toBe(1);
    await simulator.close();
  });

  it("removes the profiles it had made when one is refused", async () => {
    const simulator = await simulate("4.2.1");
    const first = await makeFor(simulator);
    await expect(makeFor(simulator)).rejects.toMatchObject({ code: "admin-answer" });
    await first.remove(never);
    await first.close();
    expect([...simulator.store.profiles()]).toHaveLength(2);
    await simulator.close();
  });
});
