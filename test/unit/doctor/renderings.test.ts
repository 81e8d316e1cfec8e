import { describe, expect, it } from "vitest";
import { diagnose } from "../../../src/doctor/diagnosis.ts";
import { known, unknown } from "../../../src/doctor/fact.ts";
import { diagnosisSchema } from "../../../src/doctor/json-schema.ts";
import { renderJson } from "../../../src/doctor/json.ts";
import { renderText } from "../../../src/doctor/text.ts";
import { strangerBy } from "../../../src/doctor/visits/name-stranger.ts";
import { examination } from "../../support/examination.ts";

const one = (...given: Parameters<typeof examination>) => [{ group: undefined, seen: examination(...given) }];

const ABOUT = { scenario: "minimal", target: "mqtt://127.0.0.1:1883", simulated: true };
const deaf = { known: false, why: "the port is not open" } as const;
const dead = diagnose(
  one([], {
    port: known({ kind: "closed", failure: "connection-refused", detail: "connect ECONNREFUSED 127.0.0.1:1883" }),
    greeting: deaf,
    probe: deaf,
    limits: unknown("only the system administrator is told: --system-user"),
  }),
  ABOUT,
);

describe("a diagnosis", () => {
  it.each([80, 120])("fits %i columns, each finding followed by what to do", (width) => {
    const text = renderText(dead, { color: false, width });
    expect(text.split("\n").filter((line) => line.length > width)).toEqual([]);
    expect(text).toContain("minimal at mqtt://127.0.0.1:1883 (SIMULATED, not a real ThingsBoard)");
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "PROBLEM port nobody listens at mqtt://127.0.0.1:1883: connect ECONNREFUSED 127.0.0.1:1883 → Check target.port",
    );
    expect(text.replaceAll("\n", " ")).toMatch(
      /2 problems to solve before this run: \d+ ok, 1 warning, 9 not checked\. $/,
    );
  });

  it("is one list for programs, with the same counts", () => {
    const { findings, counts } = JSON.parse(renderJson(dead)) as {
      readonly findings: readonly { readonly section: string; readonly check: string; readonly state: string }[];
      readonly counts: Readonly<Record<string, number>>;
    };
    for (const [state, count] of Object.entries(counts)) {
      expect(findings.filter((finding) => finding.state === state)).toHaveLength(count);
    }
    expect(diagnosisSchema.parse(JSON.parse(renderJson(dead)))).toMatchObject({ version: 1, counts });
    expect(findings).toContainEqual(expect.objectContaining({ section: "TARGET", check: "port", state: "problem" }));
  });
});

it.each([
  ["HTTP/1.1 400 Bad Request", "a web server (HTTP)"],
  ["\x15\x03\x03\x00\x02\x02\x46", "a server that wants TLS"],
  ["220 mail.example.com ESMTP", "a mail or FTP server"],
  ["AMQP\x00\x00\x09\x01", "an AMQP broker"],
  ["-ERR unknown command 'x'", "a Redis server"],
  ["J\x00\x00\x00\x0a8.0.36\x00mysql_native_password", "a MySQL server"],
  ["hello", undefined],
])("knows by its first bytes: %j", (bytes, what) => {
  expect(strangerBy(Buffer.from(bytes, "latin1"))).toBe(what);
});
