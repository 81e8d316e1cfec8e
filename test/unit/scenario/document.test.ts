import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

describe("text that is not YAML", () => {
  it.each([
    ["name: [a\n b: c", '1:8  a ": " is missing'],
    ["name: x\n\tload: 1", "a tab: indent with spaces"],
    ["name: x\nname: y", "2:1  this field is there twice: remove one"],
    ["name: 'x", "a closing quote or a separator is missing"],
    ["name: a: b", 'a second ": " on this line'],
    ["name: @x", "must be put in quotes"],
    ["name: *x", "1:7  a value that begins with * names an anchor"],
    ["name: !x y", "a value that begins with ! must be put in quotes"],
    ['name: "\\q"', "an unknown escape"],
    ["name: x\n---\nname: y", "remove what follows ---"],
    ["? {a: b}\n: c", "the name of a field is a text"],
    ["target: { host: ${HOST} }", 'inside { } and [ ] a reference needs quotes, "${NAME}"'],
    ["- a\nname: b", "this does not fit what stands before it"],
  ])("%j", (text, message) => {
    expect(mistakes(text)[0]).toContain(message);
  });

  it("is not quoted: it may hold a secret", () => {
    for (const value of ["*hush", "!hush x", "'hush", "@hush", "{ hush"]) {
      expect(mistakes(`provisioning: { key: k }\nsecret: ${value}`).join()).not.toContain("hush");
    }
  });

  it("is told of once: what follows from a slip is no other one", () => {
    expect(mistakes("a: { b: ${X}, c: ${Y} }\nd: e\nf: g")).toHaveLength(1);
    expect(mistakes("a: *b\nc: !d e")).toHaveLength(2);
  });

  it("does not go round in a circle", () => {
    expect(mistakes("&a [*a]")).toEqual(["1:5  an alias (*) within its own anchor (&)"]);
  });

  it("does not unfold without end", () => {
    const lines = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    expect(mistakes(`a0: &a0 [x]\n${lines.join("\n")}`)).toEqual(["1:1  too many aliases (*): write the values out"]);
  });
});

describe("YAML", () => {
  it("may merge and alias", () => {
    const text = MINIMAL.replace(/load: .*\n/, "");
    const phases =
      "load:\n  - &p { name: a, warmup: true, closed: { concurrency: 2 }, devices: 3 }\n  - { <<: *p, name: b, warmup: false, devices: 7 }\n";
    expect(load(text + phases).plan.phases).toMatchObject([
      { name: "a", devices: 3 },
      { name: "b", devices: 7 },
    ]);
  });

  it("is set in one place although an alias shares it with another", () => {
    const text = MINIMAL.replace(/load: .*\n/, "");
    const phases = "load:\n  - { name: a, closed: &c { concurrency: 2 }, devices: 3 }\n  - { name: b, closed: *c }\n";
    const shapes = load(text + phases, ["load.b.closed.concurrency=9"]).plan.phases.map(({ shape }) => shape);
    expect(shapes).toMatchObject([{ concurrency: 2 }, { concurrency: 9 }]);
  });

  it("is located through an alias", () => {
    const text = "x: &t { hots: a }\ntarget: *t\n";
    expect(mistakes(text + MINIMAL.trimStart())).toEqual([
      expect.stringMatching(/^1:1 +x: there is no such field/),
      expect.stringMatching(/^1:9 +target.hots: .* did you mean hosts\?$/),
    ]);
  });
});
