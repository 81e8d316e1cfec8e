import { renderJson } from "../../doctor/json.ts";
import { renderText } from "../../doctor/text.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Admin } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { diagnosePlan } from "../../runs/doctor/diagnose-plan.ts";
import { probePrefix } from "../../runs/doctor/sample.ts";
import { SIMULATED_SYSTEM_ADMINISTRATOR } from "../../runs/aim/embedded-simulator.ts";
import { print, warn } from "../output.ts";
import { displayOptions } from "../../runs/run/results.ts";
import { stopOnSignals } from "../../runs/run/stop-signals.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

/** Whoever waits for longer is told for what. */
const WAITING_MS = 3_000;

export const add: AddCommand = (program, exit) => {
  program.command(
    "doctor <scenario>",
    "find what would spoil a run before it starts: server, profile, one device, limits, this machine",
    (command) =>
      aimOptions(resultsOption(scenarioOptions(command)))
        .option("system-user", {
          type: "string",
          describe: "system administrator, password in ROLLCALL_SYSTEM_PASSWORD: told the tenant's rate limits",
        })
        .conflicts("simulate", "system-user")
        .option("format", { alias: "f", choices: ["text", "json"] as const, default: "text" as const })
        .example("$0 doctor scenarios/burst-3000.yaml --host tb.example.com", "before the first run against it"),
    async (args) => {
      using aimed = await aim(args);
      const { plan, warnings, admin } = aimed;
      const simulated = aimed.simulator !== undefined;
      const system = admin && systemAdministrator(admin, args.systemUser, simulated);
      using stopping = stopOnSignals();
      let waiting: NodeJS.Timeout | undefined;
      const onStep = (what: string): void => {
        clearTimeout(waiting);
        waiting = setTimeout(() => warn(`still ${what} …`), WAITING_MS);
      };
      try {
        const patient = { plan, warnings, scenario: args.scenario, results: args.out, simulated, admin, system };
        const diagnosis = await diagnosePlan(patient, onStep, stopping.signal);
        await print(args.format === "json" ? renderJson(diagnosis) : renderText(diagnosis, displayOptions()));
        exit(diagnosis.counts.problem > 0 ? EXIT.usage : EXIT.pass);
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
        warn(
          admin === undefined
            ? `Interrupted. A device ${probePrefix(plan)} may have been made, and stays.`
            : "Interrupted. Had a device been made, it is deleted again.",
        );
        exit(EXIT.interrupted);
      } finally {
        clearTimeout(waiting);
      }
    },
  );
};

/** The same server as the tenant's administrator has. */
function systemAdministrator(access: Admin, user: string | undefined, simulated: boolean): Admin | undefined {
  const { username, password } = simulated
    ? SIMULATED_SYSTEM_ADMINISTRATOR
    : { username: user, password: process.env["ROLLCALL_SYSTEM_PASSWORD"] };
  if (username === undefined) return undefined;
  if (password === undefined || password === "") {
    throw new RollcallError(
      "half-admin",
      "The system administrator is given without the password.",
      "Put it into the environment as ROLLCALL_SYSTEM_PASSWORD.",
    );
  }
  return { ...access, username, password: new Secret(password), apiKey: undefined };
}
