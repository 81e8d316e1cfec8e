import { describe, expect, it } from "vitest";
import { describePlan } from "../../../src/scenario/describe.ts";
import { planSchema } from "../../../src/record/plan-schema.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const GROUPED = `
name: grouped
provisioning:
  strategy: allow-create
fleet:
  count: 1000
  credentials: access-token
  groups:
    - name: meters
      share: 70%
      provisioning: { profile: meter, key: meter-key, secret: "\${METER_SECRET}" }
      target: { transport: coap }
    - name: gateways
      share: 30%
      provisioning: { key: gateway-key, secret: "\${GATEWAY_SECRET}" }
      credentials: mqtt-basic
target: { host: tb.example.com, port: 1884 }
load: { burst: true }
thresholds:
  - failureRate{group:meters} < 1%
  - "connected{ group: gateways } == provisioned{group:gateways}"
`;
const env = { METER_SECRET: "meter-secret-of-the-test", GATEWAY_SECRET: "gateway-secret-of-the-test" };
const loaded = (...overrides: readonly string[]) => load(GROUPED, overrides, env).plan;
const wrong = (...overrides: readonly string[]) => mistakes(GROUPED, overrides, env).join("\n");

describe("fleet.groups", () => {
  it("with a mistake are that one mistake: nobody is told to write a key that the groups have", () => {
    const misspelt = mistakes(GROUPED, ["fleet.groups.meters.target.transport=cap"], env);
    expect(misspelt).toEqual([
      expect.stringContaining('fleet.groups[0].target.transport is "cap": did you mean coap?'),
    ]);
    const bare = GROUPED.replace("provisioning:\n  strategy: allow-create\n", "");
    expect(mistakes(bare, ["fleet.groups.meters.target.transport=cap"], env)).toHaveLength(1);
  });

  it("have counts, targets and proofs of their own; what they leave out is the scenario's", () => {
    const { fleet, groups, target, provisioning } = loaded();
    expect(fleet.groups).toEqual([
      { name: "meters", count: 700, mix: [{ weight: 1, type: "access-token", made: "given" }] },
      {
        name: "gateways",
        count: 300,
        mix: [{ weight: 1, type: "mqtt-basic", fields: ["clientId", "username", "password"] }],
      },
    ]);
    expect(fleet.names).toEqual({ from: "pattern", pattern: "{prefix}-{group}-{seq:6}" });
    expect(groups).toMatchObject([
      {
        name: "meters",
        target: { transport: "coap", host: "tb.example.com", port: 5683 },
        provisioning: { profile: "meter", key: "meter-key", secretSource: "environment METER_SECRET" },
      },
      {
        name: "gateways",
        target: { transport: "mqtt", host: "tb.example.com", port: 1884, client: "lean" },
        provisioning: { profile: undefined, key: "gateway-key", strategy: "allow-create" },
      },
    ]);
    expect(target).toEqual(groups?.[0]?.target);
    expect(provisioning).toEqual(groups?.[0]?.provisioning);
    expect(loaded().groups?.[1]?.provisioning.secret.reveal()).toBe(env.GATEWAY_SECRET);
  });

  it("name the administrator of another tenant, whose secret no plan shows and whose source it keeps", () => {
    const secret = "password-of-the-test";
    const given = "fleet.groups[1].admin={ username: other@example.com, password: '${OTHER_PASSWORD}' }";
    const { plan } = load(GROUPED, [given], { ...env, OTHER_PASSWORD: secret });
    expect(plan.groups?.map(({ admin }) => [admin?.username, admin?.secretSource])).toEqual([
      [undefined, undefined],
      ["other@example.com", "environment OTHER_PASSWORD"],
    ]);
    expect(plan.groups?.[1]?.admin?.password?.reveal()).toBe(secret);
    expect(describePlan(plan) + JSON.stringify(plan)).not.toContain(secret);
    expect(plan.hash).toBe(loaded().hash);
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan))).groups?.[1]?.admin).toEqual({
      username: "other@example.com",
      secretSource: "environment OTHER_PASSWORD",
    });
  });

  it("say what is wrong with an administrator", () => {
    expect(wrong("fleet.groups[1].admin={}")).toContain("fleet.groups[1].admin");
    expect(wrong("fleet.groups[1].admin={ username: a, apiKey: b }")).toContain("or give its apiKey");
    expect(wrong("fleet.groups[1].admin={ username: a }", "fleet.groups[1].provisioning.key=meter-key")).toContain(
      "it has the key of meters, and so its device profile and tenant",
    );
    expect(wrong("fleet.groups[1].admin.pasword=hunter2-of-the-test")).not.toContain("hunter2");
  });

  it("show no secret in the plan", () => {
    const shown = describePlan(loaded()) + JSON.stringify(loaded());
    for (const secret of Object.values(env)) expect(shown).not.toContain(secret);
  });

  it("take weights and exact counts, which a shorter load keeps in proportion", () => {
    const counts = (...overrides: readonly string[]) => loaded(...overrides).fleet.groups?.map(({ count }) => count);
    expect(counts("fleet.groups[0].share=2", "fleet.groups[1].share=1", "fleet.count=10")).toEqual([7, 3]);
    const exact = [
      "fleet.groups[0].share=",
      "fleet.groups[1].share=",
      "fleet.groups[0].count=997",
      "fleet.groups[1].count=3",
    ];
    expect(counts(...exact)).toEqual([997, 3]);
    expect(counts(...exact, "shorten.devices=10")).toEqual([10, 0]);
    expect(load(GROUPED, [...exact, "shorten.devices=10"], env).warnings.join()).toContain("none is left for gateways");
  });

  it("decide the hash by who they are and how they speak, not by where they go or what they prove themselves with", () => {
    const { hash } = loaded();
    expect(loaded("fleet.groups.meters.provisioning.key=other", "fleet.groups.meters.target.host=other").hash).toBe(
      hash,
    );
    expect(loaded("fleet.groups.meters.share=60%", "fleet.groups.gateways.share=40%").hash).not.toBe(hash);
    expect(loaded("fleet.groups.meters.target.transport=http").hash).not.toBe(hash);
    expect(loaded("fleet.groups.meters.name=metres", "thresholds=[]").hash).not.toBe(hash);
  });

  it("leave a plan without them as it was", () => {
    expect(Object.keys(load(MINIMAL).plan)).not.toContain("groups");
    expect(Object.keys(load(MINIMAL).plan.fleet)).not.toContain("groups");
  });

  it.each([
    [["fleet.groups.meters.share=60%"], "fleet.groups is 90% together: let the shares add up to 100%"],
    [["fleet.groups.meters.share=2"], "write the share of each group as a percentage, or of each as a weight"],
    [["fleet.groups.meters.count=5"], "write a count for each group, or a share for each"],
    [
      ["fleet.groups[0].share=", "fleet.groups[1].share=", "fleet.groups[0].count=9", "fleet.groups[1].count=9"],
      "fleet.groups is 18 together: the fleet has 1,000 devices: let the counts of the groups add up to that",
    ],
    [["fleet.groups.gateways.name=meters"], 'fleet.groups[1].name is "meters": it is there twice'],
    [["fleet.groups.meters.name=a:b"], "use letters, digits, dot, dash and underscore"],
    [["fleet.groups.meters.shares=1"], "fleet.groups[0].shares: there is no such field; did you mean share?"],
    [["fleet.groups=[]"], "name at least two groups"],
    [["fleet.groups.meters.provisioning.key="], "fleet.groups[0].provisioning.key: this field is missing"],
    [["fleet.groups.meters.provisioning.secret="], "as ${METERS_PROVISION_SECRET}"],
    [
      ["fleet.groups.meters.credentials=mqtt-basic"],
      "fleet.groups[0].credentials: over coap devices log in with access tokens only",
    ],
    [
      ["fleet.groups.meters.target.payload=protobuf"],
      'fleet.groups[0].target.payload is "protobuf": over coap requests',
    ],
    [["target.hosts=[a, b]", "target.host="], "fleet.groups[0].target.host: the scenario has several addresses"],
    [["provisioning.strategy=x509-chain"], "each group proves itself with a key and a secret"],
    [
      ["fleet.misbehaviours.repeated-name=1%"],
      "fleet.misbehaviours: it cannot be used together with fleet.groups: leave one of the two out",
    ],
    [
      ["rollCall.at=each", "target.hosts=[a, b]"],
      "with fleet.groups each device logs in where its credentials were issued",
    ],
    [['thresholds=["failureRate{group:meter} < 1%"]'], "there is no group meter; did you mean meters?"],
    [['thresholds=["retry.devices{group:meters} < 1"]'], "retry.devices is not known by group"],
    [['thresholds=["load:roundTrip.p99{group:meters} < 1s"]'], "leave load: out"],
    [['thresholds=[{threshold: "failureRate{group:meters} < 1%", abort: true}]'], "known at the end of the run"],
    [['fleet.name="{prefix}-{groups}-{seq}"'], "{groups} is not known"],
  ])("%j is one mistake, with what to write", (overrides, said) => {
    expect(wrong(...overrides)).toContain(said);
  });

  it("are needed for {group} and for thresholds of groups", () => {
    expect(mistakes(MINIMAL, ['fleet.name="{prefix}-{group}-{seq}"']).join()).toContain("there are no groups");
    expect(mistakes(MINIMAL, ['thresholds=["failureRate{group:x} < 1%"]']).join()).toContain("there are no groups");
  });

  it("warn of a secret that stands in the scenario, and show it in no message", () => {
    const literal = ["fleet.groups.meters.provisioning.secret=literal-secret"];
    expect(load(GROUPED, literal, env).warnings.join()).toContain(
      "fleet.groups[0].provisioning.secret is in the scenario",
    );
    const messages = mistakes(GROUPED, [...literal, "fleet.groups.meters.name=literal-secret/"], env).join("\n");
    expect(messages).not.toContain("literal-secret");
  });
});

it("provisioning may be left out where each group has its own, and nowhere else", () => {
  const text = GROUPED.replace("provisioning:\n  strategy: allow-create\n", "");
  expect(load(text, [], env).plan.provisioning.strategy).toBe("allow-create");
  expect(mistakes(MINIMAL, ["provisioning="])).toEqual([
    expect.stringContaining("provisioning: this field is missing: the device profile's provisioning"),
  ]);
});
