import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/model/device.ts";
import type { FailureKind, LoginStage } from "../../src/model/outcome.ts";
import type { Timeouts } from "../../src/model/plan.ts";
import type { Login, LoginMark } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import { timeoutsWith } from "./provisioner-contract.ts";
import { type ScriptedServer, unusedPort } from "./scripted-server.ts";

/** What a server can do to a device that logs in. */
const LOGIN_SCENES = [
  "admits",
  "refuses",
  "has an error",
  "says nothing",
  "closes at once",
  "resets at once",
  "sends garbage",
  "admits byte by byte",
] as const;
export type LoginScene = (typeof LOGIN_SCENES)[number];

export interface LoginHarness {
  readonly name: string;
  start(scene: LoginScene): Promise<ScriptedServer>;
  create(port: number, timeouts: Timeouts, keep: boolean, from?: readonly string[]): Login;
  /** Credentials with which this transport can log in. */
  readonly credentials: Credentials;
  /** As it shows in the verdict. */
  readonly refusal: { readonly code: number; readonly reason: string };
  /** Where this transport fails in a way of its own. */
  readonly kinds: Partial<Record<LoginScene, FailureKind>>;
  /** Scenes that do not exist on this transport. */
  readonly absent?: readonly LoginScene[];
  /** Whether a session can be held. */
  readonly holds: boolean;
}

const DUE: Readonly<Record<LoginScene, FailureKind | "connected" | "refused">> = {
  admits: "connected",
  refuses: "refused",
  // No word on the credential, which may be good.
  "has an error": "server-error",
  "says nothing": "accept-timeout",
  "closes at once": "closed-before-accept",
  "resets at once": "connection-reset",
  "sends garbage": "protocol-error",
  "admits byte by byte": "connected",
};

export const ACCESS_TOKEN: Credentials = { type: "ACCESS_TOKEN", token: new Secret("t") };

/** The suite that every transport's login passes. */
export function describeLogin(harness: LoginHarness): void {
  describe(`login over ${harness.name}`, () => {
    const scenes = LOGIN_SCENES.filter((scene) => harness.absent?.includes(scene) !== true);

    it.each(scenes)("when the server %s", async (scene) => {
      await using server = await harness.start(scene);
      const due = harness.kinds[scene] ?? DUE[scene];
      const { verdict, stages } = await enter(harness, server, { near: due.endsWith("-timeout") });
      expect(verdict).toMatchObject(verdictOf(due, harness));
      expect(stages.includes("admitted")).toBe(due === "connected");
    });

    it("when nobody listens", async () => {
      const login = harness.create(await unusedPort(), timeoutsWith(undefined), false);
      const { verdict } = await login.login(harness.credentials, () => undefined, new AbortController().signal);
      expect(verdict).toMatchObject({ state: "unreachable", kind: "connection-refused" });
      await login.close();
    });

    it("says which of several local addresses it comes from, admitted or not", async () => {
      await using server = await harness.start("admits");
      const from = ["127.0.0.2", "127.0.0.3"];
      const told: string[] = [];
      const mark: LoginMark = (stage, address) => stage === "leaving" && told.push(address ?? "");
      const never = new AbortController().signal;
      for (const port of [server.port, await unusedPort()]) {
        const login = harness.create(port, timeoutsWith(undefined), false, from);
        await login.login(harness.credentials, mark, never);
        await login.close();
      }
      expect(told).toEqual(from);
      await server.idle();
    });

    it("aborted in flight, it ends at once", async () => {
      await using server = await harness.start("says nothing");
      const stop = new AbortController();
      const { verdict } = await enter(harness, server, { stop, onStage: () => stop.abort() });
      expect(verdict.state).toBe("unreachable");
    });

    it("aborted before it began, it opens no connection", async () => {
      await using server = await harness.start("admits");
      const stop = new AbortController();
      stop.abort();
      const { verdict } = await enter(harness, server, { stop });
      expect(verdict.state).toBe("unreachable");
      expect(server.connections).toBe(0);
    });

    it("says why credentials without a login of this kind are absent", async () => {
      await using server = await harness.start("admits");
      const { verdict } = await enter(harness, server, { credentials: { type: "LWM2M_CREDENTIALS" } });
      expect(verdict).toMatchObject({ state: "unreachable", detail: expect.stringContaining("LwM2M") });
      expect(server.connections).toBe(0);
    });

    it.each([
      ["of half a character", "\ud800t"],
      ["of 60 kB", "t".repeat(60_000)],
      ["of 70 kB", "t".repeat(70_000)],
      ["with a NUL", "t\u0000t"],
      ["that is a path", "../../x"],
    ])("has a verdict on a token %s, and leaves nothing open", async (_, token) => {
      await using server = await harness.start("refuses");
      const credentials = { type: "ACCESS_TOKEN", token: new Secret(token) } as const;
      const { verdict } = await enter(harness, server, { credentials });
      expect(["refused", "unreachable"]).toContain(verdict.state);
    });

    it("keeps no session unless it is asked to", async () => {
      await using server = await harness.start("admits");
      const { session } = await enter(harness, server, {});
      expect(session).toBeUndefined();
    });

    if (!harness.holds) return;

    it("keeps a session until it is closed, which is no loss", async () => {
      await using server = await harness.start("admits");
      const login = harness.create(server.port, timeoutsWith(undefined), true);
      const { session } = await login.login(harness.credentials, () => undefined, new AbortController().signal);
      let lost: string | undefined;
      void session?.lost.then((reason) => (lost = reason));
      await session?.close();
      await server.idle();
      await setImmediate();
      expect(session).toBeDefined();
      expect(lost).toBeUndefined();
      await login.close();
    });

    it("tells of a session that the server ends", async () => {
      const server = await harness.start("admits");
      const login = harness.create(server.port, timeoutsWith(undefined), true);
      const { session } = await login.login(harness.credentials, () => undefined, new AbortController().signal);
      await server[Symbol.asyncDispose]();
      expect(await session?.lost).toMatch(/closed|reset/);
      await session?.close();
      await login.close();
    });
  });
}

function verdictOf(due: FailureKind | "connected" | "refused", { refusal }: LoginHarness): object {
  if (due === "connected") return { state: due };
  return due === "refused" ? { state: due, ...refusal } : { state: "unreachable", kind: due };
}

interface Options {
  readonly near?: boolean;
  readonly credentials?: Credentials;
  readonly stop?: AbortController;
  readonly onStage?: (stage: LoginStage) => void;
}

/** Logs in once; afterwards no connection may be left and no stage may follow. */
async function enter(harness: LoginHarness, server: ScriptedServer, options: Options) {
  const { near = false, stop = new AbortController(), credentials = harness.credentials } = options;
  const login = harness.create(server.port, timeoutsWith(near ? "login" : undefined), false);
  const stages: LoginStage[] = [];
  const mark: LoginMark = (stage) => {
    if (stage === "leaving") return;
    stages.push(stage);
    options.onStage?.(stage);
  };
  const { verdict, session } = await login.login(credentials, mark, stop.signal);
  const seen = [...stages];
  await login.close();
  await server.idle();
  await setImmediate();
  expect(stages).toEqual(seen);
  return { verdict, session, stages };
}
