import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { scenarioSchema } from "./schema.ts";

type Type = z.core.$ZodType;
/** What this has to know of a schema of zod: all kinds in one. */
type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: Type;
  readonly in?: Type;
  readonly options?: readonly Type[];
  readonly getter?: () => Type;
  readonly shape?: Readonly<Record<string, Type>>;
  readonly element?: Type;
  readonly values?: readonly unknown[];
};

/**
 * Whether what may stand at `path` of a scenario is text and nothing else: digits there are text too. The schema itself is asked: each
 * run has overrides, and a JSON schema made for them would be a tenth of its start.
 */
export function isTextField(path: Problem["path"]): boolean {
  const there = path.reduce((all, part) => all.flatMap((each) => childOf(each, part)), forms(scenarioSchema));
  const scalars = there.filter(({ type }) => !["object", "record", "array"].includes(type));
  return scalars.length > 0 && scalars.every(isText);
}

/** What may be written in its place: each possibility by itself. */
function forms(schema: Type): readonly Definition[] {
  const definition: Definition = schema._zod.def;
  const { innerType, in: before, options, getter } = definition;
  if (options !== undefined) return options.flatMap(forms);
  const inner = innerType ?? before ?? getter?.();
  return inner === undefined ? [definition] : forms(inner);
}

function childOf({ shape, element }: Definition, part: string | number): readonly Definition[] {
  const child =
    typeof part === "number" ? element : shape !== undefined && Object.hasOwn(shape, part) ? shape[part] : undefined;
  return child === undefined ? [] : forms(child);
}

function isText({ type, values = [] }: Definition): boolean {
  return type === "string" || (type === "literal" && values.length === 1 && typeof values[0] === "string");
}
