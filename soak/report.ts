import type { Growth, Soaked } from "./soak.ts";
import { MOST_AN_HOUR } from "./soak.ts";

const MEBIBYTE = 1_024 * 1_024;

/** Whether a run that met faults ended as it should: the held fleet is stopped at the end; 5 only where its grade is void. */
function endedWell({ name, code, grade }: Soaked["loads"][number]): boolean {
  if (name === "held") return code === 130;
  return code === 0 || code === 4 || (code === 5 && grade === "void");
}

/** What was wrong; empty: the soak is passed. */
export function findingsOf({ growth, loads }: Soaked): readonly string[] {
  return [
    ...growth
      .filter(({ verdict }) => verdict === "GROWS")
      .map(({ process, of, trend }) => `${process}: ${of} grow by ${amount(of, trend?.perHour ?? 0)} an hour`),
    ...loads.flatMap((load) => [
      ...(endedWell(load) ? [] : [`${load.name}: ended with ${load.code ?? "a signal"}`]),
      ...load.wrong.map((text) => `${load.name}: ${text}`),
    ]),
  ];
}

export function renderSoak(soaked: Soaked): string {
  const { growth, loads, judgedMs, spells } = soaked;
  const rows = growth.map(({ process, of, trend, verdict }) =>
    trend === undefined
      ? [process, of, "", "", "", "", verdict]
      : [
          process,
          of,
          String(trend.samples),
          amount(of, trend.median),
          amount(of, trend.most),
          `${trend.perHour < 0 ? "" : "+"}${amount(of, trend.perHour)}`,
          verdict,
        ],
  );
  const findings = findingsOf(soaked);
  const judged = growth.every(({ verdict }) => verdict !== "not judged");
  return [
    table([["process", "", "samples", "median", "most", "an hour", ""], ...rows]),
    `Judged: ${(judgedMs / 60_000).toFixed(1)} minutes after the warm-up, ${spells} spells of faults left out. ` +
      `Bounds an hour: ${amount("memory", MOST_AN_HOUR.memory)}, ${MOST_AN_HOUR.descriptors} descriptors.`,
    "",
    table([
      ["load", "devices", "provisioned", "connected", "faulty", "exit", "generators"],
      ...loads.map(({ name, devices, provisioned, connected, faulty, code, grade }) =>
        [name, devices, provisioned, connected, faulty, code ?? "signal", grade ?? ""].map(String),
      ),
    ]),
    "",
    ...(findings.length > 0
      ? findings.map((finding) => `WRONG  ${finding}`)
      : [judged ? "Passed: nothing grows." : "Nothing was wrong; too short to tell whether anything grows."]),
    "",
  ].join("\n");
}

function amount(of: Growth["of"], value: number): string {
  return of === "memory" ? `${(value / MEBIBYTE).toFixed(1)} MiB` : value.toFixed(1);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
