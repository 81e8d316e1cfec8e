import { describe, expect, it } from "vitest";
import { parseNodeFault } from "../../../src/runs/simulation/node-fault-option.ts";

const CLUSTER = { hosts: ["127.0.0.1", "127.0.0.2", "::1"], cores: 2 };

describe("a node's fault as an option", () => {
  it.each([
    ["127.0.0.2:down@30s+20s", { kind: "down", of: { host: "127.0.0.2" }, from: 30_000, for: 20_000 }],
    ["127.0.0.2:cut-off@1m", { kind: "cut-off", of: { host: "127.0.0.2" }, from: 60_000 }],
    ["127.0.0.1:down", { kind: "down", of: { host: "127.0.0.1" } }],
    ["[::1]:lag:500ms", { kind: "lag", of: { host: "::1" }, ms: 500 }],
    ["core2:down@0s+1.5s", { kind: "down", of: { core: 1 }, from: 0, for: 1_500 }],
  ])("reads %s", (text, fault) => {
    expect(parseNodeFault(text, CLUSTER)).toEqual(fault);
  });

  it.each([
    ["127.0.0.2", /it is not address:kind/],
    ["127.0.0.2:up@3s", /it is not address:kind/],
    ["127.0.0.9:down", /no transport is at 127\.0\.0\.9: there are 127\.0\.0\.1, 127\.0\.0\.2, ::1/],
    ["core3:down", /core1 to core2/],
    ["core0:down", /core1 to core2/],
    ["core1:lag:3s", /a core can only be down/],
    ["127.0.0.2:lag", /a lag needs its time/],
    ["127.0.0.2:down:5s", /down has no time of its own/],
    ["127.0.0.2:down@soon", /soon is no time/],
    ["127.0.0.2:down@1s+later", /later is no time/],
  ])("refuses %s with the reason", (text, reason) => {
    expect(() => parseNodeFault(text, CLUSTER)).toThrow(reason);
  });
});
