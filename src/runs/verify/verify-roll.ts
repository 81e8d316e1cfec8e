import { callRoll } from "../../generator/call-roll.ts";
import { controlPlaces, type ControlResult, createLastCalled } from "../../generator/negative-control.ts";
import type { Credentials } from "../../model/device.ts";
import type { Issued } from "../../model/entry.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { deviceVerdict, type RollCallEntry } from "../../model/outcome.ts";
import type { LoginPlacesSummary } from "../../model/place-summary.ts";
import type { HostPlan, RollCallPlan } from "../../model/plan.ts";
import type { GroupOf } from "../../model/group-of.ts";
import type { Clock, Login, Routes } from "../../model/ports.ts";
import type { NegativeControl } from "../../model/summary.ts";
import { worseControl } from "../../model/worse-control.ts";
import { addToPairs, pairsOf, type PairTallies, tellsIssuers } from "../../summary/login-pairs.ts";
import { type Us, us } from "../../model/units.ts";

/** The roll of an earlier run, called again: what verify-<time>.json holds. Times are microseconds. */
export interface Verification {
  readonly version: 1;
  readonly run: string;
  /** ISO 8601, wall clock. */
  readonly startedAt: string;
  readonly target: string;
  readonly duration: Us;
  readonly called: number;
  readonly connected: number;
  /** By CONNACK code in words, or kind of failure. */
  readonly absent: readonly { readonly why: string; readonly count: number }[];
  /** Every device that did not connect. */
  readonly absentDevices: readonly { readonly seq: number; readonly name: string | undefined; readonly why: string }[];
  /** Not called, because the verification was stopped. */
  readonly uncalled: number;
  readonly negativeControl: NegativeControl;
  /** By address; absent: each device logged in where its credentials were issued. */
  readonly logins?: LoginPlacesSummary;
}

interface RollDeps {
  readonly run: string;
  readonly target: string;
  readonly startedAt: string;
  readonly clock: Clock;
  readonly login: Login;
  /** Undefined: there is one place. */
  readonly routes?: Routes | undefined;
  /** See `controlRoll`. */
  readonly stranger: (() => Promise<Credentials>) | undefined;
  /** Absent: there are no groups. */
  readonly groupOf?: GroupOf;
  readonly issued: AsyncIterable<Issued>;
  readonly at: RollCallPlan["at"];
  readonly places: readonly HostPlan[];
  readonly concurrency: number;
  readonly rate: number | undefined;
  /** Called after each login. */
  onProgress(called: number, absent: number): void;
}

/** What became of those who were called. */
export interface RollTally {
  add(entry: RollCallEntry): void;
  called(): number;
  absent(): number;
  found(): Pick<Verification, "called" | "connected" | "absent" | "absentDevices" | "uncalled" | "logins">;
}

/** `at`, `places`: as in the plan. */
export function createRollTally(at?: RollCallPlan["at"], places: readonly HostPlan[] = []): RollTally {
  const pairs: PairTallies = new Map();
  const tellIssuers = tellsIssuers({ target: { hosts: places } });
  const reasons = new Map<string, number>();
  const absentDevices: Verification["absentDevices"][number][] = [];
  let connected = 0;
  let uncalled = 0;
  const called = (): number => connected + absentDevices.length;
  return {
    add(entry) {
      const { seq, name } = entry;
      if (at !== undefined) addToPairs(pairs, entry, tellIssuers);
      const verdict = deviceVerdict(entry);
      switch (verdict?.state) {
        case undefined:
          return;
        case "uncalled":
          uncalled += 1;
          return;
        case "connected":
          connected += 1;
          return;
        case "mute":
        case "refused":
        case "unreachable": {
          const why =
            verdict.state === "refused"
              ? verdict.reason
              : verdict.state === "mute"
                ? `let in and could not speak: ${verdict.kind}`
                : verdict.kind;
          reasons.set(why, (reasons.get(why) ?? 0) + 1);
          absentDevices.push({ seq, name, why });
        }
      }
    },
    called,
    absent: () => absentDevices.length,
    found: () => ({
      called: called(),
      connected,
      absent: [...reasons].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count),
      absentDevices,
      uncalled,
      ...(at === undefined ? {} : { logins: { at, pairs: pairsOf(pairs, places) } }),
    }),
  };
}

export async function verifyRoll(deps: RollDeps, abort: AbortSignal): Promise<Verification> {
  const { clock, login, routes } = deps;
  const startsAt = clock.now();
  const tally = createRollTally(deps.at, deps.places);
  const lastCalled = createLastCalled(deps.groupOf ?? (() => undefined));

  await callRoll(
    {
      clock,
      login,
      routes,
      keep: undefined,
      sink: {
        add(entry) {
          if (entry.kind !== "roll-call") return;
          tally.add(entry.entry);
          if (deviceVerdict(entry.entry)?.state !== "uncalled") deps.onProgress(tally.called(), tally.absent());
        },
        failed: new Promise(() => undefined),
        close: () => Promise.resolve(),
      },
      concurrency: deps.concurrency,
      rate: deps.rate,
      startsAt,
      issued: deps.issued,
      onCalled(called) {
        lastCalled.note(called);
      },
    },
    abort,
  );
  const ended = clock.now();
  const controls: ControlResult[] = [];
  for (const called of lastCalled.all()) {
    controls.push(...(await controlPlaces({ login, routes }, called, deps.stranger, abort)));
  }
  return {
    version: 1,
    run: deps.run,
    startedAt: deps.startedAt,
    target: deps.target,
    duration: us(ended - startsAt),
    ...tally.found(),
    negativeControl: controls.map(({ result }) => result).reduce(worseControl, "not-made"),
  };
}

/** 130 if it was stopped before its end; 4 if anyone is absent, nobody was called, or wrong credentials were let in. */
export function exitCodeOf({ called, absentDevices, uncalled, negativeControl }: Verification): ExitCode {
  if (uncalled > 0) return EXIT.interrupted;
  const proven = called > 0 && absentDevices.length === 0 && negativeControl !== "admitted";
  return proven ? EXIT.pass : EXIT.rollCall;
}
