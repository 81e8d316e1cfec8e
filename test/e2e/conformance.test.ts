import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { certifyItself } from "../../src/fleet/throwaway-authority.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { INTERMEDIATE, ROOT } from "../support/authority.ts";
import { rollcallInProcess } from "../support/in-process.ts";
import { startRestProxy } from "../support/rest-proxy.ts";
import { rollcall, rollcallHere } from "./rollcall.ts";
import { testFolder } from "../support/temporary-folder.ts";

let folder = "";
beforeAll(() => {
  folder = testFolder();
});

describe.concurrent("rollcall conformance", () => {
  it("shows only what changed since a baseline, and ends with 3", async () => {
    const facts = { title: "t", row: "r", verdict: "as-expected" };
    const cases = [
      { ...facts, id: "pre.again@3.1.1", came: "FAILURE" },
      { ...facts, id: "request.create@5", came: "PUBACK, SUCCESS ACCESS_TOKEN" },
    ];
    const baseline = {
      version: 1,
      rollcall: "0.1.0",
      startedAt: "2026-01-01T00:00:00Z",
      target: "before",
      matches: ["4.3"],
      expected: "4.3",
      cases,
    };
    const file = join(folder, "before.json");
    await writeFile(file, JSON.stringify(baseline));
    const { code, stdout } = await rollcallHere("conformance", "--simulate", "4.2.1", "--baseline", file).finished;
    expect(stdout).toContain("1 of 2 cases changed since 2026-01-01T00:00:00Z.");
    expect(stdout).toContain("FAILURE  SUCCESS ACCESS_TOKEN");
    expect(code).toBe(EXIT.threshold);
  }, 60_000);

  it("is not interrupted for nothing: the profiles are removed, the code says so", async () => {
    const running = rollcall("conformance", "--simulate");
    await running.shows("50 of");
    running.child.kill("SIGINT");
    const { code, stderr, stdout } = await running.finished;
    expect(stderr).toContain("Interrupted");
    expect(stdout).toBe("");
    expect(code).toBe(EXIT.interrupted);
  }, 60_000);

  it.each([
    [[], "Which server?"],
    [["http://tb:8080"], "is not the address of an MQTT server"],
    [["mqtt://127.0.0.1:1", "--tls", "http://tb"], "is not the address of an MQTT server"],
    [["mqtt://127.0.0.1:1", "--http", "mqtt://tb"], "is not an address of HTTP"],
    [["mqtt://127.0.0.1:1", "--ca", "/no/such.pem"], "--ca /no/such.pem cannot be read"],
    [["mqtt://127.0.0.1:1"], "Without a tenant administrator"],
    [["mqtt://127.0.0.1:1", "--admin-url", "http://127.0.0.1:1"], "without --admin-user"],
    [["--simulate", "--expect", "2.5"], "--expect 2.5 is not a ThingsBoard release"],
    [["--simulate", "--baseline", "/no/such/file"], "--baseline /no/such/file: there is no such file"],
  ] as const)("says what is missing: %j", async (args, message) => {
    const { code, stderr } = await rollcallHere("conformance", ...args).finished;
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(EXIT.usage);
  });
});

/** A server of 4.2.1 whose REST API says that it is something else. */
describe("a server that says it is another release than it behaves like", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ version: "4.2.1", http: {} });
  });
  afterAll(() => simulator.close());

  it.each([
    ["4.4.0-SNAPSHOT", [], 2, EXIT.threshold],
    ["5.0.0-SNAPSHOT", [], 2, EXIT.threshold],
    ["4.4.0-SNAPSHOT", ["--expect", "4.2.1-rc.1"], 0, EXIT.pass],
  ] as const)(
    "%s %j: %i differ, exit %i",
    async (says, more, differing, expected) => {
      const proxy = await startRestProxy(simulator.httpPort ?? 0, {
        answer: (path, body) => (path.startsWith("/api/system/info") ? body.replaceAll("4.2.1", says) : body),
      });
      try {
        const { code, stdout, stderr } = await rollcallInProcess(
          [
            "conformance",
            `mqtt://127.0.0.1:${simulator.port}`,
            "--admin-url",
            `http://127.0.0.1:${proxy.port}`,
            "--admin-user",
            "tenant@thingsboard.org",
            "--out",
            folder,
            ...more,
          ],
          { variables: { ROLLCALL_ADMIN_PASSWORD: "tenant" } },
        );
        expect(stdout).toContain(`(ThingsBoard CE ${says}): `);
        expect(stdout).toContain(` ${differing} differ,`);
        expect(stdout.includes("rollcall does not know the release 5.0.0-SNAPSHOT")).toBe(says.startsWith("5"));
        expect(stderr.includes("rollcall does not know the release 5.0.0-SNAPSHOT")).toBe(says.startsWith("5"));
        expect(code).toBe(expected);
      } finally {
        await proxy.close();
      }
    },
    120_000,
  );

  it("takes what is no text, nested without end, or a mebibyte of it, for what came in that case", async () => {
    const messageAt = (path: string): string => {
      if (path.startsWith("/api/deviceProfile")) return JSON.stringify("E".repeat(1 << 20));
      return path.startsWith("/api/device") ? '{"toString":1}' : "[".repeat(20_000) + "]".repeat(20_000);
    };
    const proxy = await startRestProxy(simulator.httpPort ?? 0, {
      answer: (path, body) =>
        body.includes('"errorCode":') ? `{"status":400,"errorCode":{"toString":1},"message":${messageAt(path)}}` : body,
    });
    try {
      const target = `mqtt://127.0.0.1:${simulator.port}`;
      const admin = ["--admin-url", `http://127.0.0.1:${proxy.port}`, "--admin-user", "tenant@thingsboard.org"];
      const { code, stdout, stderr } = await rollcallInProcess(
        ["conformance", target, ...admin, "--json", "--out", folder],
        {
          variables: { ROLLCALL_ADMIN_PASSWORD: "tenant" },
        },
      );
      expect({ code, stack: /^ {4}at /m.test(stderr) }).toEqual({ code: EXIT.threshold, stack: false });
      const came = (JSON.parse(stdout) as { cases: { came?: string }[] }).cases.map((each) => each.came);
      expect(came).toContain('404, code {"toString":1}');
      expect(came).toContain("401, code undefined");
      expect(came).toContainEqual(expect.stringMatching(/^400, code .*E… \(10486\d\d characters, SHA-256 \w+\)$/));
      expect(stdout.length).toBeLessThan(200_000);
    } finally {
      await proxy.close();
    }
  }, 120_000);
});

