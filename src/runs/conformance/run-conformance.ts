import { randomBytes } from "node:crypto";
import type { Fixtures, TlsFixtures } from "../../conformance/case.ts";
import { CASES } from "../../conformance/catalogue.ts";
import { type Expectation, expectationOf } from "../../conformance/columns.ts";
import { makeFixtures } from "../../conformance/fixtures.ts";
import { bestColumns, type ConformanceResult, judgeAll } from "../../conformance/result.ts";
import { unknownText } from "../../conformance/text.ts";
import { type Observation, runSuite } from "../../conformance/run-suite.ts";
import { createClock } from "../../generator/clock.ts";
import { EXIT, reasonOf, RollcallError } from "../../model/error.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { requireFolder } from "../../record/results-folder.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { createProfileLog, leftOn } from "./profile-log.ts";
import type { ConformanceTarget } from "./conformance-target.ts";
import { requireTrust } from "./require-trust.ts";
import { dateOf, type World } from "../world.ts";

const AT_ONCE = 16;
const PROGRESS_EVERY = 50;
const LONG_AGO = new Date("2021-01-01T00:00:00Z");

/**
 * Tries every case on the server, with profiles of its own if there is an administrator, which are removed whatever
 * happens. `expected`: undefined: that of the release that the server says it is, or else the one that fits best.
 */
export async function runConformance(
  { clock, voice }: Pick<World, "clock" | "voice">,
  target: ConformanceTarget,
  { expected, slow, results }: SuiteWish,
  stop: AbortSignal,
): Promise<Tried> {
  const startedAt = dateOf(clock).toISOString();
  const prefix = `rc-${randomBytes(4).toString("hex")}`;
  const { observations, server, version, left } = await observe(
    { clock, voice },
    target,
    { prefix, slow, results },
    stop,
  ).catch((error: unknown) => {
    if (stop.aborted) throw interrupted();
    throw error;
  });
  const matches = bestColumns(CASES, observations);
  const held = expected ?? (version === undefined ? undefined : expectationOf(version));
  const column = held?.column ?? matches[0] ?? "3.6";
  const unknownRelease = held?.unknownRelease;
  if (unknownRelease !== undefined) voice.warn(`${unknownText(unknownRelease, column)}.`);
  const result: ConformanceResult = {
    version: 1,
    rollcall: ROLLCALL_VERSION,
    startedAt,
    target: target.name,
    server,
    matches,
    expected: column,
    unknownRelease,
    cases: judgeAll(CASES, observations, column),
  };
  return { result, allRemoved: left === undefined };
}

export interface SuiteWish {
  readonly expected: Expectation | undefined;
  readonly slow: boolean;
  /** Folder in which it is kept what is made on the server, for a suite that is killed; undefined: the server ends with it. */
  readonly results: string | undefined;
}

interface Tried {
  readonly result: ConformanceResult;
  /** Nothing of the suite's own is left on the server, as far as its administrator could do so. */
  readonly allRemoved: boolean;
}

interface Observed {
  readonly observations: readonly Observation[];
  readonly server: string | undefined;
  readonly version: string | undefined;
  /** What could not be removed, in words; undefined: all was, or nobody was there to do it. */
  readonly left: string | undefined;
}

async function observe(
  { clock: worldClock, voice: { warn } }: Pick<World, "clock" | "voice">,
  target: ConformanceTarget,
  { prefix, slow, results }: Pick<SuiteWish, "slow" | "results"> & { readonly prefix: string },
  stop: AbortSignal,
): Promise<Observed> {
  const { endpoint, http, coap } = target;
  await requireTrust(target, stop);
  warn(`Whatever is made on the server begins with ${prefix}.`);
  const tls = target.tls === undefined ? undefined : await tlsFixtures(target.tls, prefix);
  const where = { endpoint, http, coap, tls, slow };
  const suite = (fixtures: Fixtures): Promise<readonly Observation[]> =>
    runSuite(
      {
        cases: CASES,
        fixtures,
        prefix,
        concurrency: AT_ONCE,
        onProgress: (done, total) =>
          void (isWorthALine(done, total) && warn(`${formatCount(done)} of ${formatCount(total)} cases`)),
      },
      stop,
    );
  if (target.admin === undefined) {
    if (target.profile === undefined) throw new Error("neither administrator nor profile");
    const observations = await suite({ ...where, profile: target.profile, admin: undefined });
    warn(`The devices that were made stay, for want of an administrator: their names begin with ${prefix}.`);
    return { observations, server: undefined, version: undefined, left: undefined };
  }
  if (results !== undefined) {
    await requireFolder(results);
    const { here } = await leftOn(results, target.admin.url);
    if (here.length > 0) warn(leftText(here.length, results));
  }
  const clock = createClock(worldClock.monotonic(), worldClock.monotonic);
  const log = createProfileLog(worldClock, results, { server: target.admin.url, prefix });
  const random = (): string => randomBytes(10).toString("hex");
  const made = await makeFixtures(
    target.admin,
    { prefix, random, tls, clock, log, onWait: (text) => warn(`warning: ${text}`) },
    stop,
  );
  const { profile, admin, server, version } = made;
  // A Ctrl-C ends the cases, not the cleaning up; and a server that lets nothing be removed is no reason to lose the result.
  const removeAll = async (): Promise<string | undefined> => {
    const left = await made.remove(new AbortController().signal).catch((error: unknown) => reasonOf(error));
    await made.close();
    if (left !== undefined) warn(`Not all could be removed: ${left.replace(/\.$/, "")}.`);
    return left;
  };
  let observations: readonly Observation[];
  try {
    observations = await suite({ ...where, profile, admin });
  } catch (error) {
    await removeAll();
    throw error;
  }
  return { observations, server, version, left: await removeAll() };
}

/** With authorities of its own; keys come from a text that nobody can guess. */
async function tlsFixtures(endpoint: TlsFixtures["endpoint"], prefix: string): Promise<TlsFixtures> {
  // Loading its library takes a fifth of a second, which servers without TLS need not wait for.
  const { certifyItself, createThrowawayAuthority } = await import("../../fleet/throwaway-authority.ts");
  const secret = randomBytes(16).toString("hex");
  const authorities = {
    creating: await createThrowawayAuthority(`${prefix} creating`, `${secret}/creating`),
    knowing: await createThrowawayAuthority(`${prefix} knowing`, `${secret}/knowing`),
  };
  return {
    endpoint,
    authorities: { creating: authorities.creating.certificate, knowing: authorities.knowing.certificate },
    certify: (commonName, text, authority) =>
      authority === undefined
        ? certifyItself(commonName, `${secret}/${text}`)
        : authorities[authority].certify(commonName, `${secret}/${text}`),
    expired: (commonName, text) => certifyItself(commonName, `${secret}/${text}`, LONG_AGO),
  };
}

function leftText(profiles: number, results: string): string {
  return `warning: an earlier conformance that did not end may have left ${quantity(profiles, "profile")} on this server: "rollcall cleanup conformance --out ${results}" says which, and with --yes removes them.`;
}

function isWorthALine(done: number, total: number): boolean {
  return done % PROGRESS_EVERY === 0 || done === total;
}

function interrupted(): RollcallError {
  return new RollcallError(
    "interrupted",
    "Interrupted: there is no result.",
    "What was made on the server is removed again, if an administrator was given.",
    EXIT.interrupted,
  );
}
