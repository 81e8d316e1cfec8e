import { expect, it } from "vitest";
import { helloText } from "../../../src/workers/crew/hello-text.ts";

it("tells of a worker in one line, with figures as everywhere", () => {
  const hello = { cores: 2, rollcall: "1.0.0", memoryBytes: 3_900_000_000, openFiles: 20_000, ports: 28_232 };
  expect(helloText({ ...hello, name: "load-1", host: "ip-10-0-0-5" })).toBe(
    "load-1 on ip-10-0-0-5: 2 cores, rollcall 1.0.0, 20,000 open files, 28,232 ports, 4 GB",
  );
  expect(helloText({ ...hello, name: "a", host: "a", cores: 1, openFiles: null, ports: null })).toBe(
    "a: 1 core, rollcall 1.0.0, 4 GB",
  );
});
