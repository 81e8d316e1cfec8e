import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { workerFolder } from "../../../src/runs/crew/worker-folder.ts";

const folderOf = (name: string, variables = {}): string => workerFolder({ variables, home: "/home/a" }, name);

describe("the folder of a worker that is not told any", () => {
  it("is one for each name, in the cache", () => {
    expect(folderOf("left")).toBe("/home/a/.cache/rollcall/worker/left");
    expect(folderOf("host-1.example.com", { XDG_CACHE_HOME: "/cache" })).toBe(
      "/cache/rollcall/worker/host-1.example.com",
    );
  });

  it.each(["..", ".", "a/b", "../../etc", "ä ö", "..a"])("stays beneath it, whatever the name is: %s", (name) => {
    expect(dirname(folderOf(name))).toBe("/home/a/.cache/rollcall/worker");
    expect(folderOf(name)).not.toBe(folderOf("a"));
  });
});
