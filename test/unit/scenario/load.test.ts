import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describePlan } from "../../../src/scenario/describe.ts";
import { scenarioJsonSchema } from "../../../src/scenario/json-schema.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const scenarios = new URL("../../../scenarios/", import.meta.url);

describe("a plan", () => {
  it("has every default resolved", () => {
    const { plan, warnings } = load(MINIMAL);
    expect(warnings).toEqual([]);
    expect(plan).toMatchObject({
      name: "minimal",
      runId: "abc123",
      prefix: "rcabc123",
      target: { transport: "mqtt", host: "127.0.0.1", port: 1883, mqttVersion: "3.1.1", tls: undefined },
      provisioning: { strategy: "allow-create", key: "the-key", secretSource: "environment SECRET" },
      fleet: { count: 10, seed: 1, names: { from: "pattern", pattern: "{prefix}-{seq:6}" } },
      phases: [{ name: "load", warmup: false, firstSeq: 0, devices: 10, shape: { kind: "closed", concurrency: 2 } }],
      maxInFlight: 10_000,
      rollCall: { when: "after", concurrency: 100, hold: 0, keepAliveSeconds: 60, negativeControl: true },
      timeouts: { connect: 10_000_000, accept: 10_000_000, answer: 22_000_000, login: 22_000_000 },
      thresholds: [],
      generators: "auto",
    });
    expect(plan.provisioning.secret?.reveal()).toBe("the-secret");
  });

  it("is frozen to its depths", () => {
    const { plan } = load(MINIMAL);
    expect(Object.isFrozen(plan)).toBe(true);
    expect(Object.isFrozen(plan.phases[0]?.shape)).toBe(true);
    expect(Object.isFrozen(plan.fleet.mix)).toBe(true);
  });

  it("has a hash of what is asked, not of where, who and how it is judged", () => {
    const hash = load(MINIMAL).plan.hash;
    const same = [
      "target.host=10.0.0.1",
      "target.port=1",
      "provisioning.key=x",
      "fleet.prefix=y",
      "generators=3",
      "thresholds=[failureRate < 1%]",
      "name=other",
    ];
    for (const override of same) expect(load(MINIMAL, [override]).plan.hash).toBe(hash);
    const other = [
      "fleet.count=11",
      "fleet.seed=2",
      "load.closed.concurrency=3",
      "target.mqttVersion=5",
      "rollCall=off",
    ];
    for (const override of other) expect(load(MINIMAL, [override]).plan.hash).not.toBe(hash);
  });

  it("takes secrets from a file", () => {
    const { plan, warnings } = load(MINIMAL, ["provisioning.secret={file: secret.txt}"]);
    expect(plan.provisioning.secret?.reveal()).toBe("from-a-file");
    expect(plan.provisioning).toMatchObject({ secretSource: "file secret.txt" });
    expect(warnings).toEqual([]);
  });

  it("warns of a secret in the scenario itself, without showing it", () => {
    const { warnings } = load(MINIMAL, ["provisioning.secret=hush"]);
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain("hush");
    expect(load(MINIMAL, ["admin={url: 'http://x', apiKey: hush}"]).warnings).toEqual([
      expect.stringContaining("admin.apiKey is in the scenario itself"),
    ]);
  });

  it("never shows a secret when it is described or printed", () => {
    const { plan } = load(MINIMAL);
    expect(describePlan(plan)).toContain('secret: "[redacted]"');
    expect(describePlan(plan) + JSON.stringify(plan)).not.toContain("the-secret");
  });

  it.each([
    [["target.tls=true"], 8883],
    [["target.transport=http", "rollCall=off"], 8080],
    [["target={transport: http, tls: true}", "rollCall=off"], 443],
    [["target.transport=coap", "rollCall=off"], 5683],
  ])("with %s has port %d", (overrides, port) => {
    expect(load(MINIMAL, overrides).plan.target.port).toBe(port);
  });

  it("mixes credentials by weight, each as a word or a mapping", () => {
    const mix = "fleet.credentials=[access-token-server, {type: mqtt-basic, fields: [username], weight: 2.5}]";
    expect(load(MINIMAL, [mix]).plan.fleet.mix).toEqual([
      { weight: 1, type: "access-token", made: "server" },
      { weight: 2.5, type: "mqtt-basic", fields: ["username"] },
    ]);
  });

  it.each([
    [3.1, "3.1"],
    [5, "5"],
    ["3.1.1", "3.1.1"],
  ])("takes MQTT version %s", (written, version) => {
    expect(load(MINIMAL, [`target.mqttVersion=${written}`]).plan.target.mqttVersion).toBe(version);
  });

  it("reads names from a file, one a line", () => {
    const { plan } = load(MINIMAL, ["fleet={names: {file: names.txt}, count: 3}"]);
    expect(plan.fleet.names).toEqual({ from: "list", names: ["a", "b", "c"] });
  });

  it("takes the names of an earlier run, each once, and as many devices", () => {
    const again = ["provisioning.strategy=pre-provisioned", "fleet={names: {roster: abc123}}"];
    const { plan, warnings } = load(MINIMAL, again);
    expect(plan.fleet).toMatchObject({ count: 2, names: { from: "list", names: ["a", "b"] } });
    expect(warnings).toEqual([]);
  });
});

