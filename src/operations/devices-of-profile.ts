import type { Administration, ServerDevice, ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import { printable } from "../writing/text-width.ts";
import { NOBODY } from "./deletion-decision.ts";

/**
 * All devices of a profile. A list that has one of another profile is not what was asked for, and nothing is to be done
 * with any of it: throws RollcallError "filter-ignored".
 */
export async function* devicesOfProfile(
  admin: Pick<Administration, "devicesOf">,
  profile: Pick<ServerProfile, "id">,
  stop: AbortSignal,
): AsyncGenerator<ServerDevice> {
  for await (const device of admin.devicesOf(profile, stop)) {
    if (device.profileId !== profile.id) throw ignored(`asked for the devices of one profile, it lists`, device);
    yield device;
  }
}

/** Before anything is made that is to be found again by such a list. Throws RollcallError "filter-ignored". */
export async function checkProfileFilter(admin: Pick<Administration, "devicesOf">, stop: AbortSignal): Promise<void> {
  try {
    for await (const device of admin.devicesOf({ id: NOBODY }, stop)) {
      throw ignored(`asked for the devices of a profile that does not exist, it lists`, device);
    }
  } catch (error) {
    // A server may as well refuse to list what does not exist.
    if (!(error instanceof RollcallError && error.code === "admin-answer")) throw error;
  }
}

function ignored(asked: string, { name }: ServerDevice): RollcallError {
  return new RollcallError(
    "filter-ignored",
    `The server ignores the filter deviceProfileId: ${asked} ${printable(name)}, which is of another.`,
    "Nothing that depends on this list is done. Look for a proxy in front of the REST API that drops query parameters, or give --admin-url of ThingsBoard itself.",
  );
}
