import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readRoster } from "../../../src/record/roster.ts";
import { collect } from "../../unit/record/samples.ts";
import { times } from "../../support/times.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const text = z.string();
/** What a line of a roster may be. */
const line = z.object({
  seq: z.int().nonnegative(),
  name: text.optional(),
  credentials: z.discriminatedUnion("type", [
    z.object({ type: z.literal("ACCESS_TOKEN"), token: text }),
    z.object({
      type: z.literal("MQTT_BASIC"),
      clientId: text.optional(),
      username: text.optional(),
      password: text.optional(),
    }),
    z.object({ type: z.literal("X509_CERTIFICATE"), certificate: text, privateKey: text.optional() }),
    z.object({ type: z.literal("LWM2M_CREDENTIALS") }),
  ]),
  place: text.optional(),
});

const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "x", 0, 7, -1, 1.5, 2 ** 53, true),
  fc.constantFrom<unknown>([], [1], {}),
);
const type = fc.constantFrom("ACCESS_TOKEN", "MQTT_BASIC", "X509_CERTIFICATE", "LWM2M_CREDENTIALS", "OTHER");
const mostlyText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("x", undefined) },
  { weight: 1, arbitrary: anything },
);
const credentials = fc.record({
  type: fc.oneof({ weight: 12, arbitrary: type }, { weight: 1, arbitrary: anything }),
  token: mostlyText,
  clientId: mostlyText,
  username: mostlyText,
  password: mostlyText,
  certificate: mostlyText,
  privateKey: mostlyText,
});
const candidate = fc.record({
  seq: fc.oneof({ weight: 8, arbitrary: fc.nat() }, { weight: 1, arbitrary: anything }),
  name: mostlyText,
  credentials: fc.oneof({ weight: 8, arbitrary: credentials }, { weight: 1, arbitrary: anything }),
  place: mostlyText,
});

describe("roster", () => {
  it("takes what its schema takes, and nothing else", async () => {
    const path = join(testFolder(), "roster-0.ndjson");
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 20, arbitrary: candidate }, { weight: 1, arbitrary: anything }),
        async (value) => {
          const written = JSON.stringify(value) ?? "";
          writeFileSync(path, `${written}\n`);
          const read = await collect(readRoster(path)).catch(() => undefined);
          const good = written !== "" && line.safeParse(JSON.parse(written)).success;
          expect(read !== undefined).toBe(good);
          if (good) taken += 1;
        },
      ),
      { numRuns: times(400) },
    );
    expect(taken).toBeGreaterThan(times(20));
  });
});