describe("warnings", () => {
  it.each([
    ["a cap that a burst cannot pass", ["load={burst: true}", "maxInFlight=4"], "6 devices of the burst load"],
    ["certificates that nobody checks", ["target.tls={insecure: true}"], "any certificate is accepted"],
    ["names that a second run has again", ["fleet.name='m-{seq}'"], "has no {prefix}"],
    ["names that exist already", ["fleet={names: {roster: abc123}}"], "answers FAILURE to those"],
    ["names that cannot exist yet", ["provisioning.strategy=pre-provisioned"], "each run has a new fleet.prefix"],
    [
      "no names for devices that exist",
      ["provisioning.strategy=pre-provisioned", "fleet.names=server"],
      "give its name",
    ],
    ["a password alone", ["fleet.credentials={type: mqtt-basic, fields: [clientId, password]}"], "answers FAILURE"],
    ["too few samples", ["thresholds=[roundTrip.p99 < 1s]"], "needs 368 samples"],
  ])("tell of %s", (_what, overrides, text) => {
    const { warnings } = load(MINIMAL, overrides);
    expect(warnings).toEqual([expect.stringContaining(text)]);
  });

  it("are silent about samples where there are enough", () => {
    expect(load(MINIMAL, ["fleet.count=368", "thresholds=[roundTrip.p99 < 1s]"]).warnings).toEqual([]);
    expect(load(MINIMAL, ["fleet.count=72", "thresholds=[roundTrip.p95 < 1s]"]).warnings).toEqual([]);
    expect(load(MINIMAL, ["fleet.count=3687", "thresholds=[roundTrip.p99.9 < 1s]"]).warnings).toHaveLength(1);
  });
});

describe("the number of devices", () => {
  const phases = (text: string) => load(`name: x\nprovisioning: { key: k, secret: s }\n${text}`).plan.phases;

  it("of a timed rate is rate times duration", () => {
    expect(phases("load: { constant: { rate: 50/s }, duration: 90s }")[0]?.devices).toBe(4_500);
    expect(phases("load: { poisson: { rate: 60/m }, duration: 2m }")[0]?.devices).toBe(120);
  });

  it("of a ramp follows from its shape", () => {
    expect(phases("load: { ramp: { from: 0, to: 100/s, duration: 10s } }")[0]?.devices).toBe(500);
  });

  it("of one phase may be the rest of the fleet", () => {
    const [first, second] = phases(
      "fleet: { count: 100 }\nload: [{ closed: { concurrency: 5 } }, { constant: { rate: 10 }, duration: 3s }]",
    );
    expect(first).toMatchObject({ name: "phase 1", firstSeq: 0, devices: 70 });
    expect(second).toMatchObject({ name: "phase 2", firstSeq: 70, devices: 30 });
  });

  it("follows from a list of names", () => {
    const { plan } = load(MINIMAL, ["fleet={names: {file: names.txt}}"]);
    expect(plan.phases[0]?.devices).toBe(3);
  });

  it("grows with --set fleet.count", () => {
    expect(load(MINIMAL, ["fleet.count=50000"]).plan.phases[0]?.devices).toBe(50_000);
  });
});

