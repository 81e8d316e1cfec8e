import { closeSync, openSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { createResourceReader } from "../../../src/runs/machine/local-resources.ts";

const LIMITS = { openFiles: 1_024, ports: 28_232 };
const OPTIONS = { limits: LIMITS, protocol: "TCP", reusesPorts: false } as const;

/** As Linux 6.18 prints them. */
const FILES: Readonly<Record<string, string>> = {
  "/proc/net/sockstat":
    "sockets: used 310\nTCP: inuse 200 orphan 0 tw 3000 alloc 205 mem 205\nUDP: inuse 7 mem 256\nUDPLITE: inuse 0\n",
  "/proc/net/sockstat6": "TCP6: inuse 32\nUDP6: inuse 2\nUDPLITE6: inuse 0\n",
};
const linux = {
  openFiles: (): number | undefined => 212,
  listOpenFiles: () => Promise.reject(new Error("not needed")),
  text: (path: string) => FILES[path] ?? "",
};

describe("local resources", () => {
  it("are open files, and ports that no socket of either family and none in TIME_WAIT has", () => {
    const read = createResourceReader(OPTIONS, linux);
    expect(read()).toEqual({ openFiles: 212, openFilesLimit: 1_024, freePorts: 28_232 - 3_232, ports: 28_232 });
  });

  it("take no port for used that may be used again, nor those of the other protocol", () => {
    expect(createResourceReader({ ...OPTIONS, reusesPorts: true }, linux)().freePorts).toBe(28_000);
    expect(createResourceReader({ ...OPTIONS, protocol: "UDP" }, linux)().freePorts).toBe(28_223);
  });

  it("are never less than none", () => {
    const text = () => "TCP: inuse 30000 orphan 0 tw 0 alloc 1 mem 1\n";
    expect(createResourceReader(OPTIONS, { ...linux, text })().freePorts).toBe(0);
  });

  it("are not known where there is no /proc", () => {
    const elsewhere = { ...linux, openFiles: () => undefined, text: () => "" };
    const limits = { openFiles: undefined, ports: undefined };
    const read = createResourceReader({ ...OPTIONS, limits }, elsewhere);
    expect(read()).toEqual({ openFiles: null, openFilesLimit: null, freePorts: null, ports: null });
  });

  it("are listed aside where the kernel does not count them, one list at a time", async () => {
    const listed = Promise.withResolvers<number>();
    const listOpenFiles = vi.fn(() => listed.promise);
    const read = createResourceReader(OPTIONS, { ...linux, openFiles: () => 0, listOpenFiles });
    expect([read().openFiles, read().openFiles]).toEqual([null, null]);
    expect(listOpenFiles).toHaveBeenCalledTimes(1);
    listed.resolve(55);
    await vi.waitFor(() => expect(read().openFiles).toBe(55));
  });

  it.skipIf(process.platform !== "linux")("see a file that this process opens", async () => {
    const read = createResourceReader(OPTIONS);
    const count = () => vi.waitUntil(() => read().openFiles);
    const before = await count();
    const files = Array.from({ length: 50 }, () => openSync("/dev/null", "r"));
    await vi.waitUntil(async () => (await count()) >= before + 40);
    for (const file of files) closeSync(file);
    expect(read().freePorts).toBeLessThanOrEqual(LIMITS.ports);
  });
});
