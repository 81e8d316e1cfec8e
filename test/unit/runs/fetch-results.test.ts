import { expect, it } from "vitest";
import { collectCommand } from "../../../src/runs/crew/fetch-results.ts";

it("is a command that can be typed as it is: where the run is, and how the bus is reached", () => {
  expect(collectCommand("/srv/results/smoke-1", { bus: "nats://10.0.0.5:4222" })).toBe(
    "rollcall collect /srv/results/smoke-1 --bus nats://10.0.0.5:4222",
  );
  const access = { busCreds: "/k/my bus.creds", busCa: "ca.pem", busCert: "c.pem", busKey: "k.pem" };
  expect(collectCommand("/srv/my runs/smoke-1", { bus: "tls://a:4222,tls://b:4222", ...access })).toBe(
    "rollcall collect '/srv/my runs/smoke-1' --bus tls://a:4222,tls://b:4222 --bus-creds '/k/my bus.creds' --bus-ca ca.pem --bus-cert c.pem --bus-key k.pem",
  );
});
