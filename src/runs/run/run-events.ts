import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, reasonOf, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import type { EventPlan } from "../../model/event-plan.ts";
import type { Us } from "../../model/units.ts";
import { noteMark } from "../../record/marks-file.ts";
import { formatDuration, quantity } from "../../writing/notation.ts";
import { dateOf, type World } from "../world.ts";

/** Commands that come from a scenario are run only for who says so: a scenario may be somebody else's. Throws RollcallError "commands". */
export function requireAllowed({ events = [] }: Pick<Plan, "events">, allowed: boolean): void {
  const [first] = events;
  if (first === undefined || allowed) return;
  throw new RollcallError(
    "commands",
    `The scenario runs ${quantity(events.length, "command")} on this machine, the first after ${formatDuration(first.at)}: ${first.run}`,
    "Read them, and allow them with --allow-commands; or leave events out.",
    EXIT.usage,
  );
}

export interface RunEvents extends AsyncDisposable {
  /** So much of the run has passed; the first time counts. */
  begin(elapsed: Us): void;
}

export interface EventsSetting {
  readonly plan: Plan;
  readonly folder: string;
  /** Undefined: this command runs none, and says so. */
  readonly allowed: boolean | undefined;
  readonly note: (text: string) => void;
}

/** Runs a plan's events at their times, and marks them. Disposed of, it ends what still runs, and waits for that. */
export function openEvents(world: Pick<World, "clock" | "children" | "variables">, setting: EventsSetting): RunEvents {
  const { plan, folder, allowed, note } = setting;
  const events = allowed === true ? (plan.events ?? []) : [];
  if (allowed === undefined && plan.events !== undefined) note("The scenario's events are not run by this command.");
  const over = new AbortController();
  const running: Promise<void>[] = [];
  const env = withoutSecrets(world.variables, plan);
  let begun = false;

  const mark = async (line: Parameters<typeof noteMark>[1]): Promise<void> => {
    await noteMark(folder, line).catch((error: unknown) => note(`The mark could not be kept: ${reasonOf(error)}`));
  };

  const happen = async (event: EventPlan, inMs: number): Promise<void> => {
    const due = await sleep(inMs, true, { signal: over.signal }).catch(() => false);
    if (!due) return note(`Not run, as the run was over before ${formatDuration(event.at)}: ${event.run}`);
    const line = { version: 1, at: dateOf(world.clock).toISOString(), text: event.mark } as const;
    const began = world.clock.monotonic();
    note(`${event.mark}: ${event.run}`);
    const ending = world.children.runCommand(
      { command: event.run, env, timeoutMs: event.timeout / 1_000 },
      over.signal,
    );
    await mark({ ...line, command: { run: event.run } });
    const { how, succeeded, output } = await ending;
    const took = Number((world.clock.monotonic() - began) / 1_000_000n);
    await mark({ ...line, command: { run: event.run, ended: how, succeeded, took, output } });
    if (!succeeded) note(`${event.mark}: ${how}${output === "" ? "" : `; it printed: ${output}`}`);
  };

  return {
    begin(elapsed) {
      if (begun) return;
      begun = true;
      running.push(...events.map((event) => happen(event, Math.max(0, (event.at - elapsed) / 1_000))));
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await Promise.all(running);
    },
  };
}

/** A command has what its user's shell has, but for what the scenario keeps secret. */
function withoutSecrets(variables: World["variables"], plan: Plan): Record<string, string> {
  const secrets = [
    plan.provisioning.secret,
    ...(plan.groups ?? []).map(({ provisioning }) => provisioning.secret),
    plan.provisioning.chain?.key,
    plan.admin?.password,
    plan.admin?.apiKey,
    ...(plan.groups ?? []).flatMap(({ admin }) => [admin?.password, admin?.apiKey]),
  ].flatMap((secret) => (secret === undefined ? [] : [secret.reveal()]));
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined || name.startsWith("ROLLCALL_") || secrets.includes(value) ? [] : [[name, value]],
    ),
  );
}
