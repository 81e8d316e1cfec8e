import { reasonOf } from "../../model/error.ts";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Administration,
  MOST_SKEW_MS,
  type ServerDevice,
  type ServerProfile,
} from "../../model/administration.ts";
import type { Credentials, Device } from "../../model/device.ts";
import { type Login, type Provisioner, type Reply, WireError } from "../../model/ports.ts";
import type { Verdict } from "../../model/outcome.ts";
import type { NegativeControl } from "../../model/summary.ts";
import { deleteDevice } from "../../operations/delete-devices.ts";
import { type DeviceClaim, FOREIGN_REASONS } from "../../operations/deletion-decision.ts";
import type { Probe, Removal } from "../examination.ts";

export interface ProbeDeps {
  readonly device: Device & { readonly name: string };
  readonly provisioner: Provisioner;
  /** Undefined: the run has no roll call. */
  readonly login: Login | undefined;
  /** A login with wrong credentials. */
  readonly control: (
    issued: Credentials,
    stop: AbortSignal,
  ) => Promise<{ readonly result: NegativeControl; readonly detail: string }>;
  /** Undefined: there is none, or it was not let in. */
  readonly admin: Administration | undefined;
  /** Where the device is made beforehand; undefined: the request makes it. */
  readonly prepareIn: ServerProfile | undefined;
  /** Id of the profile that the run provisions into; undefined: the administrator's tenant has none. */
  readonly profile: string | undefined;
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** A request that got no answer may still make its device; it is looked for so often, so far apart. */
const LOOKS = 3;
const LOOK_MS = 1_000;
/** What has the device's name is its own only if it was created so soon after the beginning. */
const LONGEST_MS = 600_000;
/** How often the device is provisioned again, each time after it was deleted. */
const REPEATS = 3;

/**
 * Provisions one device and lets it log in: well, wrongly, and well again. What was made is deleted, also when `stop`
 * comes: rejects with its reason only then.
 */
export async function probeDevice(deps: ProbeDeps, stop: AbortSignal): Promise<Probe> {
  const { device, admin, prepareIn, wall } = deps;
  const claims = admin === undefined ? [] : [await claimOf(deps, admin, stop)];
  const prepared = prepareIn !== undefined && admin !== undefined;
  let found: ServerDevice | undefined;
  let answer: Answer | undefined;
  try {
    if (prepared) {
      const wanted = { name: device.name, profile: prepareIn, credentials: undefined, gateway: device.gateway };
      found = await admin.createDevice(wanted, stop);
    }
    const sentAt = wall();
    answer = await provision(deps, stop);
    const answeredAt = wall();
    stop.throwIfAborted();
    const logins = await logIn(deps, answer, stop);
    const made = mayExist(answer);
    if (made && admin !== undefined) found ??= await lookFor(deps, answer, stop);
    const skew =
      found === undefined || prepared || answer.reply === undefined
        ? undefined
        : between(found.createdTime, sentAt, answeredAt);
    let removal = await remove(admin, found, answer, claims);
    const roundTripsMs = answer.shown.state === "provisioned" ? [answer.shown.roundTripMs] : [];
    const repeats = prepared || roundTripsMs.length === 0 ? 0 : REPEATS;
    for (let repeat = 0; repeat < repeats && removal.state === "removed"; repeat += 1) {
      const next = await provision(deps, stop);
      removal = await remove(admin, await lookFor(deps, next, stop), next, claims);
      if (next.shown.state === "provisioned") roundTripsMs.push(next.shown.roundTripMs);
    }
    return { device: device.name, prepared, answer: answer.shown, roundTripsMs, ...logins, removal, skew };
  } catch (error) {
    if (admin !== undefined) await removeAnyhow(deps, admin, claims);
    throw error;
  }
}

/** By which the device is the one that is made here. */
async function claimOf(
  { device, profile, wall }: ProbeDeps,
  admin: Administration,
  stop: AbortSignal,
): Promise<DeviceClaim> {
  const { time } = await admin.server(stop);
  const before = await admin.deviceByName(device.name, stop);
  // The server tells its time in whole seconds.
  const from = (time ?? wall()) - MOST_SKEW_MS;
  return {
    by: "request",
    profiles: profile === undefined ? [] : [profile],
    windowOf: (name) => (name === device.name ? { from, to: from + LONGEST_MS } : undefined),
    seenBefore: new Set(before === undefined ? [] : [before.id]),
  };
}

interface Answer {
  readonly shown: Probe["answer"];
  readonly reply: Reply | undefined;
  /** The request left, and nobody knows what came of it. */
  readonly unanswered: boolean;
}

async function provision({ device, provisioner, now }: ProbeDeps, stop: AbortSignal): Promise<Answer> {
  let sentAt: number | undefined;
  try {
    const reply = await provisioner.provision(device, (stage) => stage === "sent" && (sentAt = now()), stop);
    const roundTripMs = now() - (sentAt ?? now());
    const shown: Probe["answer"] =
      reply.status === "SUCCESS"
        ? { state: "provisioned", credentialsType: reply.credentials.type, roundTripMs }
        : { state: "rejected", status: reply.status, message: reply.message, roundTripMs };
    return { shown, reply, unanswered: false };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const kind = error.kind === "aborted" ? "connection-reset" : error.kind;
    return {
      shown: { state: "failed", kind, detail: error.detail },
      reply: undefined,
      unanswered: sentAt !== undefined && !error.nothingMade,
    };
  }
}

async function logIn(
  { login, control, now }: ProbeDeps,
  { reply }: Answer,
  stop: AbortSignal,
): Promise<Pick<Probe, "login" | "loginMs" | "control" | "again">> {
  const none = { login: undefined, loginMs: undefined, control: undefined, again: undefined };
  if (login === undefined || reply?.status !== "SUCCESS") return none;
  const attempt = async (): Promise<Verdict> => {
    const { verdict, session } = await login.login(reply.credentials, () => undefined, stop);
    await session?.close();
    return verdict;
  };
  const began = now();
  const first = await attempt();
  const tried = { ...none, login: first, loginMs: now() - began };
  if (first.state !== "connected") return tried;
  const wrong = await control(reply.credentials, stop);
  const again = wrong.result === "refused" ? await attempt() : undefined;
  stop.throwIfAborted();
  return { ...tried, control: wrong, again };
}

function mayExist({ reply, unanswered }: Answer): boolean {
  return reply?.status === "SUCCESS" || unanswered;
}

async function lookFor(
  { device, admin }: ProbeDeps,
  { unanswered }: Answer,
  stop: AbortSignal,
): Promise<ServerDevice | undefined> {
  for (let look = 1; ; look += 1) {
    const found = await admin?.deviceByName(device.name, stop);
    if (found !== undefined || !unanswered || look === LOOKS) return found;
    await sleep(LOOK_MS, undefined, { signal: stop });
  }
}

async function remove(
  admin: Administration | undefined,
  found: ServerDevice | undefined,
  { reply, unanswered }: Answer,
  claims: readonly DeviceClaim[],
): Promise<Removal> {
  const told = reply?.status === "SUCCESS";
  if (found !== undefined && admin !== undefined) {
    try {
      // What was made here is deleted, also when the user has had enough.
      const came = await deleteDevice(admin, found.id, claims, new AbortController().signal);
      if (came.end !== "foreign") return { state: "removed" };
      return { state: "foreign", why: FOREIGN_REASONS[came.why] };
    } catch (error) {
      return { state: "left", why: reasonOf(error) };
    }
  }
  if (admin === undefined) {
    if (told) return { state: "left", why: "without an administrator it cannot be deleted" };
    const why = "it got no answer, and without an administrator nobody can look";
    return unanswered ? { state: "unclear", why } : { state: "nothing-made" };
  }
  return told ? { state: "left", why: "the administrator's tenant has no such device" } : { state: "nothing-made" };
}

/** Stopped somewhere in between: what was made may be there. */
async function removeAnyhow(
  { device }: ProbeDeps,
  admin: Administration,
  claims: readonly DeviceClaim[],
): Promise<void> {
  const never = new AbortController().signal;
  const found = await admin.deviceByName(device.name, never).catch(() => undefined);
  if (found !== undefined) await deleteDevice(admin, found.id, claims, never).catch(() => undefined);
}

/** The device was created between these two instants of our clock. */
function between(created: number, from: number, to: number): { readonly least: number; readonly most: number } {
  return { least: created - to, most: created - from };
}
