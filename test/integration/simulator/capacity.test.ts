import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { type Client, connectPacket, openClient } from "./client.ts";

const CONNECTIONS = 2_000;

describe("many connections", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  it("lets in those that come at once, and keeps them", async () => {
    const clients: Client[] = [];
    for (let i = 0; i < CONNECTIONS; i += 1) {
      const client = openClient(simulator.port, 4);
      client.send(connectPacket(4, { username: "provision" }));
      clients.push(client);
    }
    const connacks = await Promise.all(clients.map((client) => client.next()));
    expect(connacks.filter((event) => event.cmd === "connack" && event.returnCode === 0)).toHaveLength(CONNECTIONS);
    expect(simulator.stats().open).toBe(CONNECTIONS);
    const ends = clients.map((client) => client.rest());
    await simulator.close();
    expect((await Promise.all(ends)).every((events) => events.at(-1)?.cmd === "closed")).toBe(true);
  });
});
