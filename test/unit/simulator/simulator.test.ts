import { describe, expect, it } from "vitest";
import { startSimulator } from "../../../src/simulator/simulator.ts";

describe("options that contradict each other", () => {
  it.each([
    [{ version: "2.5" }, "simulator-version"],
    [{ devices: [{ profile: "nobody's", name: "d" }] }, "simulator-fixture"],
    [{ devices: [{ profile: "rollcall", name: "d", credentials: { type: "MQTT_BASIC" } }] }, "simulator-fixture"],
    [{ host: "203.0.113.1" }, "simulator-listen"],
    [{ port: 65_536 }, "simulator-listen"],
    [{ port: 1.5 }, "simulator-listen"],
    [{ coap: { port: 77_777 } }, "simulator-listen"],
  ] as const)("%j: %s", async (options, code) => {
    await expect(startSimulator(options)).rejects.toMatchObject({ code });
  });

  it("a port that is taken", async () => {
    const first = await startSimulator();
    await expect(startSimulator({ port: first.port })).rejects.toMatchObject({ code: "simulator-listen" });
    await first.close();
  });
});
