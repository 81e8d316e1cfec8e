import { readFile } from "node:fs/promises";
import { changesSince, readBaseline } from "../../conformance/baseline.ts";
import { COLUMNS, type ColumnId, columnOf } from "../../conformance/columns.ts";
import { renderJunit } from "../../conformance/junit.ts";
import { type ConformanceResult, differs } from "../../conformance/result.ts";
import { renderChanges, renderText } from "../../conformance/text.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { usFromMs } from "../../model/units.ts";
import { conformanceTarget } from "../../runs/conformance/conformance-target.ts";
import { print } from "../output.ts";
import { displayOptions } from "../../runs/run/results.ts";
import { runConformance } from "../../runs/conformance/run-conformance.ts";
import { stopOnSignals } from "../../runs/run/stop-signals.ts";
import { adminOptions } from "./admin-options.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "conformance [target]",
    "try a server with every rule of the provisioning contract: which version does it behave like?",
    (command) =>
      adminOptions(command)
        .positional("target", { type: "string", describe: "mqtt://host:port, or mqtts:// for TLS" })
        .option("simulate", { type: "string", describe: "the simulator, as this ThingsBoard release" })
        .option("http", { type: "string", describe: "address of the HTTP device API; default: --admin-url" })
        .option("coap", { type: "string", describe: "address of CoAP, e.g. coap://host:5683; default: not tried" })
        .option("tls", { type: "string", describe: "MQTT over TLS beside the target, e.g. mqtts://host:8883" })
        .option("ca", { type: "string", describe: "over TLS: PEM file of the server's authority" })
        .option("insecure", { type: "boolean", default: false, describe: "over TLS: accept any certificate" })
        .option("slow", { type: "boolean", default: false, describe: "try the rules too that take a minute to show" })
        .option("key", {
          type: "string",
          describe: "without an administrator: provision key of a profile, secret in ROLLCALL_PROVISION_SECRET",
        })
        .option("expect", {
          type: "string",
          describe: "release to hold it against; default: the one that it says it is",
        })
        .option("baseline", { type: "string", describe: "an earlier result (JSON): show only what changed since" })
        .option("all", { type: "boolean", default: false, describe: "show every case, not only those that differ" })
        .option("format", { alias: "f", choices: ["text", "json", "junit"] as const, default: "text" as const })
        .conflicts("simulate", ["target", "admin-url", "http", "coap", "tls", "key", "ca"]),
    async (args) => {
      const expected = args.expect === undefined ? undefined : expectedColumn(args.expect);
      const baseline = args.baseline === undefined ? undefined : await baselineFrom(args.baseline);
      using stopping = stopOnSignals();
      using target = await conformanceTarget(args, process.env);
      const began = performance.now();
      const result = await runConformance(target, { expected, slow: args.slow }, stopping.signal);
      const took = usFromMs(performance.now() - began);
      const changes = baseline === undefined ? undefined : changesSince(baseline.cases, result.cases);
      switch (args.format) {
        case "text":
          await print(
            baseline === undefined || changes === undefined
              ? renderText(result, args.all, displayOptions())
              : renderChanges(baseline, result, changes, displayOptions()),
          );
          break;
        case "json":
          await print(`${JSON.stringify(result, undefined, 2)}\n`);
          break;
        case "junit":
          await print(renderJunit(result, changes, took));
      }
      const wrong = changes === undefined ? result.cases.some(differs) : changes.length > 0;
      exit(wrong ? EXIT.threshold : EXIT.pass);
    },
  );
};

function expectedColumn(release: string): ColumnId {
  const column = columnOf(release);
  if (column !== undefined) return column;
  throw new RollcallError(
    "usage",
    `--expect ${release} is not a ThingsBoard release that rollcall knows.`,
    `Name one from 3.6 on, e.g. 4.2.1. The columns: ${COLUMNS.map(({ title }) => title).join(", ")}.`,
  );
}

async function baselineFrom(file: string): Promise<ConformanceResult> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new RollcallError(
      "usage",
      `--baseline ${file} cannot be read: ${(error as Error).message}.`,
      "Make one with: rollcall conformance <target> --format json > before.json",
    );
  });
  return readBaseline(text, file);
}
