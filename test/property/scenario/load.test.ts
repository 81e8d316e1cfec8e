import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import { parseDuration, parseRate, parseShare } from "../../../src/scenario/quantities.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";

/** All that a user is told: the warnings of a good scenario, or its mistakes. Anything else that is thrown is a bug. */
function textOf(run: () => ReturnType<typeof load>): string {
  try {
    return run().warnings.join("\n");
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return `${error.message}\n${error.hint}`;
  }
}

describe("quantities", () => {
  it("read back a duration that was written in parts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * 86_400_000 }), (ms) => {
        const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1_000) % 60];
        expect(parseDuration(`${h}h${m}m${s}s${ms % 1_000}ms`)).toBe(ms * 1_000);
        expect(parseDuration(`${ms / 1_000}s`)).toBe(ms * 1_000);
      }),
    );
  });

  it("read a duration in each unit as the same number of microseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seconds) => {
        const expected = seconds * 1_000_000;
        expect(parseDuration(`${seconds}s`)).toBe(expected);
        expect(parseDuration(`${seconds * 1_000}ms`)).toBe(expected);
        expect(parseDuration(`${expected} us`)).toBe(expected);
        expect(parseDuration(seconds)).toBe(expected);
        expect(parseDuration(`${Math.floor(seconds / 60)}m${seconds % 60}s`)).toBe(expected);
      }),
    );
  });

  it("read a rate a minute as a sixtieth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (rate) => {
        expect(parseRate(`${rate}/m`)).toBeCloseTo(rate / 60, 9);
        expect(parseRate(`${rate}/s`)).toBe(rate);
      }),
    );
  });

  it("read a percentage as a hundredth, never above one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), (percent) => {
        expect(parseShare(`${percent}%`)).toBe(percent > 100 ? undefined : percent / 100);
      }),
    );
  });

  it("take no other text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{1,8}$/), (text) => {
        expect([parseDuration(text), parseRate(text), parseShare(text)]).toEqual([undefined, undefined, undefined]);
      }),
    );
  });
});

describe("a scenario", () => {
  const paths = [
    "fleet",
    "fleet.count",
    "load",
    "load.closed",
    "target.tls",
    "rollCall",
    "thresholds",
    "load.0.name",
    "fleet.credentials",
    "fleet.credentials.weight",
    "provisioning.secret",
    "timeouts.answer",
    "a.b",
    "__proto__.x",
  ];

  it("ends in a plan or in one clear error, whatever is set", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.json({ maxDepth: 3 }), (path, value) => {
        expect(textOf(() => load(MINIMAL, [`${path}=${value}`]))).toEqual(expect.any(String));
      }),
    );
  });

  it("ends so for any text, and never tells its secret", () => {
    const lines = fc.constantFrom(
      "name: x",
      "load: {",
      "  burst: true",
      "- a",
      "fleet: *x",
      "&a [*a]",
      "\t",
      "%",
      "'",
      "a: !b c",
    );
    const secret = "provisioning: { key: k, secret: s3cr3t-and-long }";
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, fc.string(), fc.constant(secret)), { maxLength: 6 }), (parts) => {
        expect(textOf(() => load(parts.join("\n")))).not.toContain("s3cr3t-and-long");
      }),
    );
  });

  it("takes any override, and never tells a secret", () => {
    const override = fc.oneof(
      fc.string().map((text) => `s3cr3t=${text}`),
      // A name is no secret, and its mistake is shown as it stands. fast-check makes "name" now and then.
      fc
        .tuple(
          fc.string().filter((path) => path !== "name"),
          fc.string(),
        )
        .map(([path, value]) => `${path}=s3cr3t-value ${value}`),
      fc.constantFrom(...paths).map((path) => `provisioning=${path} s3cr3t-value`),
    );
    fc.assert(
      fc.property(fc.array(override, { maxLength: 4 }), (overrides) => {
        expect(textOf(() => load(MINIMAL, overrides))).not.toContain("s3cr3t-value");
      }),
    );
  });

  it("gives the same plan for the same text and run id", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer(), (count, seed) => {
        const overrides = [`fleet.count=${count}`, `fleet.seed=${seed}`];
        expect(load(MINIMAL, overrides).plan).toEqual(load(MINIMAL, overrides).plan);
      }),
    );
  });
});
