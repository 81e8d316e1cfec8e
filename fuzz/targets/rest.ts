import { startRestProxy } from "../../test/support/rest-proxy.ts";
import { mutateJson } from "../mutate.ts";
import { wrongWithEnd } from "../rules.ts";
import type { Target } from "../target.ts";
import { openPlace } from "./place.ts";

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** A device, a profile, or an attribute of a device. */
const DELETION = new RegExp(
  `^/api/(?:device(?:Profile)?/${ID}|plugins/telemetry/DEVICE/${ID}/SERVER_SCOPE\\?keys=provisionState)$`,
);
/** Login, and what the commands ask first: spoilt as often as the rest, nothing else would ever be reached. */
const GATE = /^\/api\/(?:auth|system)/;

/** A REST API that lies, in any way and at any time, to each command that goes by it. */
export const rest: Target = {
  name: "rest",
  few: 4,
  open: async () => {
    const place = await openPlace();
    return {
      try: async (dice) => {
        const share = dice.pick([0.1, 0.3, 0.7]);
        const proxy = await startRestProxy(place.simulator.httpPort ?? 0, {
          ask: (path) => {
            const [dropped] = /(?:deviceProfileId|deviceName|page|textSearch)=[^&]*&?/.exec(path) ?? [];
            return dropped !== undefined && dice.chance(share / 2) ? path.replace(dropped, "") : path;
          },
          answer: (path, body) => (dice.chance(GATE.test(path) ? share / 20 : share) ? mutateJson(body, dice) : body),
        });
        try {
          const run = await place.copyRun();
          const port = String(place.simulator.port);
          const command = dice.pick<readonly string[]>([
            ["reconcile", run],
            ["cleanup", run, "--yes"],
            ["cleanup", run, "--yes"],
            ["cleanup", place.scenario, "--yes", "--out", `${run}-out`],
            ["setup", place.scenario, "--port", port, "--out", `${run}-out`],
            ["doctor", place.scenario, "--port", port, "--out", `${run}-out`],
            ["conformance", `mqtt://127.0.0.1:${port}`],
          ]);
          const from = performance.now();
          const said = await place.rollcall(command, proxy.port);
          const tookMs = performance.now() - from;
          const missing = place.missing();
          place.restore();
          if (missing.length > 0) return `${command[0]}: deleted ${missing.join(", ")}`;
          const odd = proxy.deletions.find((path) => !DELETION.test(path));
          if (odd !== undefined) return `${command[0]}: DELETE ${odd}`;
          const wrong = wrongWithEnd(said, tookMs);
          return wrong === undefined ? undefined : `${command[0]}: ${wrong}`;
        } finally {
          await proxy.close();
        }
      },
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    };
  },
};
