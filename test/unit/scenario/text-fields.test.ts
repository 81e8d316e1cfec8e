import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../../src/scenario/json-schema.ts";
import { isTextField } from "../../../src/scenario/text-fields.ts";

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
}
type Path = readonly (string | number)[];

/** All that may be written at each place, as the published JSON schema has it. */
const places = new Map<string, { readonly path: Path; readonly forms: Node[] }>();
collect(scenarioJsonSchema(), []);

function collect(node: Node, path: Path): void {
  for (const inner of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) collect(inner, path);
  if (node.anyOf !== undefined || node.oneOf !== undefined) return;
  const place = places.get(path.join(".")) ?? { path, forms: [] };
  place.forms.push(node);
  places.set(path.join("."), place);
  for (const [key, child] of Object.entries(node.properties ?? {})) collect(child, [...path, key]);
  if (node.items !== undefined) collect(node.items, [...path, 0]);
}

function isText({ forms }: { readonly forms: readonly Node[] }): boolean {
  const scalars = forms.filter(({ type }) => type !== "object" && type !== "array");
  return scalars.length > 0 && scalars.every((node) => node.type === "string" && node.enum === undefined);
}

describe("isTextField", () => {
  it("says of every place in a scenario what the published JSON schema says", () => {
    const all = [...places.values()];
    const differing = all
      .filter((place) => isTextField(place.path) !== isText(place))
      .map(({ path }) => path.join("."));
    expect(differing).toEqual([]);
    expect(all.filter(isText).length).toBeGreaterThan(30);
    expect(all.length).toBeGreaterThan(200);
  });

  it("is nothing where there is no field", () => {
    for (const path of [["unknown"], ["fleet", 0], ["load", "0"], ["fleet", "prefix", "x"], ["__proto__"]]) {
      expect(isTextField(path)).toBe(false);
    }
  });
});
