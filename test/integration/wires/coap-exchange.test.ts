import { createSocket } from "node:dgram";
import { expect, it, vi } from "vitest";
import { us } from "../../../src/model/units.ts";
import { askCoap } from "../../../src/wires/coap/coap-exchange.ts";

const REQUEST = { path: ["api"], payload: "{}" };
const MINUTE = us(60_000_000);

it.each(["connected", "sent"] as const)("sends nothing again that was stopped when it was %s", async (moment) => {
  const server = createSocket("udp4");
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", () => resolve()));
  const target = { host: "127.0.0.1", port: server.address().port, from: undefined };
  const stop = new AbortController();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const events = { connected: () => undefined, [moment]: () => stop.abort() };
    await expect(askCoap(target, REQUEST, MINUTE, events, stop.signal)).rejects.toMatchObject({ kind: "aborted" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
    server.close();
  }
});