describe("mistakes", () => {
  it("are reported all at once, in the order of the file, each with its place and its fix", () => {
    expect(
      mistakes(`name: bad run
target:
  hots: x
  port: 99999
provisioning:
  key: k
  secret: s
fleet:
  cout: 3
load:
  constant: { rate: fast }
  duration: 10 parsecs
thresholds: ["roundTrip.p98 < 3s"]
`),
    ).toEqual([
      '1:1    name is "bad run": use letters, digits, dot, dash and underscore',
      "3:3    target.hots: there is no such field; did you mean hosts?",
      "4:3    target.port is 99999: write a port number from 1 to 65535",
      "9:3    fleet.cout: there is no such field; did you mean count?",
      '11:15  load.constant.rate is "fast": write a rate above 0: 100/s, 30/min, 1/10s, or a number a second',
      '12:3   load.duration is "10 parsecs": write a duration above 0: 500ms, 30s, 1m30s, or a number of seconds',
      '13:14  thresholds[0] is "roundTrip.p98 < 3s": there is no quantity roundTrip.p98; did you mean roundTrip.p90?',
    ]);
  });

  it.each([
    ["an unset variable", "fleet.seed=${NOPE}", "NOPE is not set"],
    ["two shapes", "load.burst=true", "it has closed and burst"],
    ["a fleet that the load does not use up", "load.devices=4", "the load uses 4 devices"],
    ["names that are all the same", "fleet.name=meter", "put {seq} into it"],
    ["an unknown placeholder", "fleet.name='{seq}-{host}'", "{host} is not known"],
    ["a name that ThingsBoard refuses", "fleet.name=<{seq}>", "ThingsBoard refuses"],
    ["too few names", "fleet.names=[a, b]", "give as many names"],
    ["a file that is not there", "fleet.names={file: nope.txt}", "cannot be read"],
    ["shares above one", "fleet.misbehaviours={wrong-key: 60%, wrong-secret: 60%}", "must not exceed 100 %"],
    ["a cap below the concurrency", "maxInFlight=1", "write at least 2"],
    ["certificates without TLS", "fleet.credentials=x509", "set target.tls"],
    ["time to usable without inline", "thresholds=[timeToUsable.p99 < 1s]", "rollCall: inline only"],
    ["a threshold of another phase", "thresholds=['x:roundTrip.p99 < 1s']", "there is no phase x"],
    ["a limit without its unit", "thresholds=[roundTrip.p99 < 500]", "a duration with its unit"],
    ["a password of nobody", "admin={url: 'http://x', password: p}", "give admin.username as well"],
    ["a ramp with devices of its own", "load={ramp: {from: 0, to: 10, duration: 2s}, devices: 3}", "makes 10 arrivals"],
    ["a ramp that goes nowhere", "load={ramp: {from: 0, to: 0, duration: 2s}}", "makes no arrival"],
    ["devices and a duration", "load={constant: {rate: 1}, devices: 3, duration: 3s}", "not both"],
    ["two phases for the rest", "load=[{burst: true}, {closed: {concurrency: 1}}]", "give this one devices"],
    ["phases that leave nothing", "load=[{burst: true, devices: 10}, {burst: {}}]", "write more than 10"],
    ["two phases of one name", "load=[{name: a, burst: true, devices: 4}, {name: a, burst: true}]", "has this name"],
    ["a load that is all warm-up", "load.warmup=true", "nothing would be measured"],
    ["a phase without a shape", "load={devices: 10}", "exactly one of closed, burst"],
    ["a rate of nothing", "load={constant: {rate: 0}}", "write a rate above 0"],
    ["no way to know the devices", "fleet={}", "give it, or give the phase devices"],
    ["more devices than can be told apart", "load={constant: {rate: 1000000}, duration: 8000h}", "at most 100,000,000"],
    ["a name with spaces around it", "fleet.name=' {seq}'", "cuts spaces off both ends"],
    ["a name that is too long", `fleet.name='${"x".repeat(250)}{seq:6}'`, "more than 255 characters"],
    ["a bad name in a list", "fleet.names=[a, <b>, c, d, e, f, g, h, i, j]", "ThingsBoard refuses <"],
    ["a run that is not there", "fleet.names={roster: def456}", "There is no run def456."],
    ["a run without names", "fleet={names: {roster: nameless}, count: 1}", "under a name of its own"],
    ["a file without names", "fleet={names: {file: empty.txt}, count: 1}", "it has no names"],
    ["an empty secret", "provisioning.secret={file: empty.txt}", "it is empty"],
    ["a port beyond all ports", "target.port=65536", "a port number from 1 to 65535"],
    ["a host with its scheme", "target.host=mqtt://tb", "write the host only"],
    ["a host with its port", "target.host='tb:1883'", "write the host only"],
    ["a cap of nothing", "maxInFlight=0", "a whole number of at least 1"],
    ["no generators", "generators=0", "auto, or a whole number of at least 1"],
    ["a number in a text field", "admin={url: 'http://x', username: 5, apiKey: k}", "put it in quotes"],
    ["an authority that is no certificate", "target.tls={ca: names.txt}", "there is no certificate in it"],
    ["an authority that is not there", "target.tls={ca: nope.pem}", "cannot be read"],
    ["protobuf over HTTP", "target={transport: http, payload: protobuf}", "requests are JSON"],
    ["CoAP over DTLS", "target={transport: coap, tls: true}", "DTLS is not supported"],
    ["an MQTT version for HTTP", "target={transport: http, mqttVersion: 5}", "has no MQTT version"],
    ["an MQTT client for HTTP", "target={transport: http, client: lean}", "has no MQTT client"],
    ["an MQTT client there is none of", "target.client=paho", "lean"],
    ["a hold without a roll call", "rollCall={when: off, hold: 3s}", "no sessions to hold"],
    ["a time-out beyond the histograms", "timeouts.answer=11m", "write at most 10m"],
    ["a chain of certificates without them", "provisioning.strategy=x509-chain", "the authority that signs"],
    ["an authority that signs nothing", "provisioning.chain={certificate: ca.pem, key: k}", "only strategy x509-chain"],
    ["credentials of an unknown type", "fleet.credentials=[{type: mqtt-basik}]", "did you mean mqtt-basic?"],
    ["an unknown misbehaviour", "fleet.misbehaviours={wrong-kye: 5%}", "did you mean wrong-key?"],
    ["a transport there is none of", "target.transport=mtqt", "did you mean mqtt?"],
    [
      "an API key over two lines",
      'admin={url: "http://x", apiKey: "hush\\nhush"}',
      "admin.apiKey: it has a line break in it (the scenario): write it without",
    ],
    [
      "an API key with half a character",
      'admin={url: "http://x", apiKey: "hush\\ud800"}',
      "it has a character that cannot be sent in it",
    ],
    [
      "a bearer token over two lines",
      'watch={prometheus: "http://x/metrics", bearer: "hush\\nhush"}',
      "watch.bearer: it has a line break in it",
    ],
    ["a URL with a password in it", "admin={url: 'http://a:b@x', apiKey: k}", "without user and password"],
  ])("name %s", (_what, override, fix) => {
    expect(mistakes(MINIMAL, [override]).join("\n")).toContain(fix);
  });

  it("between sound parts are found although another part has mistakes", () => {
    expect(mistakes(MINIMAL, ["targt=3", "fleet.count=11", "load.devices=10", "provisioning.key="])).toEqual([
      "--set targt: there is no such field; did you mean target?",
      "--set fleet.count is 11: the load uses 10 devices: write 10, leave it out, or give the phase neither devices nor duration",
      "--set provisioning.key: this field is missing: the device profile's provision key, as ${ROLLCALL_PROVISION_KEY}",
    ]);
  });

  it("are not followed by what is only their echo", () => {
    const overrides = ["load.clsed={}", "thresholds=['load:roundTrip.p50 < 1s']", "maxInFlight=1"];
    expect(mistakes(MINIMAL, overrides)).toEqual(["--set load.clsed: there is no such field; did you mean closed?"]);
  });

  it("say where phases are written", () => {
    expect(mistakes(MINIMAL, ["load={phases: []}"])).toEqual([
      "--set load.phases: there is no such field; write the phases as a list under load itself: load: [{ name: warm, … }, { name: steady, … }]",
    ]);
  });

  it("of an empty file name what must be there", () => {
    expect(mistakes("")).toEqual([
      expect.stringMatching(/^name: this field is missing/),
      expect.stringMatching(/^provisioning: this field is missing/),
      expect.stringMatching(/^load: this field is missing/),
    ]);
    expect(mistakes("[a, b]")).toEqual(["the scenario is a list: write a mapping"]);
  });

  it("count an unset variable once", () => {
    expect(mistakes(MINIMAL, ["fleet.seed=${NOPE}"])).toHaveLength(1);
  });

  it("never show a secret", () => {
    const text = mistakes(MINIMAL, ["provisioning.secret=[hush]", "admin={url: 3, password: hush}"]).join("\n");
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hush");
  });
});

describe("the published scenarios", () => {
  const files = readdirSync(scenarios).filter((name) => name.endsWith(".yaml"));

  it("are there", () => expect(files.length).toBeGreaterThanOrEqual(7));

  it.each(files)("%s is valid, without a warning, and names its schema", (file) => {
    const text = readFileSync(new URL(file, scenarios), "utf8");
    // A chain of certificates has neither.
    const chain = text.includes("strategy: x509-chain");
    const overrides = chain ? [] : ["provisioning.key=${KEY}", "provisioning.secret=${SECRET}"];
    const { plan, warnings } = load(text, overrides);
    expect(warnings).toEqual([]);
    expect(`${plan.name}.yaml`).toBe(file);
    expect(text.startsWith("# yaml-language-server: $schema=./scenario.schema.json\n")).toBe(true);
  });

  it("have the schema that `rollcall schema` prints", () => {
    const committed = JSON.parse(readFileSync(new URL("scenario.schema.json", scenarios), "utf8")) as unknown;
    expect(committed).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });
});
