import { z } from "zod";
import type { Problem } from "./problem.ts";
import { scenarioSchema } from "./schema.ts";

/** JSON Schema (2020-12) of a scenario file, for editors. */
export function scenarioJsonSchema(): object {
  const { required = [], ...schema } = z.toJSONSchema(scenarioSchema, { io: "input" });
  // A fleet of groups, each with a key and a secret of its own, needs none beside them.
  const always = required.filter((field) => field !== "provisioning");
  return { title: "rollcall scenario", ...schema, required: always };
}

/** What the schema says of one place in a scenario. */
export interface SchemaGuide {
  /** The fields that the mapping at `path` may have; empty where there is none. */
  readonly keysAt: (path: Problem["path"]) => readonly string[];
  readonly descriptionAt: (path: Problem["path"]) => string | undefined;
  /** The words that may stand at `path`, beside whatever else. */
  readonly wordsAt: (path: Problem["path"]) => readonly string[];
}

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly propertyNames?: { readonly enum?: readonly string[] };
}

let made: Node | undefined;

/** That of a scenario, made when something is first asked: a scenario without mistakes never asks, and it is not cheap. */
export const schemaGuide: SchemaGuide = createSchemaGuide(() => (made ??= scenarioJsonSchema() as Node));

function createSchemaGuide(root: () => Node): SchemaGuide {
  const nodesAt = (path: Problem["path"]): readonly Node[] =>
    path.reduce<readonly Node[]>(
      (nodes, part) => nodes.flatMap(alternatives).flatMap((node) => childrenOf(node, part)),
      [root()],
    );
  return {
    keysAt(path) {
      const nodes = nodesAt(path).flatMap(alternatives);
      return [
        ...new Set(
          nodes.flatMap((node) => [...Object.keys(node.properties ?? {}), ...(node.propertyNames?.enum ?? [])]),
        ),
      ];
    },
    descriptionAt: (path) => nodesAt(path).find((node) => node.description !== undefined)?.description,
    wordsAt: (path) =>
      nodesAt(path)
        .flatMap(alternatives)
        .flatMap((node) => [...(node.enum ?? []), node.const])
        .filter((word) => typeof word === "string"),
  };
}

function childrenOf(node: Node, part: string | number): readonly Node[] {
  const properties = node.properties ?? {};
  const child = typeof part === "number" ? node.items : Object.hasOwn(properties, part) ? properties[part] : undefined;
  return child === undefined ? [] : [child];
}

function alternatives(node: Node): readonly Node[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return inner.length === 0 ? [node] : inner.flatMap(alternatives);
}
