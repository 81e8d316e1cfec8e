import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

describe("the environment", () => {
  const host = (written: string, env: Readonly<Record<string, string>> = {}) =>
    load(MINIMAL, [`target.host='${written}'`], env).plan.target.host;

  it("fills in a variable, its default, and parts of a text", () => {
    expect(host("${H}", { H: "tb" })).toBe("tb");
    expect(host("${H:-127.0.0.1}")).toBe("127.0.0.1");
    expect(host("${H:-127.0.0.1}", { H: "" })).toBe("127.0.0.1");
    expect(host("${A}.${B}", { A: "tb", B: "example" })).toBe("tb.example");
  });

  it("leaves ${ where it is asked to", () => {
    expect(load(MINIMAL, ["provisioning.key='$${KEY}'"]).plan.provisioning.key).toBe("${KEY}");
  });

  it("fills in numbers and flags", () => {
    const overrides = ["fleet.count=${N}", "target.port=${P:-1}", "load.closed.concurrency=${C}", "fleet.gateway=${G}"];
    const { plan } = load(MINIMAL, overrides, { N: "30", C: "3", G: "true" });
    expect(plan).toMatchObject({ target: { port: 1 }, fleet: { count: 30, gateway: true } });
    expect(plan.phases[0]?.shape).toEqual({ kind: "closed", concurrency: 3 });
  });

  it("names what is not set, once, and what is no reference", () => {
    expect(mistakes(MINIMAL, ["fleet.count=${NOPE}"])).toEqual([
      "--set fleet.count: the environment variable NOPE is not set: export NOPE=...",
    ]);
    expect(mistakes(MINIMAL, ["name='${1}'"])[0]).toContain("neither ${NAME} nor ${NAME:-default}");
    expect(mistakes(MINIMAL, ["name='${toString}'"])[0]).toContain("toString is not set");
  });

  it("is shown as it is written, not as it is set", () => {
    expect(mistakes(MINIMAL, ["target.port=${P}"], { P: "private" })).toEqual([
      '--set target.port is "${P}": write a port number from 1 to 65535',
    ]);
  });

  it("is where a secret comes from if a variable is set, and not if it is the default", () => {
    const secret = ["provisioning.secret='${S:-fallback}'"];
    expect(load(MINIMAL, secret, { S: "x" })).toMatchObject({
      plan: { provisioning: { secretSource: "environment S" } },
      warnings: [],
    });
    expect(load(MINIMAL, secret)).toMatchObject({
      plan: { provisioning: { secretSource: "scenario" } },
      warnings: [expect.stringContaining("provisioning.secret is in the scenario itself")],
    });
  });

  it("keeps a secret that stands in another field as well out of every message", () => {
    const overrides = [
      "provisioning.secret=hunter2hunter2",
      "thresholds=[hunter2hunter2 < 1]",
      "name='hunter2hunter2 x'",
    ];
    const text = mistakes(MINIMAL, overrides).join("\n");
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hunter2");
  });
});
