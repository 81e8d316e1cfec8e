import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { rollcallInProcess } from "../../test/support/in-process.ts";
import type { Dice } from "../dice.ts";
import { anyValue, mutateBytes, mutateJson, NASTY } from "../mutate.ts";
import { SECRETS, wrongWithEnd } from "../rules.ts";
import type { Target } from "../target.ts";

const SCENARIOS = join(import.meta.dirname, "../../scenarios");

/** What a user types and writes: scenarios, overrides, options, names. */
export const words: Target = {
  name: "words",
  few: 25,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
    const names = (await readdir(SCENARIOS)).filter((name) => name.endsWith(".yaml"));
    const texts = await Promise.all(names.map((name) => readFile(join(SCENARIOS, name), "utf8")));
    const variables = {
      ROLLCALL_PROVISION_KEY: "key",
      ROLLCALL_PROVISION_SECRET: SECRETS[0],
      ROLLCALL_ADMIN_PASSWORD: SECRETS[1],
      ROLLCALL_ADMIN_API_KEY: undefined,
      HOME: folder,
      XDG_STATE_HOME: join(folder, "state"),
    };
    return {
      try: async (dice) => {
        const scenario = join(folder, "words.yaml");
        await writeFile(scenario, scenarioOf(dice.pick(texts), dice));
        const args = dice.chance(0.6)
          ? ["validate", scenario, ...overridesOf(dice)]
          : [dice.pick(COMMANDS), ...wordsOf(dice), "--out", join(folder, "out")];
        const from = performance.now();
        const said = await rollcallInProcess(args, { variables, folder });
        const wrong = wrongWithEnd(said, performance.now() - from);
        return wrong === undefined ? undefined : `${JSON.stringify(args)}: ${wrong}`;
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  },
};

/** Those that end by themselves and send nothing where the name that they are given is none of a run. */
const COMMANDS = ["report", "verify", "compare", "cleanup", "reconcile", "resume", "schema", "validate", "no-such"];
const OPTIONS = [
  "--set",
  "--host",
  "--port",
  "--rate",
  "--concurrency",
  "--level",
  "--admin-url",
  "--yes",
  "--json",
  "-o",
];

function scenarioOf(text: string, dice: Dice): string | Buffer {
  if (dice.chance(0.4)) return mutateBytes(Buffer.from(text), dice);
  const mutated = mutateJson(JSON.stringify(parse(text)), dice);
  try {
    return stringify(JSON.parse(mutated));
  } catch {
    return mutated;
  }
}

const PATHS = [
  "fleet.count",
  "load",
  "target.host",
  "target.tls",
  "thresholds",
  "rollCall.hold",
  "name",
  "a.__proto__",
  "",
];

function overridesOf(dice: Dice): readonly string[] {
  return Array.from({ length: dice.roll(3) }, () => ["--set", `${dice.pick(PATHS)}=${wordOf(dice)}`]).flat();
}

function wordsOf(dice: Dice): readonly string[] {
  return Array.from({ length: dice.roll(4) }, () => (dice.chance(0.4) ? dice.pick(OPTIONS) : wordOf(dice)));
}

function wordOf(dice: Dice): string {
  if (dice.chance(0.5)) return dice.pick(NASTY);
  const value = anyValue(dice);
  return typeof value === "string" ? value : JSON.stringify(value);
}
