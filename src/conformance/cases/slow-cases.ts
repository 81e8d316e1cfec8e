import { adminOf, type Bench, type ConformanceCase, perVersion } from "../case.ts";
import type { Conversation } from "../conversation.ts";
import { ask, requestText } from "../requests.ts";
import { post as postCoap } from "./coap-cases.ts";
import { post as postHttp } from "./http-cases.ts";

/** ThingsBoard closes a provision session so long after its first answer. */
const CLOSES_AFTER_MS = 60_000;
/** A server that does so at all does it in this time. */
const PATIENCE_MS = CLOSES_AFTER_MS + 20_000;
/** A request that the core never answers is given up after 10 s, which is found out every 10 s. */
const UNANSWERED_MS = 25_000;

const UNANSWERED = {
  v3: "PUBACK, then close",
  v5: { "3.6": "PUBACK 0x83, then close", "3.7": "PUBACK 0x83, DISCONNECT 0x83, then close" },
} as const;

/** Rules that show only after a long time. */
export const SLOW_CASES: readonly ConformanceCase[] = [
  ...perVersion({
    id: "slow.close",
    title: "a session after its answer",
    row: "1 request processing, 60 s",
    needs: ["slow"],
    v3: "close after 60 s",
    v5: "close after 60 s",
    async observe(talk, bench) {
      const { answer, text } = await ask(talk, requestText(bench.fixtures.profile, { deviceName: bench.name() }));
      if (answer === undefined) return text;
      const began = performance.now();
      const came = await talk.untilClosed(PATIENCE_MS);
      return `${came} after ${toFiveSeconds(performance.now() - began)} s`;
    },
  }),
  ...unanswered(
    "chain-key",
    "a profile of certificate chains, asked for by key and secret",
    "1 bad request matrix, chain",
    "chains",
    (bench) =>
      requestText(bench.fixtures.profile, {
        deviceName: bench.name(),
        provisionDeviceKey: adminOf(bench).chains?.creating.key,
      }),
  ),
  ...unanswered(
    "nul-name",
    "a name with U+0000 in it, which its database cannot even look for",
    "2 names",
    undefined,
    withNul,
  ),
  {
    id: "slow.http-nul-name",
    title: "HTTP: a name with U+0000 in it",
    row: "5 HTTP, core error",
    needs: ["http", "slow"],
    refusedLogin: false,
    expected: "500",
    observe: (bench) => postHttp(bench, { deviceName: `${bench.name()}\u0000x` }),
  },
  {
    id: "slow.coap-nul-name",
    title: "CoAP: a name with U+0000 in it",
    row: "5 CoAP, core error",
    needs: ["coap", "slow"],
    refusedLogin: false,
    expected: "5.00, no body",
    observe: (bench) => postCoap(bench, { deviceName: `${bench.name()}\u0000x` }),
  },
];

function unanswered(
  id: string,
  title: string,
  row: string,
  need: "chains" | undefined,
  request: (bench: Bench) => string,
): readonly ConformanceCase[] {
  return perVersion({
    id: `slow.${id}`,
    title,
    row,
    needs: need === undefined ? ["slow"] : [need, "slow"],
    ...UNANSWERED,
    versions: ["3.1.1", "5"],
    async observe(talk: Conversation, bench: Bench) {
      await talk.enter();
      talk.publish(request(bench));
      return talk.untilClosed(UNANSWERED_MS);
    },
  });
}

function withNul(bench: Bench): string {
  return requestText(bench.fixtures.profile, { deviceName: `${bench.name()}\u0000x` });
}

function toFiveSeconds(ms: number): number {
  return Math.round(ms / 5_000) * 5;
}
