import type { ProfileSettings, ServerProfile } from "../model/administration.ts";
import type { DeletionProof } from "../model/deletion-proof.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin, Strategy } from "../model/plan.ts";
import type { Clock } from "../model/ports.ts";
import { releaseName } from "../model/release.ts";
import { Secret } from "../model/secret.ts";
import { deviceProfile as profileSchema } from "../thingsboard/admin-bodies.ts";
import { type AdminAnswer, createAdminExchange } from "../thingsboard/admin-exchange.ts";
import { ADMIN_LIMITS, createAdministration } from "../thingsboard/admin.ts";
import { judgeDevice, judgeProfile, nobodysProof } from "../operations/deletion-decision.ts";
import { checkProfileFilter } from "../operations/devices-of-profile.ts";
import type { Access, AdminFixtures, Authority, ChainFixture, RestAnswer, TlsFixtures } from "./case.ts";
import { createOwnThings, type ProfileLog } from "./own-things.ts";

/** Profiles of the suite's own, made for it and removed with all that is in them. */
export interface MadeFixtures {
  /** As the server says it: "CE 4.2.1". */
  readonly server: string;
  readonly version: string;
  readonly profile: Access;
  readonly admin: AdminFixtures;
  /** Deletes the suite's own devices in the profiles, then the profiles; undefined: all gone, else what is left and why. */
  remove(stop: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

const STRATEGIES = ["allow-create", "pre-provisioned", "disabled"] as const satisfies readonly Strategy[];

/** Two of ThingsBoard's own examples of names in certificates (contract, row X1). */
const CHAINS: Readonly<Record<Authority, Pick<ChainFixture, "around"> & { readonly pattern: string }>> = {
  creating: { around: ["", ".company.com"], pattern: "(.*)\\.company.com" },
  knowing: { around: ["prefix", "suffix@company.com"], pattern: "prefix(.*)suffix@company.com" },
};

export interface FixtureDeps {
  /** Begins the profiles' names. */
  readonly prefix: string;
  /** Gives a text that cannot be guessed. */
  readonly random: () => string;
  readonly tls: Pick<TlsFixtures, "authorities"> | undefined;
  readonly clock: Clock;
  readonly log: ProfileLog;
  /** Told once that the server wants fewer requests, and is waited for. */
  readonly onWait?: (text: string) => void;
}

/** What was made before a failure is removed again. Throws RollcallError "filter-ignored" before anything is made. */
export async function makeFixtures(
  access: Admin,
  { prefix, random, tls, clock, log, onWait }: FixtureDeps,
  stop: AbortSignal,
): Promise<MadeFixtures> {
  const administration = createAdministration(access, { ...ADMIN_LIMITS, onWait });
  const exchange = createAdminExchange(access);
  const close = async (): Promise<void> => {
    await Promise.all([administration.close(), exchange.close()]);
  };
  const begun = async () => {
    const server = await administration.server(stop);
    await checkProfileFilter(administration, stop);
    return server;
  };
  const server = await begun().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const own = createOwnThings(administration, { prefix, since: server.time, clock, log, made: [] }, stop);
  const make = async (settings: ProfileSettings): Promise<ServerProfile> => {
    await log.begin(settings.name);
    const profile = await administration.createProfile(settings, stop);
    await own.keepProfile(settings.name, profile);
    return profile;
  };
  const makeCoapOnly = async (): Promise<Access> => {
    const given: Access = { key: random(), secret: new Secret(random()) };
    const name = `${prefix}-coap-only`;
    const body = coapProfileBody(name, given);
    await log.begin(name);
    const answer = await exchange.ask({ method: "POST", path: "/api/deviceProfile", body }, stop);
    const made = profileSchema.safeParse(answer.body);
    if (answer.status !== 200 || !made.success) {
      throw new RollcallError(
        "conformance-profile",
        `A profile for CoAP was answered ${answer.status}.`,
        "See the server's log.",
      );
    }
    await own.keepProfile(name, made.data);
    return given;
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

  const remove = (stopRemoving: AbortSignal): Promise<string | undefined> => own.removeAll(stopRemoving);

  try {
    const made: { readonly profile: ServerProfile; readonly access: Access }[] = [];
    for (const strategy of STRATEGIES) {
      const given: Access = { key: random(), secret: new Secret(random()) };
      const settings = { name: `${prefix}-${strategy}`, strategy, ...given, chain: undefined };
      made.push({ profile: await make(settings), access: given });
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

    const deleted = async (of: DeletionProof, attributes?: readonly string[]): Promise<RestAnswer> => {
      const request = attributes === undefined ? { of } : { of, attributes };
      return shown(await exchange.ask({ method: "DELETE", ...request }, stop));
    };
    const proofOf = async (name: string): Promise<DeletionProof<"device">> => {
      const device = await own.find(name);
      const judgement = judgeDevice(device.id, device, own.claims);
      if (judgement.own) return judgement.proof;
      throw new Error("a device that was found is not the suite's");
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
        await administration.deleteDevice(await proofOf(name), stop);
      },
      deviceId: async (name) => (await own.find(name)).id,
      async removeAttribute(name, key) {
        await deleted(await proofOf(name), [key]);
      },
      deletions: {
        async ofOwnProfile() {
          const record = await administration.profileById(check.profile.id, stop);
          const judgement = record && judgeProfile(check.profile, record);
          if (judgement?.own === true) return deleted(judgement.proof);
          throw new RollcallError(
            "conformance-profile",
            `${check.profile.name} is not as it was made.`,
            "See its log.",
          );
        },
        ofNothing: (kind) => deleted(nobodysProof(kind)),
        takeAway: (kind, name, answered) => own.takeAway(kind, name, answered),
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
