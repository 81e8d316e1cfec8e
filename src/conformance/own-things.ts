import { setTimeout as sleep } from "node:timers/promises";
import { type Administration, MOST_SKEW_MS, type ServerDevice, type ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";
import { printable } from "../writing/text-width.ts";
import { deleteDevice, deleteDevices } from "../operations/delete-devices.ts";
import { deleteProfile } from "../operations/delete-profile.ts";
import {
  type DeviceClaim,
  FOREIGN_REASONS,
  judgeDevice,
  type MadeProfile,
  misfitOfNew,
} from "../operations/deletion-decision.ts";
import { devicesOfProfile } from "../operations/devices-of-profile.ts";
import type { RestAnswer } from "./case.ts";
import { device as deviceSchema, deviceProfile as profileSchema } from "../thingsboard/admin-bodies.ts";

/** What the suite has made on the server, and may therefore take away again. */
export interface OwnThings {
  /** A profile as the server answered with it. Throws RollcallError "conformance-profile" where that is not what was asked for. */
  keepProfile(name: string, answered: ServerProfile): Promise<void>;
  readonly profiles: readonly MadeProfile[];
  readonly claims: readonly DeviceClaim[];
  /** The device of that name. Throws RollcallError "conformance-device" where it is not the suite's own, or not there. */
  find(name: string): Promise<ServerDevice>;
  /** What a server made of a request that it had to refuse. */
  takeAway(kind: "device" | "deviceProfile", name: string, answered: RestAnswer): Promise<void>;
  /** All that is in the profiles, then the profiles; undefined: all gone, else what is left and why. */
  removeAll(stop: AbortSignal): Promise<string | undefined>;
}

/** What the suite makes, kept beyond its end: a suite that is killed removes nothing. */
export interface ProfileLog {
  /** Before the server is asked for it. */
  begin(name: string): Promise<void>;
  made(profile: MadeProfile): Promise<void>;
  gone(name: string): Promise<void>;
}

const DELETED_AT_ONCE = 8;
const REMOVALS = 3;
const REMOVAL_PAUSE_MS = 1_000;
/** No suite takes as long. */
const LONGEST_SUITE_MS = 3_600_000;
const SHOWN = 3;
/** As ThingsBoard names a device that asked for no name (contract, section 2): RandomStringUtils.randomAlphanumeric(20). */
const MADE_BY_SERVER = /^[A-Za-z0-9]{20}$/;

export interface Suite {
  /** Begins every name that the suite gives. */
  readonly prefix: string;
  /** When it began, by the server's clock; undefined: not told. */
  readonly since: number | undefined;
  readonly clock: Clock;
  readonly log: Pick<ProfileLog, "made" | "gone">;
  /** Profiles that it has made already, when it is one that was killed. */
  readonly made: readonly MadeProfile[];
}

export function createOwnThings(
  admin: Administration,
  { prefix, since, clock, log, made: before }: Suite,
  stop: AbortSignal,
): OwnThings {
  const profiles: MadeProfile[] = [...before];
  const stays: string[] = [];

  const claimOf = ({ id, createdTime }: MadeProfile): DeviceClaim => {
    const window = { from: createdTime - MOST_SKEW_MS, to: createdTime + LONGEST_SUITE_MS };
    return {
      by: "request",
      profiles: [id],
      windowOf: (name) => (name.startsWith(prefix) || MADE_BY_SERVER.test(name) ? window : undefined),
      // Its profile was not there before.
      seenBefore: new Set(),
    };
  };
  const claims = (): readonly DeviceClaim[] => profiles.map(claimOf);
  const stay = (name: string, why: string): void => {
    stays.push(`${printable(name)} (${why})`);
  };

  /** A request that was still on its way may make a device behind our back: then all of it once more. */
  async function remove(profile: MadeProfile, stopRemoving: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      // Read to its end first: what is deleted would move what comes after it to an earlier page.
      const devices: ServerDevice[] = [];
      for await (const device of devicesOfProfile(admin, profile, stopRemoving)) devices.push(device);
      const pace = { concurrency: DELETED_AT_ONCE, rate: undefined, clock, onProgress: () => undefined };
      const { foreign, error } = await deleteDevices(admin, devices, claims(), pace, stopRemoving);
      if (error !== undefined) throw error;
      const came = await deleteProfile(admin, profile, stopRemoving);
      if (came.end === "deleted" || came.end === "gone") return log.gone(profile.name);
      if (came.end === "foreign") return stay(profile.name, came.why);
      if (foreign.length > 0 || tries === REMOVALS) {
        for (const { name, why } of foreign) stay(name, FOREIGN_REASONS[why]);
        return stay(profile.name, "it still has devices");
      }
      await sleep(REMOVAL_PAUSE_MS, undefined, { signal: stopRemoving });
    }
  }

  return {
    profiles,
    get claims() {
      return claims();
    },
    async keepProfile(name, answered) {
      const misfit = misfitOfNew(name, since, answered);
      if (misfit === undefined) {
        const profile = { id: answered.id, name, createdTime: answered.createdTime };
        profiles.push(profile);
        return await log.made(profile);
      }
      throw new RollcallError(
        "conformance-profile",
        `The server was asked to make the device profile ${name}, and answered with ${printable(answered.name)}, which is not that: ${misfit}.`,
        "It is left alone. Look at what stands before the server, and at its log.",
      );
    },
    async find(name) {
      const listed = await admin.deviceByName(name, stop);
      const record = listed && (await admin.deviceById(listed.id, stop));
      if (listed === undefined || record === undefined) {
        throw new RollcallError("conformance-device", `The server has lost the device ${name}.`, "See its log.");
      }
      const judgement = judgeDevice(listed.id, record, claims());
      if (judgement.own) return record;
      throw new RollcallError(
        "conformance-device",
        `The server shows a device that is not the suite's under the name ${name}: ${FOREIGN_REASONS[judgement.why]}.`,
        "It is left alone.",
      );
    },
    async takeAway(kind, name, { value }) {
      if (kind === "device") {
        const made = deviceSchema.safeParse(value);
        if (!made.success) return;
        const came = await deleteDevice(admin, made.data.id, claims(), stop);
        if (came.end === "foreign") stay(made.data.name, FOREIGN_REASONS[came.why]);
        return;
      }
      const made = profileSchema.safeParse(value);
      if (!made.success || profiles.some(({ id }) => id === made.data.id)) return;
      const misfit = misfitOfNew(name, since, made.data);
      if (misfit !== undefined) return stay(made.data.name, misfit);
      const came = await deleteProfile(admin, made.data, stop);
      if (came.end === "foreign") stay(made.data.name, came.why);
      if (came.end === "in-use") stay(made.data.name, "it has devices");
    },
    async removeAll(stopRemoving) {
      for (const profile of profiles) await remove(profile, stopRemoving);
      if (stays.length === 0) return undefined;
      return `${stays.slice(0, SHOWN).join("; ")}${stays.length > SHOWN ? `; ${stays.length - SHOWN} more` : ""}`;
    },
  };
}
