import { describe, expect, it } from "vitest";
import { readMetricsSetting } from "../../../src/metrics/metrics-setting.ts";

describe("where metrics go", () => {
  it("is nowhere unless asked for", () => {
    expect(readMetricsSetting({})).toBeUndefined();
  });

  it.each([
    ["9464", { host: "127.0.0.1", port: 9464 }],
    ["0.0.0.0:9464", { host: "0.0.0.0", port: 9464 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["metrics.example:65535", { host: "metrics.example", port: 65_535 }],
  ])("reads %s: this machine alone where no host is given", (typed, prometheus) => {
    expect(readMetricsSetting({ prometheus: typed })).toEqual({ prometheus, otlp: undefined });
  });

  it.each(["", ":9464", "localhost", "http://localhost:9464", "a b:1", "127.0.0.1:9464/metrics"])(
    "refuses %j, with what to do",
    (typed) => {
      expect(() => readMetricsSetting({ prometheus: typed })).toThrow(/^--prometheus .*: that is no port/);
    },
  );

  it.each(["0", "127.0.0.1:0", "65536"])("refuses %j, whose port is none", (typed) => {
    const port = typed.split(":").at(-1);
    expect(() => readMetricsSetting({ prometheus: typed })).toThrow(
      `--prometheus ${typed}: ${port} is no port from 1 to 65535.`,
    );
  });

  it("adds the path that collectors have, unless one is given", () => {
    const read = (otlp: string) => readMetricsSetting({ otlp })?.otlp?.href;
    expect(read("http://127.0.0.1:4318")).toBe("http://127.0.0.1:4318/v1/metrics");
    expect(read("https://c.example/otlp/v1/metrics")).toBe("https://c.example/otlp/v1/metrics");
  });

  it("never repeats a password that was typed into the address", () => {
    const secret = "hunter2";
    for (const otlp of [`http://me:${secret}@c.example`, `ftp://me:${secret}@c.example`, `me:${secret}`]) {
      expect(() => readMetricsSetting({ otlp })).toThrow(expect.not.stringContaining(secret));
      expect(() => readMetricsSetting({ otlp })).toThrow(/^--otlp: /);
    }
  });
});
