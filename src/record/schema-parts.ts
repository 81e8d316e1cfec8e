import { z } from "zod";
import { seq, us } from "../model/units.ts";

/** What the schemas of several files have in common. */

/** Microseconds. */
export const timeSchema = z.int().transform(us);
export const seqSchema = z.int().nonnegative().transform(seq);
export const countSchema = z.int().nonnegative();

/** What JSON leaves out is undefined in the program, and no less a part of the type. */
export function left<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value);
}

/** As docs/schema publishes it (2020-12), of what is in the file. */
export function jsonSchemaOf(title: string, schema: z.ZodType): object {
  return { title, ...z.toJSONSchema(schema, { io: "input" }) };
}
