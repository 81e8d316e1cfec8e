import { createOwnThings } from "../../conformance/own-things.ts";
import { createClock } from "../../generator/clock.ts";
import type { Administration } from "../../model/administration.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { judgeProfile, type MadeProfile, misfitOfNew } from "../../operations/deletion-decision.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import type { LeftProfile } from "../../record/conformance-record.ts";
import { quantity } from "../../writing/notation.ts";
import { printable } from "../../writing/text-width.ts";
import { type AdminOptions, accessOf, openAdministration, untilStopped } from "../server/administration.ts";
import type { World, WorldClock } from "../world.ts";
import { createProfileLog, leftOn } from "./profile-log.ts";

export interface CleanConformanceOptions extends AdminOptions {
  readonly out: string;
  readonly yes: boolean;
}

/** What the server shows of a profile that was left. */
type Found =
  | { readonly end: "own"; readonly made: MadeProfile }
  | { readonly end: "foreign"; readonly why: string }
  | { readonly end: "none" };

/** From the request to the last moment at which a server makes the profile. */
const LONGEST_MS = 180_000;

/** Deletes what suites left that were killed, by their record alone; without `yes` says which. Throws RollcallError. */
export async function cleanConformance(world: World, options: CleanConformanceOptions): Promise<ExitCode> {
  const { clock, variables, voice } = world;
  const { url } = accessOf(undefined, options, variables);
  const { here, elsewhere } = await leftOn(options.out, url);
  const others = [...new Set(elsewhere.map(({ server }) => printable(server)))];
  if (others.length > 0) {
    await voice.say(
      `${quantity(elsewhere.length, "profile")} may be left on other servers: ${others.join(", ")}. Name them with --admin-url.`,
    );
  }
  if (here.length === 0) {
    await voice.say(`Nothing to do: ${options.out} knows of nothing that conformance has left on this server.`);
    return EXIT.pass;
  }
  return untilStopped(world, "Interrupted before all was removed.", async (stop) => {
    await using admin = openAdministration(world, undefined, options);
    const own: { readonly prefix: string; readonly made: MadeProfile }[] = [];
    let foreign = 0;
    for (const left of here) {
      const found = await look(left, admin, stop);
      if (found.end === "own") own.push({ prefix: left.prefix, made: found.made });
      if (found.end === "foreign") foreign += 1;
      await voice.say(`${printable(left.name)}, asked for ${dated(left)}: ${await describe(found, admin, stop)}.`);
      if (options.yes && found.end === "none" && isSettled(left, clock))
        await logOf(world, options, url, left).gone(left.name);
    }
    const done = foreign === 0 ? EXIT.pass : EXIT.rollCall;
    if (own.length === 0) return done;
    if (!options.yes) {
      await voice.say(
        "Nothing was deleted: say --yes to do it. A conformance that is still running would lose what it uses.",
      );
      return done;
    }
    const stays: string[] = [];
    for (const { prefix, made } of own) {
      const suite = {
        prefix,
        since: undefined,
        clock: createClock(clock.monotonic(), clock.monotonic),
        log: logOf(world, options, url, { prefix }),
        made: [made],
      };
      const why = await createOwnThings(admin, suite, stop).removeAll(stop);
      if (why !== undefined) stays.push(why);
    }
    await voice.say(`Deleted ${quantity(own.length - stays.length, "profile")} and all that was in them.`);
    for (const why of stays) await voice.say(`Stays: ${why}.`);
    return stays.length === 0 ? done : EXIT.rollCall;
  });
}

function logOf(
  { clock }: Pick<World, "clock">,
  { out }: Pick<CleanConformanceOptions, "out">,
  server: string,
  { prefix }: Pick<LeftProfile, "prefix">,
) {
  return createProfileLog(clock, out, { server, prefix });
}

/** Read again by its id. One whose making was not seen is found by its name, which nobody can guess, and must be as young as the request. */
async function look({ name, askedAt, made }: LeftProfile, admin: Administration, stop: AbortSignal): Promise<Found> {
  const listed = made ?? (await admin.profileByName(name, stop));
  const record = listed && (await admin.profileById(listed.id, stop));
  if (listed === undefined || record === undefined) return { end: "none" };
  const profile = { id: listed.id, name, createdTime: listed.createdTime };
  const judgement = judgeProfile(profile, record);
  if (!judgement.own) return { end: "foreign", why: judgement.why };
  const late = record.createdTime > askedAt + LONGEST_MS;
  const misfit =
    made === undefined ? (late ? "it was created at another time" : misfitOfNew(name, askedAt, record)) : undefined;
  return misfit === undefined ? { end: "own", made: profile } : { end: "foreign", why: misfit };
}

async function describe(found: Found, admin: Administration, stop: AbortSignal): Promise<string> {
  switch (found.end) {
    case "none":
      return "is not there";
    case "foreign":
      return `stays, ${found.why}`;
    case "own": {
      let devices = 0;
      for await (const _ of devicesOfProfile(admin, found.made, stop)) devices += 1;
      return `is there, with ${quantity(devices, "device")}`;
    }
  }
}

/** Else the server may yet make it. */
function isSettled({ askedAt, made }: LeftProfile, { wall }: Pick<WorldClock, "wall">): boolean {
  return made !== undefined || wall() > askedAt + LONGEST_MS;
}

function dated({ askedAt }: LeftProfile): string {
  return new Date(askedAt).toISOString();
}
