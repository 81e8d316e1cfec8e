import { describe, expect, it } from "vitest";
import { targetElsewhere } from "../../../src/runs/aim/places.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";

const { target } = load(MINIMAL).plan;

describe("another place on the command line", () => {
  it("is one host, or a list of them, with ports of their own", () => {
    expect(targetElsewhere(target, { host: "b", port: undefined })).toEqual({ ...target, host: "b" });
    expect(targetElsewhere(target, { host: "b:1,[::1]:2", port: 9 })).toMatchObject({
      host: "b",
      port: 1,
      hosts: [
        { host: "b", port: 1 },
        { host: "::1", port: 2 },
      ],
    });
  });

  it.each([
    [{ host: "b:99999", port: undefined }, "99999"],
    [{ host: "a,b:0", port: undefined }, "0"],
    [{ host: undefined, port: 70_000 }, "70000"],
    [{ host: "b", port: 1.5 }, "1.5"],
    [{ host: undefined, port: Number.NaN }, "NaN"],
  ])("%j is one mistake", (elsewhere, said) => {
    expect(() => targetElsewhere(target, elsewhere)).toThrow(`${said} is not a port.`);
  });
});
