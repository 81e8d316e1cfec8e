import { z } from "zod";
import type { Problem } from "./problem.ts";
import { scenarioSchema } from "./schema.ts";

/** JSON Schema (2020-12) of a scenario file, for editors. */
export function scenarioJsonSchema(): object {
  return { title: "rollcall scenario", ...z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any" }) };
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly propertyNames?: { readonly enum?: readonly string[] };
}

/** The fields that the mapping at `path` may have; empty where there is none. */
export function keysAt(path: Problem["path"]): readonly string[] {
  let nodes: readonly Node[] = [scenarioJsonSchema() as Node].flatMap(alternatives);
  for (const part of path) {
    nodes = nodes
      .flatMap((node) => (typeof part === "number" ? node.items : node.properties?.[part]) ?? [])
      .flatMap(alternatives);
  }
  return [
    ...new Set(nodes.flatMap((node) => [...Object.keys(node.properties ?? {}), ...(node.propertyNames?.enum ?? [])])),
  ];
}

function alternatives(node: Node): readonly Node[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return inner.length === 0 ? [node] : inner.flatMap(alternatives);
}
