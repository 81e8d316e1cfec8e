import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SCHEMAS } from "../../../src/runs/schema/schemas.ts";

const FOLDER = "docs/schema";
const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Made anew by: for each name, npm run -s rollcall -- schema <name> > docs/schema/<name>.schema.json, then npm run format. */
it("every schema that is printed stands in docs/schema, and nothing else does", () => {
  const { scenario, ...others } = SCHEMAS;
  const files = Object.keys(others).map((name) => `${name}.schema.json`);
  expect(readdirSync(FOLDER).toSorted()).toEqual(files.toSorted());
  for (const [name, schema] of Object.entries(others)) {
    expect(read(join(FOLDER, `${name}.schema.json`))).toEqual(JSON.parse(JSON.stringify(schema())));
  }
  expect(read("scenarios/scenario.schema.json")).toEqual(JSON.parse(JSON.stringify(scenario())));
});