describe("a server whose certificate is not trusted", () => {
  it.each(["--tls", "target", "admin"] as const)("is one sentence, and nothing was made: %s", async (where) => {
    const { cert, key } = await createServerIdentity();
    const { code, stdout, stderr, before, devices } = await tryServer({ cert, key }, where, []);
    expect(stderr).toMatch(
      /The certificate of (?:mqtts|https):\/\/127\.0\.0\.1:\d+ is not trusted: it is self-signed\./,
    );
    expect(stderr).toContain("with --ca");
    expect(stderr).not.toContain("    at ");
    expect(stdout).toBe("");
    expect(code).toBe(EXIT.usage);
    expect(stderr).not.toContain("Whatever is made");
    expect(devices).toBe(before);
  });

  it("of an authority that is unknown here", async () => {
    const server = { cert: INTERMEDIATE.certificate, key: INTERMEDIATE.key };
    const { code, stderr } = await tryServer(server, "--tls", []);
    expect(stderr).toContain("its authority, O=rollcall tests, CN=Test authority, is unknown here");
    expect(code).toBe(EXIT.usage);
  });

  it("of another name", async () => {
    const ca = join(folder, "root.pem");
    await writeFile(ca, ROOT.certificate);
    const server = { cert: INTERMEDIATE.certificate, key: INTERMEDIATE.key };
    const { code, stderr } = await tryServer(server, "--tls", ["--ca", ca]);
    expect(stderr).toContain("it is not for 127.0.0.1 but for Test intermediate");
    expect(stderr).toContain("Reach the server under a name of its certificate");
    expect(code).toBe(EXIT.usage);
  });

  it("that has expired", async () => {
    const { certificate, privateKey } = await certifyItself("127.0.0.1", "expired", new Date("2021-01-01T00:00:00Z"));
    const ca = join(folder, "expired.pem");
    await writeFile(ca, certificate);
    const { code, stderr } = await tryServer({ cert: certificate, key: privateKey.reveal() }, "--tls", ["--ca", ca]);
    expect(stderr).toContain("it has expired");
    expect(code).toBe(EXIT.usage);
  });
});

/** Conformance against a simulator that shows `identity` at one of its addresses. */
async function tryServer(
  identity: { readonly cert: string; readonly key: string },
  where: "--tls" | "target" | "admin",
  more: readonly string[],
) {
  const simulator = await startSimulator({
    tls: identity,
    http: where === "admin" ? { tls: identity } : {},
  });
  const before = simulator.store.size;
  try {
    const secured = `mqtts://127.0.0.1:${simulator.tlsPort}`;
    const said = await rollcallInProcess(
      [
        "conformance",
        where === "target" ? secured : `mqtt://127.0.0.1:${simulator.port}`,
        ...(where === "--tls" ? ["--tls", secured] : []),
        "--admin-url",
        `${where === "admin" ? "https" : "http"}://127.0.0.1:${simulator.httpPort}`,
        "--admin-user",
        "tenant@thingsboard.org",
        ...more,
      ],
      { variables: { ROLLCALL_ADMIN_PASSWORD: "tenant" } },
    );
    return { ...said, before, devices: simulator.store.size };
  } finally {
    await simulator.close();
  }
}
