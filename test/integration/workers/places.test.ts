import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bus, openBus } from "../../../src/workers/bus/connection.ts";
import { PLACES_CONSUMER, PLACES_STREAM } from "../../../src/workers/bus/names.ts";
import { offerPlace, openShared, withdrawPlaces } from "../../../src/workers/bus/stores.ts";
import { natsPrograms, type NatsServer, startNats } from "../../support/nats-server.ts";

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

for (const program of natsPrograms) {
  describe(`places over nats-server ${program.version}`, () => {
    let server: NatsServer;
    let bus: Bus;
    beforeAll(async () => {
      server = await startNats(program);
      bus = await openBus({ url: server.url }, "coordinator", undefined);
      await openShared(bus);
    });
    afterAll(async () => {
      await bus.close();
      await server[Symbol.asyncDispose]();
    });

    it("of a run that withdraws its own are gone, and those of other runs are still to be had", async () => {
      const consumer = await bus.js.consumers.get(PLACES_STREAM, PLACES_CONSUMER);
      const take = async (): Promise<unknown> => {
        const message = await consumer.next({ expires: 1_000 });
        message?.ack();
        return message?.json();
      };
      const mine = [await offerPlace(bus, "mine", "mine, taken")];
      expect(await take()).toBe("mine, taken");
      for (const run of ["mine", "other", "mine", "other"]) {
        const place = await offerPlace(bus, run, run);
        if (run === "mine") mine.push(place);
      }
      await withdrawPlaces(bus, mine);
      expect([await take(), await take(), await take()]).toEqual(["other", "other", undefined]);
    });
  });
}
