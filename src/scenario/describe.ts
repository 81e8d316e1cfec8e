import { stringify } from "yaml";
import type { Plan } from "../model/plan.ts";

/** A plan in YAML as a person reads it: times with their unit, secrets redacted, long lists of names cut. */
export function describePlan(plan: Plan): string {
  const { names, retry } = plan.fleet;
  const shown =
    names.from === "list" && names.names.length > 5
      ? { ...names, names: [...names.names.slice(0, 3), `... ${names.names.length} in all`] }
      : names;
  const readable = {
    ...plan,
    fleet: { ...plan.fleet, names: shown, ...(retry === undefined ? {} : { retry: withUnits(retry) }) },
    phases: plan.phases.map((phase) => ({ ...phase, shape: withUnits(phase.shape) })),
    rollCall: withUnits(plan.rollCall),
    ...(plan.background === undefined ? {} : { background: withUnits(shownBackground(plan.background)) }),
    timeouts: withUnits(plan.timeouts),
    thresholds: plan.thresholds.map(thresholdInWords),
    ...(plan.events === undefined ? {} : { events: withUnits(plan.events) }),
  };
  // Through JSON, where every secret shows as redacted.
  return stringify(JSON.parse(JSON.stringify(readable)), { lineWidth: 120 });
}

/** Whose devices they are is known when they are made. */
function shownBackground({ run, folder, ...rest }: NonNullable<Plan["background"]>): object {
  return run === "" ? rest : { run, folder, ...rest };
}

function thresholdInWords({ text, abort }: Plan["thresholds"][number]): string {
  if (abort === undefined) return text;
  const from = abort.delay === 0 ? "" : ` from ${abort.delay / 1_000_000}s on`;
  return `${text} (stops the run${from})`;
}

/** Fields of a plan that are times. */
const TIMES = new Set([
  "duration",
  "before",
  "during",
  "after",
  "hold",
  "connect",
  "accept",
  "answer",
  "login",
  "initial",
  "max",
  "at",
  "timeout",
  "every",
  "settle",
]);

function withUnits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnits);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      TIMES.has(key) && typeof part === "number" ? `${part / 1_000_000}s` : withUnits(part),
    ]),
  );
}
