import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Administration, ProfileSettings, ServerDevice, ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin, Strategy } from "../model/plan.ts";
import { releaseName } from "../model/release.ts";
import { Secret } from "../model/secret.ts";
import { type AdminAnswer, createAdminExchange } from "../thingsboard/admin-exchange.ts";
import { createAdministration } from "../thingsboard/admin.ts";
import type { Access, AdminFixtures, Authority, ChainFixture, RestAnswer, TlsFixtures } from "./case.ts";

/** Profiles of the suite's own, made for it and removed with all that is in them. */
export interface MadeFixtures {
  /** As the server says it: "CE 4.2.1". */
  readonly server: string;
  readonly version: string;
  readonly profile: Access;
  readonly admin: AdminFixtures;
  /** Deletes every device in the profiles, then the profiles; undefined: all gone, else what is left and why. */
  remove(stop: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

const DELETED_AT_ONCE = 8;
const REMOVALS = 3;
const REMOVAL_PAUSE_MS = 1_000;
const STRATEGIES = ["allow-create", "pre-provisioned", "disabled"] as const satisfies readonly Strategy[];

/** Two of ThingsBoard's own examples of names in certificates (contract, row X1). */
const CHAINS: Readonly<Record<Authority, Pick<ChainFixture, "around"> & { readonly pattern: string }>> = {
  creating: { around: ["", ".company.com"], pattern: "(.*)\\.company.com" },
  knowing: { around: ["prefix", "suffix@company.com"], pattern: "prefix(.*)suffix@company.com" },
};

/**
 * `prefix` begins the profiles' names; `random` gives a text that cannot be guessed. What was made before a failure is
 * removed again.
 */
export async function makeFixtures(
  access: Admin,
  prefix: string,
  random: () => string,
  tls: Pick<TlsFixtures, "authorities"> | undefined,
  stop: AbortSignal,
): Promise<MadeFixtures> {
  const administration = createAdministration(access);
  const exchange = createAdminExchange(access);
  const profiles: Pick<ServerProfile, "id" | "name">[] = [];
  const make = async (settings: ProfileSettings): Promise<ServerProfile> => {
    const profile = await administration.createProfile(settings, stop);
    profiles.push(profile);
    return profile;
  };
  const makeCoapOnly = async (): Promise<Access> => {
    const own: Access = { key: random(), secret: new Secret(random()) };
    const body = coapProfileBody(`${prefix}-coap-only`, own);
    const { status, body: given } = shown(
      await exchange.ask({ method: "POST", path: "/api/deviceProfile", body }, stop),
    );
    const id = (given["id"] as { readonly id?: unknown } | undefined)?.id;
    if (status !== 200 || typeof id !== "string") {
      throw new RollcallError(
        "conformance-profile",
        `A profile for CoAP was answered ${status}.`,
        "See the server's log.",
      );
    }
    profiles.push({ id, name: `${prefix}-coap-only` });
    return own;
  };
  const chainOf = async (authority: Authority, certificate: string): Promise<ChainFixture> => {
    const { around, pattern } = CHAINS[authority];
    const { id, key = "" } = await make({
      name: `${prefix}-chain-${authority}`,
      strategy: "x509-chain",
      key: undefined,
      secret: new Secret(certificate),
      chain: { namePattern: pattern, allowCreate: authority === "creating" },
    });
    return { id, key, around };
  };

  const close = async (): Promise<void> => {
    await Promise.all([administration.close(), exchange.close()]);
  };
  const remove = (stopRemoving: AbortSignal): Promise<string | undefined> =>
    removeProfiles(administration, profiles, stopRemoving);

  try {
    const server = await administration.server(stop);
    const made: { readonly profile: ServerProfile; readonly access: Access }[] = [];
    for (const strategy of STRATEGIES) {
      const own: Access = { key: random(), secret: new Secret(random()) };
      const settings = { name: `${prefix}-${strategy}`, strategy, ...own, chain: undefined };
      made.push({ profile: await make(settings), access: own });
    }
    const chains =
      tls === undefined
        ? undefined
        : {
            creating: await chainOf("creating", tls.authorities.creating),
            knowing: await chainOf("knowing", tls.authorities.knowing),
          };
    const [create, check, off] = made;
    const coapOnly = await makeCoapOnly();
    if (create === undefined || check === undefined || off === undefined) throw new Error("a profile is missing");

    const named = async (name: string) => {
      const device = await administration.deviceByName(name, stop);
      if (device !== undefined) return device;
      throw new RollcallError("conformance-device", `The server has lost the device ${name}.`, "See its log.");
    };
    const admin: AdminFixtures = {
      preProvisioned: check.access,
      disabled: off.access,
      ownProfile: check.profile,
      chains,
      coapOnly,
      async preCreate(name) {
        const device = { name, profile: check.profile, credentials: undefined, gateway: false };
        await administration.createDevice(device, stop);
      },
      gatewayFlag: async (name) => (await administration.deviceByName(name, stop))?.gateway,
      async deleteDevice(name) {
        await administration.deleteDevice((await named(name)).id, stop);
      },
      async rest(method, path, body): Promise<RestAnswer> {
        return shown(await exchange.ask({ method, path, body }, stop));
      },
      async restAs(authorization, method, path, body) {
        return shown(await exchange.askAs(authorization, { method, path, body }, stop));
      },
      account:
        access.username === undefined || access.password === undefined
          ? undefined
          : { username: access.username, password: access.password },
    };
    return {
      server: releaseName(server),
      version: server.version,
      profile: create.access,
      admin,
      remove,
      close,
    };
  } catch (error) {
    // `stop` may be why: what is made must go all the same.
    await remove(new AbortController().signal).catch(() => undefined);
    await close();
    throw error;
  }
}

function coapProfileBody(name: string, { key, secret }: Access): object {
  const type = "ALLOW_CREATE_NEW_DEVICES";
  return {
    name,
    type: "DEFAULT",
    transportType: "COAP",
    provisionType: type,
    provisionDeviceKey: key,
    profileData: {
      configuration: { type: "DEFAULT" },
      transportConfiguration: {
        type: "COAP",
        coapDeviceTypeConfiguration: {
          coapDeviceType: "DEFAULT",
          transportPayloadTypeConfiguration: { transportPayloadType: "JSON" },
        },
      },
      provisionConfiguration: { type, provisionDeviceSecret: secret.reveal() },
    },
  };
}

function shown({ status, body }: AdminAnswer): RestAnswer {
  const isObject = typeof body === "object" && body !== null;
  return { status, body: isObject ? (body as RestAnswer["body"]) : {}, value: body };
}

async function removeProfiles(
  administration: Administration,
  profiles: readonly Pick<ServerProfile, "id" | "name">[],
  stop: AbortSignal,
): Promise<string | undefined> {
  const left: string[] = [];
  for (const profile of profiles) {
    if (!(await removeProfile(administration, profile, stop))) left.push(profile.name);
  }
  return left.length === 0 ? undefined : `profiles that still have devices: ${left.join(", ")}`;
}

/** A request that was still on its way may make a device behind our back: then all of it once more. False: it still has devices. */
async function removeProfile(
  administration: Administration,
  profile: Pick<ServerProfile, "id">,
  stop: AbortSignal,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const limit = pLimit(DELETED_AT_ONCE);
    // Read to its end first: what is deleted would move what comes after it to an earlier page.
    const devices: ServerDevice[] = [];
    for await (const device of administration.devicesOf(profile, stop)) devices.push(device);
    await Promise.all(devices.map(({ id }) => limit(() => administration.deleteDevice(id, stop))));
    if ((await administration.deleteProfile(profile.id, stop)) !== "in-use") return true;
    if (tries === REMOVALS) return false;
    await sleep(REMOVAL_PAUSE_MS, undefined, { signal: stop });
  }
}
