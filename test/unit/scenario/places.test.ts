import { describe, expect, it } from "vitest";
import { overridesOf } from "../../../src/runs/aim/load-scenario.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const targetOf = (...overrides: readonly string[]) => load(MINIMAL, overrides).plan.target;

describe("target.hosts", () => {
  it("takes names, addresses, ports and weights; host and port are those of the first", () => {
    expect(
      targetOf(
        "target.port=1884",
        'target.hosts=[10.0.0.1, "n2:1999", "[::1]:1885", "fd00::2", {host: n5, port: 1, weight: 2.5}]',
      ),
    ).toMatchObject({
      host: "10.0.0.1",
      port: 1884,
      hosts: [
        { host: "10.0.0.1", port: 1884, weight: 1 },
        { host: "n2", port: 1999, weight: 1 },
        { host: "::1", port: 1885, weight: 1 },
        { host: "fd00::2", port: 1884, weight: 1 },
        { host: "n5", port: 1, weight: 2.5 },
      ],
    });
  });

  it("of one is that one, and leaves the plan as it always was", () => {
    expect(targetOf("target.hosts=[10.0.0.1]")).toEqual(targetOf("target.host=10.0.0.1"));
    expect(Object.keys(targetOf())).toEqual(["transport", "host", "port", "mqttVersion", "client", "payload", "tls"]);
  });

  it.each([
    [["target.hosts=[a, b]", "target.host=c"], "target.hosts: target.host says where devices go as well"],
    [["target.hosts=[a, b]", "target.srv=_mqtt._tcp.tb"], "target.srv: target.hosts says where devices go as well"],
    [["target.hosts=[a, a]"], 'target.hosts[1] is "a:1883": it stands there twice'],
    [["target.hosts=[a, b:99999]"], 'target.hosts[1] is "b:99999": write a port from 1 to 65535'],
    [["target.hosts=[a, b:0]"], 'target.hosts[1] is "b:0": write a port from 1 to 65535'],
    [["target.hosts=[mqtt://a]"], "write a host without mqtt://"],
    [["target.hosts=[]"], "name at least one host"],
    [["target.hosts=a"], 'target.hosts is "a": write a list of hosts'],
    [['target.host="a,b"'], "write several as target.hosts: [a, b], or --host a,b"],
    [["target.srv=_mqtt._tcp.tb", "target.port=1"], "the SRV records say the port"],
    [["target.srv=tb"], "write the name of SRV records: _mqtt._tcp.example.com"],
    [["target.spread=turn"], "write round-robin or random or least-in-flight"],
    [["target.dns={servers: [tb]}"], "write an address, or address:port"],
  ])("%j is one mistake, with what to write", (overrides, said) => {
    expect(mistakes(MINIMAL, overrides).join("\n")).toContain(said);
  });
});

it("takes how names are looked up in short and in whole", () => {
  expect(targetOf("target.dns=follow").dns).toEqual({ servers: undefined, follow: true });
  expect(targetOf("target.dns=once").dns).toEqual({ servers: undefined, follow: false });
  expect(targetOf('target.dns={servers: ["10.0.0.2:53"]}').dns).toEqual({ servers: ["10.0.0.2:53"], follow: true });
});

describe("--host", () => {
  const target = (host: string) => targetOf(...overridesOf({ scenario: "", set: ["target.srv=_a._tcp.b"], host }));

  it("with commas is a list, and stands in for whatever the scenario says", () => {
    expect(target("a, b:1999")).toMatchObject({ host: "a", hosts: [{ host: "a" }, { host: "b", port: 1999 }] });
    expect(target("a,b")).not.toHaveProperty("srv");
  });

  it("of one host stands in for a list", () => {
    expect(targetOf("target.hosts=[x, y]", ...overridesOf({ scenario: "", set: [], host: "a" }))).toEqual(
      targetOf("target.host=a"),
    );
  });
});
