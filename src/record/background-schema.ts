import { z } from "zod";
import { MESSAGE_ENDS } from "../model/background.ts";

/** More messages than a generator can send in a second: a line that says more is damaged. */
const MOST_TIMES = 1_000_000;

interface Parts<Time extends z.ZodType, Verdict extends z.ZodType> {
  readonly time: Time;
  readonly count: z.ZodType;
  readonly verdict: Verdict;
  readonly attempt: z.ZodType;
  readonly address: z.ZodType;
  readonly place: z.ZodType;
}

/** The lines of a journal that tell of a fleet that is already there, from the parts that all lines have. */
export function backgroundLineSchemas<Time extends z.ZodType, Verdict extends z.ZodType>({
  time,
  count,
  verdict,
  attempt,
  address,
  place,
}: Parts<Time, Verdict>) {
  const phase = z.looseObject({ kind: z.literal("load"), phase: count });
  const stage = z.discriminatedUnion("kind", [
    z.looseObject({ kind: z.literal("before") }),
    phase,
    z.looseObject({ kind: z.literal("roll-call") }),
    z.looseObject({ kind: z.literal("hold") }),
    z.looseObject({ kind: z.literal("after") }),
  ]);
  const list = z.array(time).max(MOST_TIMES);
  const times = z
    .looseObject({ roundTrips: list, responseTimes: list })
    .refine(({ roundTrips, responseTimes }) => roundTrips.length === responseTimes.length);
  const login = z.looseObject({
    seq: count,
    name: z.string().optional(),
    intended: time,
    started: time,
    marks: z.looseObject({ connected: time.optional(), admitted: time.optional() }),
    peer: address,
    source: address,
    place,
    ended: time,
    verdict,
    again: z.looseObject({ lost: time, number: attempt }).optional(),
  });
  const loss = z.looseObject({ seq: count, name: z.string().optional(), at: time, reason: z.string() });
  const tally = z.looseObject({
    stage,
    second: z.int(),
    intended: count,
    acknowledged: times,
    timedOut: times,
    ended: z.partialRecord(z.enum(MESSAGE_ENDS), count),
  });
  return {
    "background-login": z.looseObject({ kind: z.literal("background-login"), entry: login }),
    "background-loss": z.looseObject({ kind: z.literal("background-loss"), entry: loss }),
    messages: z.looseObject({ kind: z.literal("messages"), tally }),
  } as const;
}
