import { createSocket } from "node:dgram";
import { once } from "node:events";
import { generate, parse } from "coap-packet";
import { expect, it } from "vitest";
import { openCoapEndpoint } from "../../../src/simulator/transports/coap-endpoint.ts";
import { createVirtualTimers } from "../../unit/simulator/virtual-timers.ts";

it("does a request that comes again once, for as long as an exchange lives, and forgets it then", async () => {
  const timers = createVirtualTimers();
  let done = 0;
  const endpoint = await openCoapEndpoint("127.0.0.1", 0, timers, (request) => {
    done += 1;
    request.answer("2.05", Buffer.from(String(done)));
  });
  const client = createSocket("udp4");
  const ask = async (): Promise<string> => {
    client.send(generate({ code: "0.01", messageId: 7, token: Buffer.of(1) }), endpoint.port, "127.0.0.1");
    const [datagram] = (await once(client, "message")) as [Buffer];
    return parse(datagram).payload.toString();
  };
  try {
    expect([await ask(), await ask()]).toEqual(["1", "1"]);
    timers.advanceTo(246_999);
    expect(await ask()).toBe("1");
    timers.advanceTo(247_000);
    expect(await ask()).toBe("2");
  } finally {
    client.close();
    await endpoint.close();
  }
});
