import { expect, it } from "vitest";
import { createHeldSessions } from "../../../src/generator/held-sessions.ts";
import { seq, us } from "../../../src/model/units.ts";

it("a session that ends because it is released has stayed, and is counted once", async () => {
  let held = 0;
  const sessions = createHeldSessions((change) => (held += change));
  const lost = Promise.withResolvers<string>();
  const session = {
    lost: lost.promise,
    async close() {
      lost.resolve("closed by the server");
      await lost.promise;
    },
  };
  sessions.keep(session, { seq: seq(0), name: "one", credentials: { type: "LWM2M_CREDENTIALS" } });
  expect(held).toBe(1);
  expect(await sessions.release(us(5))).toEqual({ duration: 5, sessions: 1, stayed: 1, lost: [] });
  expect(held).toBe(0);
});
