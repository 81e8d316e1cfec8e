import { connect, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/model/plan.ts";
import { WireError } from "../../../src/model/ports.ts";
import { us } from "../../../src/model/units.ts";
import { createProvisioner } from "../../../src/runs/wiring/wire.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { DEVICE } from "../../contract/provisioner-contract.ts";
import { type ScriptedServer, startScriptedServer } from "../../contract/scripted-server.ts";
import { planOf } from "../../unit/runs/plan.ts";

const SOON = us(400_000);
const FATAL = 2;
const WARNING = 1;

/** A record of TLS 1.2 or 1.3 with one alert (RFC 8446, section 6). */
const alert = (level: number, code: number): Buffer => Buffer.from([21, 3, 3, 0, 2, level, code]);

/** Says `bytes` to whoever begins a handshake. */
const saying = (bytes: Buffer, ends = true) =>
  startScriptedServer((socket: Socket) => {
    socket.once("data", () => {
      socket.write(bytes);
      if (ends) socket.end();
    });
  });

/** HTTP, and both clients of MQTT. */
const CLIENTS = ["lean", "mqtt", "http"] as const;
type Which = (typeof CLIENTS)[number];

async function failureAt(
  server: ScriptedServer,
  client: Which,
  within = SOON,
  more: Partial<Target> = {},
): Promise<string> {
  const target: Target = {
    transport: client === "http" ? "http" : "mqtt",
    host: "127.0.0.1",
    port: server.port,
    mqttVersion: "3.1.1",
    payload: "json",
    tls: { caFile: undefined, serverName: undefined, insecure: true },
    ...(client === "http" ? {} : { client }),
    ...more,
  };
  const timeouts = { connect: within, accept: within, answer: within, login: within };
  const provisioner = await createProvisioner(planOf([], { target, timeouts }));
  try {
    await provisioner.provision(DEVICE, () => undefined, new AbortController().signal);
    return "provisioned";
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return `${error.kind}: ${error.detail}`;
  } finally {
    await provisioner.close();
  }
}

describe.each(CLIENTS)("%s before a server that will not have its handshake", (which) => {
  it.each([
    ["handshake_failure", alert(FATAL, 40), "ssl/tls alert handshake failure (alert 40 of the server)"],
    ["certificate_required", alert(FATAL, 116), "tlsv13 alert certificate required (alert 116 of the server)"],
    ["unrecognized_name", alert(FATAL, 112), "tlsv1 unrecognized name (alert 112 of the server)"],
    ["no TLS at all", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong version number"],
  ])("%s is the server's word, the same in every process", async (_, bytes, reason) => {
    await using server = await saying(bytes);
    expect(await failureAt(server, which)).toBe(`tls-failed: ${reason}`);
    await server.idle();
  });

  it.each([true, false])("close_notify ends it (and the connection: %s)", async (ends) => {
    await using server = await saying(alert(WARNING, 0), ends);
    expect(await failureAt(server, which)).toMatch(/^tls-failed: .*before secure TLS connection was established/);
    await server.idle();
  });

  it.each([
    ["handshake_failure", alert(FATAL, 40), "tls-failed: ssl/tls alert handshake failure (alert 40 of the server)"],
    ["no TLS at all", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "tls-failed: wrong version number"],
    [
      "an end",
      Buffer.alloc(0),
      "tls-failed: Client network socket disconnected before secure TLS connection was established",
    ],
  ])("%s is the same behind the header of a proxy", async (_, bytes, failure) => {
    await using server = await saying(bytes);
    expect(await failureAt(server, which, SOON, { proxyProtocol: "v2" })).toBe(failure);
    await server.idle();
  });

  it("warnings without an end are a time-out", async () => {
    await using server = await saying(alert(WARNING, 90), false);
    expect(await failureAt(server, which)).toMatch(/^connect-timeout: /);
    await server.idle();
  });

  it("renegotiation without an end, under TLS 1.2, is a time-out", async () => {
    let times = 0;
    const identity = await createServerIdentity();
    await using server = await startScriptedServer(
      (socket) => {
        if (!(socket instanceof TLSSocket)) throw new Error("no TLS");
        const again = (error: Error | null): void => {
          if (error !== null || socket.destroyed) return;
          times += 1;
          // A breath between them: this test is about what the client makes of it.
          setTimeout(() => void (socket.destroyed || socket.renegotiate({}, again)), 20);
        };
        again(null);
      },
      { ...identity, maxVersion: "TLSv1.2" } as typeof identity,
    );
    expect(await failureAt(server, which)).toMatch(/^(accept|answer)-timeout: /);
    expect(times).toBeGreaterThan(1);
    await server.idle();
  });

  it("a certificate that is missed after the handshake, as TLS 1.3 has it, is the server's word as well", async () => {
    const strict = createTlsServer({ ...(await createServerIdentity()), requestCert: true, minVersion: "TLSv1.3" });
    strict.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
    const address = strict.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    // Its reset becomes an end: which of alert and reset a client sees first would be a matter of luck.
    await using server = await startScriptedServer((socket) => {
      const far = connect({ port, host: "127.0.0.1" });
      far.on("error", () => undefined);
      socket.on("data", (bytes) => far.write(bytes));
      far.on("data", (bytes) => socket.write(bytes));
      far.on("close", () => socket.end());
    });
    try {
      expect(await failureAt(server, which, us(20_000_000))).toBe(
        "tls-failed: tlsv13 alert certificate required (alert 116 of the server)",
      );
      await server.idle();
    } finally {
      strict.close();
    }
  });
});
