import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServerDevice, ServerProfile } from "../../../src/model/administration.ts";
import { RollcallError } from "../../../src/model/error.ts";
import type { DeletionProof } from "../../../src/model/deletion-proof.ts";
import { deleteDevices } from "../../../src/operations/delete-devices.ts";
import { deleteProfile } from "../../../src/operations/delete-profile.ts";
import type { DeviceClaim } from "../../../src/operations/deletion-decision.ts";
import { devicesOfProfile } from "../../../src/operations/devices-of-profile.ts";
import { claimOf, reconcile, type RunRecord, type Standing } from "../../../src/operations/reconcile.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { times } from "../../support/times.ts";

const never = new AbortController().signal;
const uuid = (kind: number, index: number): string =>
  `0000000${kind}-0000-4000-8000-${String(index).padStart(12, "0")}`;
const OURS = uuid(1, 0);
const THEIRS = uuid(1, 1);
const FROM = 100_000;
const TO = 200_000;
/** Of the clocks. */
const SKEW = 5_000;

const profileId = fc.constantFrom(OURS, OURS, THEIRS, "..", "");
const deviceName = fc.constantFrom("run-0", "run-1", "run-2", "run-3", "prepared", "METER-1", "run-");
const createdTime = fc.constantFrom(0, FROM - SKEW - 1, FROM - 1, FROM, 150_000, TO, TO + SKEW + 1, 1e16);
const deviceId = fc.oneof(
  fc.nat(9).map((index) => uuid(2, index)),
  fc.constantFrom("..", "", "../deviceProfiles", uuid(1, 0)),
);
const device = (id: fc.Arbitrary<string>): fc.Arbitrary<ServerDevice> =>
  fc.record({ id, name: deviceName, createdTime, profileId, gateway: fc.boolean() });

/** What the server has, each device by another id. */
const store = fc
  .array(device(fc.constant("")), { maxLength: 10 })
  .map((devices) => devices.map((each, index) => ({ ...each, id: uuid(2, index) })));
/** What its lists say: anything. */
const lies = fc.array(device(deviceId), { maxLength: 20 });
const standing = fc.constantFrom<Standing>("told", "unknown", "not-made");
const strategy = fc.constantFrom("allow-create", "x509-chain", "pre-provisioned", "disabled");
const seenBefore = fc.array(
  fc.nat(9).map((index) => uuid(2, index)),
  { maxLength: 3 },
);
const recorded = fc.array(fc.record({ id: deviceId, name: deviceName, createdTime }), { maxLength: 5 });

interface Lie {
  readonly devices: readonly ServerDevice[];
  readonly listed: readonly ServerDevice[];
  /** What is answered to a question for one id: now and then another record. */
  readonly swaps: Readonly<Record<string, number>>;
}

function lyingServer({ devices, listed, swaps }: Lie) {
  const there = new Map(devices.map((each) => [each.id, each]));
  const shown = new Map<string, ServerDevice>();
  const deleted: { readonly id: string; readonly shown: ServerDevice | undefined }[] = [];
  return {
    deleted,
    async *devicesOf() {
      yield* listed;
    },
    deviceById(id: string) {
      const swap = swaps[id];
      const record = swap === undefined ? there.get(id) : devices[swap % Math.max(devices.length, 1)];
      if (record !== undefined) shown.set(id, record);
      return Promise.resolve(record);
    },
    deleteDevice({ id }: DeletionProof<"device">) {
      deleted.push({ id, shown: shown.get(id) });
      return Promise.resolve(there.delete(id));
    },
  };
}

const lie = fc.record({
  devices: store,
  listed: lies,
  swaps: fc.dictionary(
    fc.nat(9).map((index) => uuid(2, index)),
    fc.nat(9),
    { maxKeys: 2 },
  ),
});

const pace = () => ({ concurrency: 3, rate: undefined, clock: createVirtualClock(), onProgress: () => undefined });

