import type { ProfileLog } from "../../conformance/own-things.ts";
import { type LeftProfile, noteConformance, readLeftProfiles } from "../../record/conformance-record.ts";
import type { WorldClock } from "../world.ts";

const NO_LOG: ProfileLog = {
  begin: () => Promise.resolve(),
  made: () => Promise.resolve(),
  gone: () => Promise.resolve(),
};

/** `results` undefined: nothing is kept, for the server does not outlive this process. */
export function createProfileLog(
  { wall }: Pick<WorldClock, "wall">,
  results: string | undefined,
  { server, prefix }: { readonly server: string; readonly prefix: string },
): ProfileLog {
  if (results === undefined) return NO_LOG;
  return {
    begin: (name) => noteConformance(results, { kind: "asked", server: addressOf(server), prefix, name }, wall()),
    made: ({ name, id, createdTime }) => noteConformance(results, { kind: "made", name, id, createdTime }, wall()),
    gone: (name) => noteConformance(results, { kind: "gone", name }, wall()),
  };
}

/** What earlier suites may have left, on this server and on others. Throws RollcallError "damaged-file". */
export async function leftOn(results: string, server: string) {
  const all = await readLeftProfiles(results);
  const isHere = (profile: LeftProfile): boolean => profile.server === addressOf(server);
  return { here: all.filter(isHere), elsewhere: all.filter((profile) => !isHere(profile)) };
}

/** Without what a URL may hold of a password. */
function addressOf(server: string): string {
  const url = URL.parse(server);
  return url === null ? server : `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}
