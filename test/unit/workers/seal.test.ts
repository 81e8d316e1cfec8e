import { describe, expect, it } from "vitest";
import { agreeOnKey, createContentKey, createKeyPair, seal, unseal } from "../../../src/workers/bus/seal.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("sealing", () => {
  const [coordinator, worker, stranger] = [createKeyPair(), createKeyPair(), createKeyPair()];

  it("gives both parties one key, another for each purpose, and a stranger none of them", () => {
    const key = agreeOnKey(coordinator, worker.publicKey, "files");
    expect(agreeOnKey(worker, coordinator.publicKey, "files")).toEqual(key);
    expect(agreeOnKey(worker, coordinator.publicKey, "words")).not.toEqual(key);
    expect(agreeOnKey(stranger, coordinator.publicKey, "files")).not.toEqual(key);
    expect(key).toHaveLength(32);
  });

  it("opens what was sealed under the same key and label only", () => {
    const key = createContentKey();
    const sealed = seal(key, text("token t0k3n"), "roster-1 at 0");
    expect(Buffer.from(sealed).includes("t0k3n")).toBe(false);
    expect(unseal(key, sealed, "roster-1 at 0")).toEqual(Buffer.from("token t0k3n"));
    expect(unseal(key, sealed, "roster-2 at 0")).toBeUndefined();
    expect(unseal(createContentKey(), sealed, "roster-1 at 0")).toBeUndefined();
  });

  it("does not open what was changed or cut, at whatever byte", () => {
    const key = createContentKey();
    const sealed = seal(key, text("abc"), "");
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(unseal(key, changed, "")).toBeUndefined();
      expect(unseal(key, sealed.subarray(0, at), "")).toBeUndefined();
    }
  });

  it("never seals the same twice alike, and prints no secret", () => {
    const key = createContentKey();
    expect(seal(key, text("abc"), "")).not.toEqual(seal(key, text("abc"), ""));
    expect(JSON.stringify(worker)).not.toContain(worker.secret.reveal());
  });
});
