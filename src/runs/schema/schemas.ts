import { comparisonJsonSchema } from "../../compare/comparison-schema.ts";
import { conformanceJsonSchema } from "../../conformance/result-schema.ts";
import { diagnosisJsonSchema } from "../../doctor/json-schema.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { afterwardsJsonSchema } from "../../record/afterwards-file.ts";
import { baselineJsonSchema } from "../../record/baseline-file.ts";
import { historyJsonSchema } from "../../history/json-schema.ts";
import { journalJsonSchema } from "../../record/journal-schema.ts";
import { labelsJsonSchema } from "../../record/labels-file.ts";
import { planJsonSchema } from "../../record/plan-schema.ts";
import { searchResultJsonSchema } from "../../record/series-files.ts";
import { summaryJsonSchema } from "../../record/summary-schema.ts";
import { watchJsonSchema } from "../../record/watch-file.ts";
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import { upgradeJsonSchema } from "../../upgrade/json-schema.ts";
import type { World } from "../world.ts";
import { jsonText } from "../../writing/json-text.ts";

/** By name; all but the scenario's, which stands beside the scenarios, stand in docs/schema. */
export const SCHEMAS = {
  scenario: scenarioJsonSchema,
  plan: planJsonSchema,
  "journal-line": journalJsonSchema,
  labels: labelsJsonSchema,
  summary: summaryJsonSchema,
  "afterwards-line": afterwardsJsonSchema,
  "watch-line": watchJsonSchema,
  comparison: comparisonJsonSchema,
  baseline: baselineJsonSchema,
  conformance: conformanceJsonSchema,
  search: searchResultJsonSchema,
  history: historyJsonSchema,
  doctor: diagnosisJsonSchema,
  upgrade: upgradeJsonSchema,
} as const;

export type SchemaName = keyof typeof SCHEMAS;

/** Says the JSON Schema of a file. */
export async function saySchema({ voice }: Pick<World, "voice">, name: SchemaName): Promise<ExitCode> {
  await voice.say(jsonText(SCHEMAS[name](), 2));
  return EXIT.pass;
}
