import { describe, expect, it } from "vitest";
import { CASES } from "../../../src/conformance/catalogue.ts";
import { COLUMN_IDS, expectedIn } from "../../../src/conformance/columns.ts";

/** The acceptance table of the contract, section 7; HU alone cannot be seen from outside. */
const ACCEPTANCE = [
  "M1 M2 M3 M4 M5 M6 M7 M8",
  "P1 P2 P3 P4 P5 P6 P7 P8",
  "V1",
  "C1 C2 C3 C4 C5 C6 C7",
  "B1 B2 B3 B4 B5 B6 B7 B8",
  "H1 H2 H3 H4",
  "K1 K2 K3",
  "X1 X2",
  "A1 A2 A3 A4",
  "D1",
].flatMap((rows) => rows.split(" "));

describe("the catalogue", () => {
  it("has a case for each row of the acceptance table", () => {
    const named = new Set(CASES.flatMap(({ row }) => row.match(/\b[A-Z]\d\b/g) ?? []));
    expect(ACCEPTANCE.filter((row) => !named.has(row))).toEqual([]);
    expect([...named].filter((row) => !ACCEPTANCE.includes(row))).toEqual([]);
  });

  it("has all of C1 to C7 in protobuf too", () => {
    const rows = CASES.filter(({ row }) => row.endsWith("protobuf")).map(({ row }) => row);
    expect(rows.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `7 C${n}, protobuf`));
  });

  it("names each case once, and expects something of it in every column", () => {
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
    const empty = CASES.filter(({ expected, title, row }) =>
      [title, row, ...COLUMN_IDS.map((column) => expectedIn(column, expected))].includes(""),
    );
    expect(empty.map(({ id }) => id)).toEqual([]);
  });
});
