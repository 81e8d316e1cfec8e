import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packParcel, type Piece, unpackParcel } from "../../../src/workers/bus/parcel.ts";

const arbitraryPiece: fc.Arbitrary<Piece> = fc.record({
  file: fc.tuple(fc.constantFrom("journal", "roster"), fc.nat(999)).map(([kind, index]) => `${kind}-${index}.ndjson`),
  at: fc.nat(),
  bytes: fc.uint8Array({ maxLength: 2_000 }),
  whole: fc.option(fc.record({ bytes: fc.nat(), sha256: fc.constant("ab".repeat(32)) }), { nil: undefined }),
});

describe("parcels of results", () => {
  it("come out as they went in, whatever bytes are in them", () => {
    fc.assert(
      fc.property(fc.array(arbitraryPiece, { maxLength: 8 }), (pieces) => {
        const plain = (list: readonly Piece[]) => list.map((piece) => ({ ...piece, bytes: [...piece.bytes] }));
        expect(plain(unpackParcel(packParcel(pieces)))).toEqual(plain(pieces));
      }),
    );
  });

  it.each(["../plan.json", "plan.json", "journal-1.ndjson/../../x", "roster-.ndjson", "/etc/passwd"])(
    "name no other file than results: %s",
    (file) => {
      const packed = packParcel([{ file, at: 0, bytes: new Uint8Array() }]);
      expect(() => unpackParcel(packed)).toThrow("pattern");
    },
  );

  it("are refused when they come to more than a parcel may", () => {
    const packed = packParcel([{ file: "journal-0.ndjson", at: 0, bytes: new Uint8Array(9 * 1_024 * 1_024) }]);
    expect(packed.length).toBeLessThan(10_000);
    expect(() => unpackParcel(packed)).toThrow(/larger/);
  });
});
