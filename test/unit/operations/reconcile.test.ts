import { describe, expect, it } from "vitest";
import type { ServerDevice } from "../../../src/model/administration.ts";
import { type RunRecord, type Standing, reconcile } from "../../../src/operations/reconcile.ts";

const device = (name: string, createdTime = 1_500, gateway = false): ServerDevice => ({
  id: `id of ${name}`,
  name,
  createdTime,
  profileId: "profile",
  gateway,
});

const record = (names: Readonly<Record<string, Standing>>): RunRecord => ({
  names: new Map(Object.entries(names)),
  unnamed: 0,
  from: 1_000,
  to: 2_000,
  seenBefore: undefined,
  gateway: false,
  strategy: "allow-create",
});

async function* listed(...devices: readonly ServerDevice[]): AsyncGenerator<ServerDevice> {
  yield* devices;
}

const namesOf = (devices: readonly ServerDevice[]): readonly string[] => devices.map(({ name }) => name);

describe("reconcile", () => {
  it("tells devices that were told from ghosts and from those that are missing", async () => {
    const run = record({ a: "told", b: "unknown", c: "told", d: "unknown", e: "not-made" });
    const found = await reconcile(run, listed(device("a"), device("b")));
    expect(namesOf(found.present)).toEqual(["a"]);
    expect(namesOf(found.ghosts)).toEqual(["b"]);
    expect(found.told).toEqual({ present: 1, missing: ["c"] });
    expect(found.foreign).toEqual([]);
  });

  it("leaves alone what only begins like a name of the run", async () => {
    const found = await reconcile(
      record({ "run-1": "told" }),
      listed(device("run-1"), device("run-10"), device("run-")),
    );
    expect(namesOf(found.present)).toEqual(["run-1"]);
    expect([...found.ghosts, ...found.foreign]).toEqual([]);
    expect(found.onServer).toBe(3);
  });

  it.each([
    ["told, but created before the run", "told", -4_001],
    ["unknown, but created after it", "unknown", 2_001],
    ["refused by the server, which had it already", "not-made", 1_500],
  ] as const)("calls a device foreign: %s", async (_, standing, createdTime) => {
    const found = await reconcile(record({ a: standing }), listed(device("a", createdTime)));
    expect(namesOf(found.foreign)).toEqual(["a"]);
    expect([...found.present, ...found.ghosts]).toEqual([]);
    expect(found.told.missing).toEqual(standing === "told" ? ["a"] : []);
  });

  it("counts a device once that moved to another page while they were read", async () => {
    const found = await reconcile(record({ a: "told" }), listed(device("a"), device("a")));
    expect(namesOf(found.present)).toEqual(["a"]);
  });

  it.each([
    ["5 s before, by a clock that is behind", "told", 996, "present"],
    ["just before, and nobody was told: somebody else's", "unknown", 999, "foreign"],
  ] as const)("allows for the clocks' difference where a client was told: %s", async (_, standing, time, where) => {
    const run = { ...record({ a: standing }), from: 6_000 - 5_000, to: 20_000 };
    const found = await reconcile(run, listed(device("a", time)));
    expect(namesOf(found[where])).toEqual(["a"]);
  });

  it("finds the devices of a pre-provisioned fleet, whenever they were made, and takes none for the run's own", async () => {
    const run: RunRecord = {
      ...record({ a: "told", b: "told", c: "unknown", d: "not-made" }),
      strategy: "pre-provisioned",
    };
    const found = await reconcile(run, listed(device("a", 10), device("c", 1_500), device("d", 10)));
    expect(found.told).toEqual({ present: 1, missing: ["b"] });
    expect([...found.ghosts, ...found.foreign, ...found.made]).toEqual([]);
    expect(namesOf(found.bearers)).toEqual(["a", "c", "d"]);
  });

  it("tells the devices that a chain of certificates made from those that it found", async () => {
    const run: RunRecord = { ...record({ a: "told", b: "told", c: "unknown", d: "unknown" }), strategy: "x509-chain" };
    const found = await reconcile(run, listed(device("a", 10), device("b"), device("c"), device("d", 10)));
    expect(found.told).toEqual({ present: 2, missing: [] });
    expect(namesOf(found.made)).toEqual(["b", "c"]);
    expect(namesOf(found.ghosts)).toEqual(["c"]);
    expect(namesOf(found.foreign)).toEqual(["d"]);
  });

  it("takes a device that was seen before the run for another's, whatever was told", async () => {
    const run = { ...record({ a: "told", b: "unknown" }), seenBefore: new Set(["id of a", "id of b"]) };
    const found = await reconcile(run, listed(device("a"), device("b")));
    expect(namesOf(found.foreign)).toEqual(["a", "b"]);
    expect(found.made).toEqual([]);
  });

  it("names devices with the other gateway flag", async () => {
    const found = await reconcile(record({ a: "told" }), listed(device("a", 1_500, true)));
    expect(found.wrongGateway).toEqual(["a"]);
  });
});
