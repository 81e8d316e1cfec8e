import { describe, expect, it } from "vitest";
import { load, mistakes } from "../../support/scenario-text.ts";

/** What can be read in two ways, or not at all, and used to be read in one without a word. */

const text = (fleet: string, more = ""): string =>
  `name: n\nprovisioning: { key: "\${KEY}", secret: "\${SECRET}" }\nfleet: ${fleet}\nload: { burst: true }\n${more}`;
const namesOf = (fleet: string) => load(text(fleet)).plan.fleet.names;

describe("names", () => {
  it("that stand more than once are told with their lines, or entries", () => {
    expect(mistakes(text("{ names: { file: dup.txt } }"))).toEqual([
      expect.stringContaining('"dup" is there more than once, lines 1, 2: give each name once'),
    ]);
    expect(mistakes(text("{ names: [a, b, a] }"))).toEqual([
      expect.stringContaining('"a" is there more than once, entries 1, 3'),
    ]);
  });

  it("may begin with #, unless a space follows", () => {
    expect(namesOf("{ names: { file: hash.txt } }")).toEqual({ from: "list", names: ["one", "#2", "two"] });
  });

  it("of a CSV file come from a column, and are warned of without", () => {
    const { plan, warnings } = load(text("{ names: { file: table.csv, column: name } }"));
    expect([plan.fleet.names, warnings]).toEqual([{ from: "list", names: ["meter-1", "meter-2"] }, []]);
    expect(load(text("{ names: { file: table.csv } }")).warnings).toEqual([
      expect.stringContaining("table.csv looks like a table, and each whole line is a name"),
    ]);
    expect(mistakes(text("{ count: 2, names: { file: table.csv, column: id } }"))).toEqual([
      expect.stringContaining("it has no column id: its first line has name, type, label"),
    ]);
  });
});

describe("a key or a secret from the environment", () => {
  it.each([
    ["a carriage return", "the-key\r"],
    ["a line break", "the-key\n"],
    ["white space", " the-key"],
    ["a character that is not UTF-8", "the-k\u{FFFD}y"],
  ])("with %s is warned of, and not shown", (what, value) => {
    for (const [variable, field] of [
      ["KEY", "key"],
      ["SECRET", "secret"],
    ] as const) {
      const { warnings } = load(text("{ count: 1 }"), [], { [variable]: value });
      expect(warnings).toEqual([
        expect.stringMatching(`^provisioning.${field} \\(environment ${variable}\\) has ${what}`),
      ]);
      expect(warnings.join()).not.toContain(value);
    }
  });
});

describe("a share", () => {
  it("of a bare 1 or more is refused with both readings", () => {
    expect(mistakes(text("{ count: 1 }", "thresholds: [failureRate < 1]"))).toEqual([
      expect.stringContaining("1 may be 1 % or 100 %: write 1% or 100%"),
    ]);
    expect(mistakes(text("{ count: 1, misbehaviours: { wrong-key: 1 } }"))).toEqual([
      expect.stringContaining("1 may be 1 % or 100 %: write 1% or 100%"),
    ]);
  });
});

describe("credentials", () => {
  it.each([
    ["[]", "name at least one of clientId, username, password"],
    ["[password]", "a password alone names no device"],
  ])("of mqtt-basic with fields %s are a mistake", (fields, said) => {
    expect(mistakes(text(`{ count: 1, credentials: { type: mqtt-basic, fields: ${fields} } }`))).toEqual([
      expect.stringContaining(said),
    ]);
  });
});

describe("a host", () => {
  it.each([
    ["[::1]", "::1"],
    ["::1", "::1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["[fe80::1%eth0]", "fe80::1%eth0"],
    ["10.0.0.1", "10.0.0.1"],
    ["tb.example.com", "tb.example.com"],
  ])("%s is %s", (written, host) => {
    expect(load(text("{ count: 1 }", `target: { host: "${written}" }`)).plan.target.host).toBe(host);
  });

  it.each(["mqtt://tb", "tb:1883"])("is not %s", (written) => {
    expect(mistakes(text("{ count: 1 }", `target: { host: "${written}" }`))).toHaveLength(1);
  });

  it.each(["mqtt", "http", "coap"])("over %s may have a zone", (transport) => {
    const target = `target: { transport: ${transport}, host: "[fe80::1%eth0]" }\nrollCall: off`;
    expect(load(text("{ count: 1 }", target)).plan.target.host).toBe("fe80::1%eth0");
  });
});

describe("a rate", () => {
  it.each([
    ["1/10s", 0.1],
    ["1/min", 1 / 60],
  ])("of %s is %d a second", (written, rate) => {
    const [phase] = load(
      `name: n\nprovisioning: { key: k, secret: s }\nfleet: {}\nload: { constant: { rate: ${written} }, duration: 2m }`,
    ).plan.phases;
    expect(phase?.shape).toMatchObject({ kind: "constant", rate: expect.closeTo(rate, 12) });
  });
});
