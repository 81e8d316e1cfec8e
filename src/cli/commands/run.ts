import { startRun } from "../../runs/run/start-run.ts";
import { aimOptions } from "./aim-options.ts";
import { busOptions } from "./bus-options.ts";
import { reportOptions } from "./report-options.ts";
import { metricsOptions } from "./metrics-options.ts";
import { type AddCommand, fullOption, resultsOption, scenarioOptions, shortenOptions } from "./command.ts";
import { generateOption } from "./generate-option.ts";
import { quickOptions } from "./quick-options.ts";
import { watchOptions } from "./watch-options.ts";
import { commandsOption, yesOption } from "./yes-option.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "run <scenario>",
    "provision the scenario's fleet, time every round trip, call the roll",
    (command) =>
      commandsOption(
        yesOption(
          metricsOptions(
            generateOption(
              fullOption(
                busOptions(
                  reportOptions(
                    watchOptions(aimOptions(resultsOption(quickOptions(shortenOptions(scenarioOptions(command)))))),
                  ),
                ),
              ),
            ),
          ),
        ),
      )
        .positional("scenario", {
          type: "string",
          demandOption: true,
          describe: "the scenario's YAML file; or mqtt://host:1883 (mqtts, http, https, coap) with the load as options",
        })
        .option("ca", {
          type: "string",
          describe: "over TLS: PEM file of the authority of --admin-url; without a file, of the target too",
        })
        .option("setup", {
          type: "boolean",
          describe: "make the device profile and the devices that must exist first, as `rollcall setup` does",
        })
        .conflicts("simulate", ["setup", "generate"])
        .implies("generate", "setup")
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" })
        .example("$0 run scenarios/quickstart.yaml --simulate", "a first run, no ThingsBoard needed")
        .example(
          "$0 run scenarios/quickstart.yaml --simulate --html --junit -o out/",
          "a page and a file for CI at the end",
        )
        .example("$0 run scenarios/burst-3000.yaml --host tb.example.com", "against yours")
        .example("$0 run scenarios/soak.yaml --simulate --scale 0.01", "a hundredth of it")
        .example(
          "$0 run mqtt://tb.example.com --key k3y --secret-env SECRET --rate 50 --duration 30s --save first.yaml",
          "without a scenario, and one is made of it",
        )
        .example(
          "$0 run mqtt://tb.example.com --closed 200 --duration 30s",
          "200 devices in flight for 30 s; asks for key and secret",
        )
        .example("$0 run peak.yaml --bus nats://10.0.0.5:4222 --workers 8", "from eight machines"),
    (args) => start(() => startRun(world, args)),
  );
};
