import { fail, readNumber, readOptions } from "../scripts/read-options.ts";
import { type Fuzzed, fuzzTarget } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";
import { startWatchdog } from "./watchdog.ts";

const NAMES = TARGETS.map(({ name }) => name).join(", ");
const USAGE = `What must stand whatever comes, tried with what should never come:

  npm run fuzz                                        ten minutes, a fresh seed
  npm run fuzz -- --minutes 2 --seed 7
  npm run fuzz -- --seed 7 --target rest --case 118   one case again

Targets: ${NAMES}; --target may be given several times.
Exit code 1 if a rule was broken; CONTRIBUTING.md has the rules.
`;

const values = readOptions(
  {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    target: { type: "string", multiple: true },
    case: { type: "string" },
  },
  USAGE,
);

const MOST_CASE_MS = 180_000;

const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const unknown = (values.target ?? []).filter((name) => TARGETS.every((target) => target.name !== name));
if (unknown.length > 0) fail(`--target ${unknown.join(", ")}: there is no such target; there are ${NAMES}`, USAGE);
const targets = TARGETS.filter(({ name }) => values.target?.includes(name) ?? true);
process.stdout.write(`seed ${seed}\n`);

// What nobody awaited any more is a fault like every other.
process.on("unhandledRejection", (error) => {
  process.stdout.write(`WRONG  unhandled: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});

const watchdog = startWatchdog(MOST_CASE_MS);
const shareMs = (readNumber(values.minutes, "minutes", USAGE) * 60_000) / targets.length;
const all: Fuzzed[] = [];
for (const target of targets) {
  const until = performance.now() + shareMs;
  const enough = values.case === undefined ? () => performance.now() >= until : (cases: number): boolean => cases >= 1;
  const fuzzed = await fuzzTarget(target, seed, Number(values.case ?? 0), enough, (name) => watchdog.begin(name));
  all.push(fuzzed);
  process.stdout.write(
    `${target.name.padEnd(10)} ${String(fuzzed.cases).padStart(8)} cases, ${fuzzed.findings.length} wrong\n`,
  );
  for (const { index, wrong } of fuzzed.findings) process.stdout.write(`WRONG  --case ${index}: ${inOneLine(wrong)}\n`);
}
await watchdog.stop();
if (all.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
// Whatever the cases left behind is told above; it does not keep this process.
setImmediate(() => process.exit());

/** What is wrong and where; whoever wants the whole runs that case again. */
function inOneLine(wrong: string): string {
  const line = wrong.replaceAll(/\s*\n\s*/g, " | ");
  return values.case === undefined && line.length > 400 ? `${line.slice(0, 400)}...` : line;
}
