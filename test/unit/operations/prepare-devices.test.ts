import { describe, expect, it } from "vitest";
import type { NewServerDevices, ServerDevice } from "../../../src/model/administration.ts";
import { prepareDevices } from "../../../src/operations/prepare-devices.ts";

const never = new AbortController().signal;
const device = (name: string, profileId: string): ServerDevice => ({
  id: name,
  name,
  createdTime: 0,
  gateway: false,
  profileId,
});

function serverWith(devices: readonly ServerDevice[], refuse?: string) {
  const log: string[] = [];
  const imports: NewServerDevices[] = [];
  async function* listed(matches: (each: ServerDevice) => boolean) {
    yield* devices.filter(matches);
  }
  return {
    log: {
      begin: (names: readonly string[]) => Promise.resolve(void log.push(`begin ${names.length}`)),
      doubt: (names: readonly string[]) => Promise.resolve(void log.push(`doubt ${names.length}`)),
    },
    logged: log,
    imports,
    admin: {
      devicesOf: ({ id }: { readonly id: string }) => listed(({ profileId }) => profileId === id),
      devicesNamedLike: (text: string) => listed(({ name }) => name.includes(text)),
      importDevices: (asked: NewServerDevices) => {
        imports.push(asked);
        log.push("asked");
        const failed = refuse === undefined ? 0 : 1;
        const created = asked.names.length - failed;
        return Promise.resolve({ created, updated: 0, failed, errors: refuse === undefined ? [] : [refuse] });
      },
    },
  };
}

const ours = { profile: { id: "p", name: "profile" }, gateway: true };
const names = Array.from({ length: 600 }, (_, index) => `d-${index}`);

describe("prepareDevices", () => {
  it("makes those that are missing, in parts, each written down before the server is asked", async () => {
    const server = serverWith([device("d-0", "p"), device("d-1", "p")]);
    const progress: number[] = [];
    const done = await prepareDevices(
      server.admin,
      { ...ours, names },
      server.log,
      (made) => progress.push(made),
      never,
    );
    expect(done).toEqual({ there: 2, made: 598 });
    expect(server.logged).toEqual(["begin 250", "asked", "begin 250", "asked", "begin 98", "asked"]);
    expect(progress).toEqual([0, 250, 500, 598]);
    expect(server.imports.flatMap((each) => each.names)).toEqual(names.slice(2));
    expect(server.imports.every(({ gateway }) => gateway)).toBe(true);
  });

  it("makes nothing if a name is a device of another profile", async () => {
    const server = serverWith([device("d-7", "another")]);
    const preparing = prepareDevices(server.admin, { ...ours, names }, server.log, () => undefined, never);
    await expect(preparing).rejects.toMatchObject({ code: "setup-names-taken" });
    await expect(preparing).rejects.toThrow("d-7");
    expect(server.logged).toEqual([]);
  });

  it("ends where the server refuses, with its words", async () => {
    const server = serverWith([], "Devices limit reached");
    const preparing = prepareDevices(server.admin, { ...ours, names }, server.log, () => undefined, never);
    await expect(preparing).rejects.toThrow(
      "249 of 600 devices were made, then the server refused: Devices limit reached",
    );
  });

  it("begins no part once it is stopped", async () => {
    const server = serverWith([]);
    const stop = AbortSignal.abort(new Error("enough"));
    await expect(prepareDevices(server.admin, { ...ours, names }, server.log, () => undefined, stop)).rejects.toThrow(
      "enough",
    );
    expect(server.logged).toEqual([]);
  });
});
