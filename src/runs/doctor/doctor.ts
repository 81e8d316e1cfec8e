import type { NamedFinding } from "../../doctor/examination.ts";
import { renderJson } from "../../doctor/json.ts";
import { renderText } from "../../doctor/text.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import type { Admin } from "../../model/plan.ts";
import { aim, type AimOptions } from "../aim/aim.ts";
import { simulatedSystemAccess, systemAccess } from "../server/system-access.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { diagnosePlan } from "./diagnose-plan.ts";
import { probePrefix } from "./sample.ts";

/** Whoever waits for longer is told for what. */
const WAITING_MS = 3_000;

export const DOCTOR_FORMATS = ["text", "json"] as const;

export interface DoctorOptions extends AimOptions {
  readonly systemUser: string | undefined;
  readonly format: (typeof DOCTOR_FORMATS)[number];
}

/** Looks for what would spoil a run, and says it. Throws RollcallError. */
export async function doctor(world: World, options: DoctorOptions): Promise<ExitCode> {
  const { voice } = world;
  using aimed = await aim(world, { ...options, withoutRoom: true });
  const { plan, warnings } = aimed;
  const admin = aimed.tenants[0]?.access;
  const simulated = aimed.simulator !== undefined;
  const system = admin && systemAdministrator(world, admin, options.systemUser, simulated);
  using stopping = stopOnSignals(world);
  let waiting: NodeJS.Timeout | undefined;
  let askedServer = false;
  const onStep = (what: string): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => voice.warn(`still ${what} …`), WAITING_MS);
  };
  try {
    let workers: readonly NamedFinding[] | undefined;
    if (aimed.bus !== undefined) {
      onStep("asking the workers");
      // With it comes the client of NATS, which nobody needs on one machine.
      const { examineCrew } = await import("./examine-crew.ts");
      workers = await examineCrew(world, plan, aimed.bus, simulated, stopping.signal);
    }
    const patient = {
      plan,
      warnings,
      scenario: options.scenario,
      results: options.out,
      simulated,
      workers,
      otherWork: aimed.otherWork,
      tenants: aimed.tenants,
      system,
    };
    askedServer = true;
    const diagnosis = await diagnosePlan(world, patient, onStep, stopping.signal);
    await voice.say(options.format === "json" ? renderJson(diagnosis) : renderText(diagnosis, voice.display()));
    return diagnosis.counts.problem > 0 ? EXIT.usage : EXIT.pass;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    const device =
      admin === undefined
        ? `A device ${probePrefix(plan)} may have been made, and stays.`
        : "Had a device been made, it is deleted again.";
    voice.warn(`Interrupted. ${askedServer ? device : "The server was asked for nothing yet."}`);
    return EXIT.interrupted;
  } finally {
    clearTimeout(waiting);
  }
}

/** The same server as the tenant's administrator has. */
function systemAdministrator(
  { variables }: World,
  access: Admin,
  user: string | undefined,
  simulated: boolean,
): Admin | undefined {
  if (simulated) return simulatedSystemAccess(access);
  return user === undefined ? undefined : systemAccess(access, user, variables);
}
