import { readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import { createLineFile, type WriteBytes } from "../../../src/record/line-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const newPath = (): string => join(testFolder(), "lines");

/** A disk with room for `room` bytes: takes what fits, then fails, as a real one does. */
function smallDisk(room: number): WriteBytes {
  let left = room;
  return (file, bytes) => {
    if (left === 0) throw new Error("ENOSPC: no space left on device, write");
    const written = writeSync(file, bytes.subarray(0, left));
    left -= written;
    return written;
  };
}

describe("line file", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("writes after 200 ms, not before", () => {
    const path = newPath();
    const file = createLineFile({ path, mode: 0o644 });
    file.add("one");
    file.add("two");
    vi.advanceTimersByTime(199);
    expect(readFileSync(path, "utf8")).toBe("");
    vi.advanceTimersByTime(1);
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
    file.close();
  });

  it("writes at 64 KB", () => {
    const path = newPath();
    const file = createLineFile({ path, mode: 0o644 });
    const line = "x".repeat(1_023);
    for (let index = 0; index < 64; index += 1) file.add(line);
    expect(statSync(path).size).toBe(64 * 1_024);
    file.close();
  });

  it("has its mode from the first moment and never takes over a file", () => {
    const path = newPath();
    createLineFile({ path, mode: 0o600 }).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => createLineFile({ path, mode: 0o600 })).toThrow(RollcallError);
  });

  it("survives short writes", () => {
    const path = newPath();
    const file = createLineFile({ path, mode: 0o644, write: (to, bytes) => writeSync(to, bytes.subarray(0, 3)) });
    file.add("a line of some length, žluťoučký");
    file.close();
    expect(readFileSync(path, "utf8")).toBe("a line of some length, žluťoučký\n");
  });

  it("cuts a full disk's file back to whole lines, says so once and counts what is lost", async () => {
    const path = newPath();
    const file = createLineFile({ path, mode: 0o644, write: smallDisk(10) });
    for (const line of ["1234", "5678", "9012"]) file.add(line);
    file.flush();
    file.add("later");
    await expect(file.failed).resolves.toHaveProperty("message", expect.stringContaining("ENOSPC"));
    let seen: unknown;
    file.close((loss) => {
      seen = loss;
      return "last";
    });
    expect(seen).toEqual({ lines: 2, error: "ENOSPC: no space left on device, write" });
    expect(readFileSync(path, "utf8")).toBe("1234\n5678\n");
  });

  it("ignores lines after close and closes once", () => {
    const path = newPath();
    const file = createLineFile({ path, mode: 0o644 });
    file.close(() => "last");
    writeFileSync(path, readFileSync(path));
    file.add("late");
    file.close(() => "again");
    vi.advanceTimersByTime(1_000);
    expect(readFileSync(path, "utf8")).toBe("last\n");
  });

  it("lets another file go first", () => {
    const path = newPath();
    const order: string[] = [];
    const file = createLineFile({
      path,
      mode: 0o644,
      before: () => order.push("before"),
      write: (to, bytes) => {
        order.push("write");
        return writeSync(to, bytes);
      },
    });
    file.add("line");
    file.close();
    expect(order).toEqual(["before", "write"]);
  });
});
