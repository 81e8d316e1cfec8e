import { doctor, DOCTOR_FORMATS } from "../../runs/doctor/doctor.ts";
import { aimOptions } from "./aim-options.ts";
import { busOptions } from "./bus-options.ts";
import { type AddCommand, resultsOption, scenarioOptions, shorteningOf, shortenOptions } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "doctor <scenario>",
    "find what would spoil a run before it starts: server, profile, one device, limits, this machine",
    (command) =>
      busOptions(aimOptions(resultsOption(shortenOptions(scenarioOptions(command)))))
        .option("system-user", {
          type: "string",
          describe: "system administrator, password in ROLLCALL_SYSTEM_PASSWORD: told the tenant's rate limits",
        })
        .conflicts("simulate", "system-user")
        .option("format", {
          alias: "f",
          choices: DOCTOR_FORMATS,
          default: "text" as const,
          describe: "text for people, JSON for programs",
        })
        .example("$0 doctor scenarios/burst-3000.yaml --host tb.example.com", "before the first run against it"),
    (args) => start(() => doctor(world, { ...args, ...shorteningOf(args) })),
  );
};