describe("what is deleted, whatever lists say", () => {
  it("is what its own record shows to be the run's, or setup's", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lie,
          standings: fc.array(standing, { minLength: 4, maxLength: 4 }),
          strategy,
          seenBefore,
          recorded,
        }),
        async ({ lie: told, standings, strategy: kind, seenBefore: seen, recorded: lines }) => {
          const run: RunRecord = {
            names: new Map(standings.map((each, index) => [`run-${index}`, each])),
            unnamed: 0,
            from: FROM,
            to: TO,
            seenBefore: new Set(seen),
            gateway: false,
            strategy: kind,
          };
          const made = new Map(lines.map((line) => [line.id, line]));
          const claims: readonly DeviceClaim[] = [claimOf(run, OURS), { by: "setup", profiles: [OURS], made }];
          const server = lyingServer(told);
          // All that a list yields is put to it, and what a cleanup would pick.
          const picked = await reconcile(run, server.devicesOf());
          await deleteDevices(server, [...told.listed, ...picked.bearers], claims, pace(), never);

          for (const { id, shown } of server.deleted) {
            expect(shown?.id).toBe(id);
            expect(shown?.profileId).toBe(OURS);
            const line = made.get(id);
            const bySetup = line?.name === shown?.name && line?.createdTime === shown?.createdTime;
            const known = run.names.get(shown?.name ?? "");
            const time = shown?.createdTime ?? 0;
            const byRun =
              (kind === "allow-create" || kind === "x509-chain") &&
              (known === "told" || known === "unknown") &&
              time >= FROM - SKEW &&
              time <= TO + SKEW &&
              !seen.includes(id);
            expect(bySetup || byRun).toBe(true);
          }
        },
      ),
      { numRuns: times(500) },
    );
  });

  it("is all that is the run's, where the server says the truth", async () => {
    await fc.assert(
      fc.asyncProperty(store, async (devices) => {
        const names = new Map(["run-0", "run-1", "run-2", "run-3"].map((name) => [name, "told"] as const));
        const run: RunRecord = {
          names,
          unnamed: 0,
          from: FROM,
          to: TO,
          seenBefore: undefined,
          gateway: false,
          strategy: "allow-create",
        };
        const server = lyingServer({ devices, listed: devices, swaps: {} });
        await deleteDevices(server, devices, [claimOf(run, OURS)], pace(), never);
        const own = devices.filter(
          (each) =>
            each.profileId === OURS &&
            names.has(each.name) &&
            each.createdTime >= FROM - SKEW &&
            each.createdTime <= TO + SKEW,
        );
        expect(server.deleted.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
      }),
      { numRuns: times(200) },
    );
  });

  it("is nothing where a list of one profile has a device of another", async () => {
    await fc.assert(
      fc.asyncProperty(lies, async (listed) => {
        const read = async (): Promise<readonly ServerDevice[] | "refused"> => {
          const devices: ServerDevice[] = [];
          const server = lyingServer({ devices: [], listed, swaps: {} });
          try {
            for await (const each of devicesOfProfile(server, { id: OURS }, never)) devices.push(each);
            return devices;
          } catch (error) {
            if (error instanceof RollcallError && error.code === "filter-ignored") return "refused";
            throw error;
          }
        };
        const honest = listed.every((each) => each.profileId === OURS);
        expect(await read()).toEqual(honest ? listed : "refused");
      }),
    );
  });
});

describe("a profile goes", () => {
  it("if it is as it was made, is not the default and holds no device; never else", async () => {
    const profile = fc.record({
      id: fc.constantFrom(OURS, THEIRS, ".."),
      name: fc.constantFrom("made", "default"),
      createdTime: fc.constantFrom(1, 2),
      isDefault: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(profile, profile, lies, async (made, shown, listed) => {
        const deleted: string[] = [];
        const record: ServerProfile = {
          ...shown,
          strategy: "allow-create",
          key: "k",
          secret: undefined,
          chain: undefined,
          transport: "DEFAULT",
        };
        const admin = {
          devicesOf: () => lyingServer({ devices: [], listed, swaps: {} }).devicesOf(),
          profileById: () => Promise.resolve(record),
          deleteProfile({ id }: DeletionProof<"deviceProfile">) {
            deleted.push(id);
            return Promise.resolve("deleted" as const);
          },
        };
        const came = await deleteProfile(admin, made, never).catch(() => undefined);
        const fits =
          made.id !== ".." &&
          listed.length === 0 &&
          !shown.isDefault &&
          shown.id === made.id &&
          shown.name === made.name &&
          shown.createdTime === made.createdTime;
        expect(deleted).toEqual(fits ? [made.id] : []);
        expect(came?.end === "deleted").toBe(fits);
      }),
      { numRuns: times(300) },
    );
  });
});
