import type { BackgroundPlan } from "../model/background.ts";
import { reasonOf } from "../model/error.ts";
import type { Strategy, Target } from "../model/plan.ts";
import { urlOf } from "../model/target.ts";
import { us } from "../model/units.ts";
import { quantity } from "../writing/notation.ts";
import type { BackgroundInput } from "./background-schema.ts";
import type { Problem } from "./problem.ts";

/** What an earlier run has for a background. */
export interface BackgroundRoster {
  /** Its id. */
  readonly run: string;
  /** Absolute. */
  readonly folder: string;
  /** Where its devices were provisioned. */
  readonly target: Target;
  /** With credentials that log in over MQTT. */
  readonly devices: number;
}

/** Throws an Error that says what is wrong. */
export type ReadBackground = (reference: string) => BackgroundRoster;

const LEAST_EVERY = us(10_000);

/** Undefined: there is none, or what is wrong with it has been told. */
export function resolveBackground(
  background: BackgroundInput | undefined,
  { target, strategy }: { readonly target: Target; readonly strategy: Strategy },
  read: ReadBackground | undefined,
  problems: Problem[],
): BackgroundPlan | undefined {
  if (background === undefined) return undefined;
  const { publish, every, settle, connectRate } = background;
  const tell = (field: string, value: string | undefined, fix: string): undefined => {
    problems.push({ path: ["background", field], value, fix, judgedBy: ["target", "provisioning"] });
  };
  if (target.payload !== "json") {
    return tell("publish", publish, "its messages are JSON, and target.payload is protobuf: write json");
  }
  if (every < LEAST_EVERY) return tell("every", `${every / 1_000}ms`, "write at least 10ms");
  if (background.roster === undefined) {
    if (strategy !== "allow-create" && strategy !== "x509-chain") {
      return tell("roster", undefined, `with ${strategy} no device can be made first: name an earlier run`);
    }
    const { devices } = background;
    if (devices === undefined) return tell("devices", undefined, "say how many are made first, or name a roster");
    return { run: "", folder: "", made: true, devices, publish, every, settle, connectRate };
  }
  const roster = readFrom(background.roster, read, (fix) => tell("roster", background.roster, fix));
  if (roster === undefined) return undefined;
  const elsewhere = isElsewhere(roster.target, target);
  if (elsewhere) {
    const fix = `its devices are at ${urlOf(roster.target)}, and this run goes to ${urlOf(target)}: name a run of this server`;
    return tell("roster", background.roster, fix);
  }
  if (roster.devices === 0)
    return tell("roster", background.roster, "that run has no device that can log in: name another run");
  const devices = background.devices ?? roster.devices;
  if (devices > roster.devices) {
    const { devices: most } = roster;
    const fix = `that run provisioned ${quantity(most, "device")}: write at most ${most}, or name another run`;
    return tell("devices", String(devices), fix);
  }
  return { run: roster.run, folder: roster.folder, devices, publish, every, settle, connectRate };
}

function readFrom(
  reference: string,
  read: ReadBackground | undefined,
  tell: (fix: string) => undefined,
): BackgroundRoster | undefined {
  if (read === undefined) return tell("no earlier run can be read here");
  try {
    return read(reference);
  } catch (error) {
    return tell(`it cannot be used (${reasonOf(error)})`);
  }
}

/** A port says whose server it is only where both speak the same: MQTT, HTTP and TLS each have one of their own. */
function isElsewhere(before: Target, now: Target): boolean {
  const alike = before.transport === now.transport && (before.tls === undefined) === (now.tls === undefined);
  const placesOf = ({ host, port, hosts }: Target): readonly string[] =>
    (hosts ?? [{ host, port }]).map((each) => (alike ? `${each.host} ${each.port}` : each.host));
  if (before.srv !== undefined && before.srv === now.srv) return false;
  const known = new Set(placesOf(before));
  return !placesOf(now).some((place) => known.has(place));
}
