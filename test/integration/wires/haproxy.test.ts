import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createThrowawayAuthority } from "../../../src/fleet/throwaway-authority.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { unusedPort } from "../../contract/scripted-server.ts";
import { fateOf, targetOf } from "../../support/device-fate.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const here = spawnSync("haproxy", ["-v"]).error === undefined;

/** Resolves when something listens there. */
async function listens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(20);
  }
}

describe.skipIf(!here)(`a real HAProxy${here ? "" : " (SKIPPED without haproxy)"}`, () => {
  it("takes the headers and certificates of every client, and its own header is taken by the simulator", async () => {
    const folder = testFolder();
    const identity = await createServerIdentity();
    const authority = await createThrowawayAuthority("fleet", "fleet");
    const own = await authority.certify("gateway", "gateway");
    const files = {
      ca: join(folder, "ca.pem"),
      certificateFile: join(folder, "cert.pem"),
      keyFile: join(folder, "key.pem"),
    };
    await writeFile(files.ca, identity.cert);
    await writeFile(join(folder, "clients.pem"), authority.certificate);
    await writeFile(join(folder, "server.pem"), identity.cert + identity.key, { mode: 0o600 });
    await writeFile(files.certificateFile, own.certificate);
    await writeFile(files.keyFile, own.privateKey.reveal(), { mode: 0o600 });
    const simulator = await startSimulator({ proxyProtocol: true, http: {} });
    const ports = { plain: await unusedPort(), secured: await unusedPort(), web: await unusedPort() };
    const config = join(folder, "haproxy.cfg");
    await writeFile(
      config,
      `
defaults
  mode tcp
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen plain
  bind 127.0.0.1:${ports.plain} accept-proxy
  server core 127.0.0.1:${simulator.port} send-proxy
listen secured
  bind 127.0.0.1:${ports.secured} accept-proxy ssl crt ${join(folder, "server.pem")} ca-file ${join(folder, "clients.pem")} verify required
  server core 127.0.0.1:${simulator.port} send-proxy-v2
listen web
  bind 127.0.0.1:${ports.web} accept-proxy
  server core 127.0.0.1:${simulator.httpPort}
`,
    );
    const haproxy = spawn("haproxy", ["-db", "-f", config], { stdio: "ignore" });
    try {
      await Promise.all(Object.values(ports).map(listens));
      const trust = { caFile: files.ca, serverName: undefined, insecure: false };
      const identified = { ...trust, identity: { certificateFile: files.certificateFile, keyFile: files.keyFile } };
      for (const proxyProtocol of ["v1", "v2"] as const) {
        for (const which of ["lean", "mqtt"] as const) {
          expect(await fateOf(targetOf(which, ports.plain, { proxyProtocol }))).toBe("connected");
          expect(await fateOf(targetOf(which, ports.secured, { proxyProtocol, tls: identified }))).toBe("connected");
          expect(await fateOf(targetOf(which, ports.secured, { proxyProtocol, tls: trust }))).not.toBe("connected");
        }
        expect(await fateOf(targetOf("http", ports.web, { proxyProtocol }))).toBe("connected");
      }
      expect(await fateOf(targetOf("lean", ports.plain, {}))).not.toBe("connected");
    } finally {
      haproxy.kill("SIGKILL");
      await once(haproxy, "exit");
      await simulator.close();
    }
  });
});
