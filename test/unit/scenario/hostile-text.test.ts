import { expect, it } from "vitest";
import { MINIMAL, mistakes } from "../../support/scenario-text.ts";

it("a name that no folder can have, and a control character in a host or an address, are mistakes with their fix", () => {
  const long = "n".repeat(300);
  expect(mistakes(MINIMAL, [`name=${long}`])).toEqual([expect.stringContaining("use at most 100 characters")]);
  expect(mistakes(MINIMAL, [String.raw`target.host="a\0b"`])).toEqual([expect.stringContaining("write the host only")]);
  const admin = String.raw`admin={url: "http://a\0b", username: u}`;
  expect(mistakes(MINIMAL, [admin]).join()).toContain("write a URL");
});

it.each(["a.__proto__=1", "fleet.__proto__=1", "constructor.prototype.x=1", "__proto__.__proto__=1"])(
  "an override of %s is of a field that there is not",
  (override) => {
    expect(mistakes(MINIMAL, [override]).join()).toContain("there is no such field");
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
);
