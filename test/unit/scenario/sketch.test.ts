import { describe, expect, it } from "vitest";
import { isTargetUrl, readLoadWords, readTargetUrl, type Sketch, writeSketch } from "../../../src/scenario/sketch.ts";
import { load } from "../../support/scenario-text.ts";

const NONE = { rate: undefined, closed: undefined, devices: undefined, duration: undefined };
const BASE: Sketch = {
  name: "quick",
  target: { transport: "mqtt", host: "tb.example.com", port: 1883, tls: false },
  key: "${KEY}",
  secret: { variable: "SECRET" },
  load: { kind: "burst", devices: 7 },
};

describe("the address of a target", () => {
  it.each([
    ["mqtt://tb", { transport: "mqtt", host: "tb", port: 1883, tls: false }],
    ["MQTTS://tb.example.com:8884/", { transport: "mqtt", host: "tb.example.com", port: 8884, tls: true }],
    ["http://10.0.0.1", { transport: "http", host: "10.0.0.1", port: 80, tls: false }],
    ["https://tb", { transport: "http", host: "tb", port: 443, tls: true }],
    ["coap://[::1]:5684", { transport: "coap", host: "::1", port: 5684, tls: false }],
  ])("%s says how and where", (url, target) => {
    expect(isTargetUrl(url)).toBe(true);
    expect(readTargetUrl(url, undefined, false)).toEqual(target);
  });

  it.each([
    ["coaps://tb", "CoAP over DTLS is not supported"],
    ["ftp://tb", "one of mqtt, mqtts, http, https, coap"],
    ["mqtt://", "without user, password and path"],
    ["mqtt://tb:70000", "without user, password and path"],
    ["mqtt://tb:1883/path", "without user, password and path"],
    ["mqtt://user:hush@tb", "mqtt://…@tb"],
  ])("%s is refused", (url, words) => {
    expect(() => readTargetUrl(url, undefined, false)).toThrow(words);
    expect(() => readTargetUrl(url, undefined, false)).not.toThrow("hush");
  });

  it("takes an authority over TLS alone", () => {
    expect(readTargetUrl("mqtts://tb", "/ca.pem", false).tls).toEqual({ ca: "/ca.pem" });
    expect(readTargetUrl("mqtts://tb", undefined, true).tls).toEqual({ insecure: true });
    expect(() => readTargetUrl("mqtt://tb", "/ca.pem", false)).toThrow("write mqtts://");
  });

  it("is no file", () => {
    expect(isTargetUrl("scenarios/ramp.yaml")).toBe(false);
  });
});

describe("a load in words", () => {
  it.each([
    [
      { rate: "50", duration: "30s" },
      { kind: "constant", rate: "50/s", duration: "30s" },
    ],
    [
      { rate: "1/10s", devices: 3 },
      { kind: "constant", rate: "1/10s", devices: 3 },
    ],
    [
      { closed: 200, devices: 1000 },
      { kind: "closed", concurrency: 200, devices: 1000 },
    ],
    [
      { closed: 200, duration: "30s" },
      { kind: "closed", concurrency: 200, duration: "30s" },
    ],
    [
      { closed: 200, duration: "30s", devices: 1000 },
      { kind: "closed", concurrency: 200, duration: "30s", devices: 1000 },
    ],
    [{ devices: 5 }, { kind: "burst", devices: 5 }],
  ])("%j", (words, read) => {
    expect(readLoadWords({ ...NONE, ...words })).toEqual(read);
  });

  it.each([
    [{}, "No load is given."],
    [{ rate: "fast", duration: "1s" }, "--rate fast"],
    [{ rate: "0", duration: "1s" }, "--rate 0"],
    [{ rate: "5" }, "--rate needs --duration, or --devices"],
    [{ rate: "5", duration: "soon" }, "--duration soon"],
    [{ rate: "5", closed: 5 }, "exclude each other"],
    [{ closed: 5 }, "--closed needs --duration, or --devices"],
    [{ duration: "5s" }, "--duration needs --rate or --closed"],
  ])("%j is refused", (words, message) => {
    expect(() => readLoadWords({ ...NONE, ...words })).toThrow(message);
  });
});

describe("a sketched scenario", () => {
  it.each<[string, Partial<Sketch>, object]>([
    ["a burst", {}, { phases: [{ devices: 7, shape: { kind: "burst" } }] }],
    [
      "a rate",
      { load: { kind: "constant", rate: "30/min", duration: "1m" } },
      { phases: [{ devices: 30, shape: { kind: "constant", rate: 0.5 } }] },
    ],
    [
      "a closed load",
      { load: { kind: "closed", concurrency: 2, devices: 9 } },
      { phases: [{ devices: 9, shape: { kind: "closed", concurrency: 2 } }] },
    ],
    [
      "a closed load for a time, with a ceiling",
      { load: { kind: "closed", concurrency: 2, duration: "3s", devices: 9 } },
      { phases: [{ devices: 9, shape: { kind: "closed", concurrency: 2, duration: 3_000_000 } }] },
    ],
    [
      "TLS with an authority, and a secret in a file",
      { target: { ...BASE.target, tls: { ca: "ca.pem" } }, secret: { file: "secret.txt" } },
      { target: { tls: { insecure: false } }, provisioning: { secretSource: "file secret.txt" } },
    ],
    ["a target over HTTP", { target: { ...BASE.target, transport: "http" } }, { target: { transport: "http" } }],
    ["a target over CoAP", { target: { ...BASE.target, transport: "coap" } }, { target: { transport: "coap" } }],
    ["an odd key", { key: "a: #${b" }, { provisioning: { key: "a: #${b" } }],
    ["digits that are a text", { key: "0123" }, { provisioning: { key: "0123" } }],
    ["an address", { target: { ...BASE.target, host: "::1" } }, { target: { host: "::1" } }],
  ])("of %s is one that loads, without a warning", (_, part, plan) => {
    const loaded = load(writeSketch({ ...BASE, ...part }));
    expect(loaded.plan).toMatchObject(plan);
    expect(loaded.warnings).toEqual([]);
  });
});
