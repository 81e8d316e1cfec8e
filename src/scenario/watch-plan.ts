import { us } from "../model/units.ts";
import type { WatchPlan } from "../model/watch.ts";
import type { Problem } from "./problem.ts";
import type { ResolveContext } from "./resolve.ts";
import { createSecretReader } from "./secrets.ts";
import { resolveTls } from "./tls.ts";
import type { WatchInput } from "./watch-schema.ts";

const LEAST = us(1_000_000);

/** Undefined: nothing is watched. It is no part of the plan: it decides nothing that is asked for devices. */
export function resolveWatch(
  watch: WatchInput | undefined,
  context: ResolveContext,
  problems: Problem[],
  warnings: string[],
): WatchPlan | undefined {
  if (watch === undefined) return undefined;
  const { every, systemInfo, systemUser, username, password, bearer } = watch;
  const tell = (field: string | undefined, fix: string, value?: string): void => {
    problems.push({ path: field === undefined ? ["watch"] : ["watch", field], value, fix });
  };
  const prometheus = typeof watch.prometheus === "string" ? [watch.prometheus] : watch.prometheus;
  if (!systemInfo && prometheus === undefined) {
    tell(undefined, "say what is watched: systemInfo: true, or prometheus with the URLs of endpoints");
  }
  if (every < LEAST)
    tell("every", "write at least 1s: a look costs the server more than a device", `${every / 1_000}ms`);
  const repeated = prometheus?.find((url, index) => prometheus.indexOf(url) !== index);
  if (repeated !== undefined) tell("prometheus", "name each endpoint once", repeated);
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? "username" : "password";
    tell(missing, "basic authentication has both: watch.username and watch.password");
  }
  if (bearer !== undefined && username !== undefined) {
    tell("bearer", "give either a bearer token, or username and password");
  }
  const secrets = createSecretReader(context, problems, warnings);
  return {
    every,
    systemInfo,
    systemUser,
    prometheus: prometheus ?? [],
    username,
    password: password === undefined ? undefined : secrets.secret(password, ["watch", "password"]),
    bearer: bearer === undefined ? undefined : secrets.key(bearer, ["watch", "bearer"]),
    tls: resolveTls(watch.tls, ["watch", "tls"], context, problems),
    metrics: watch.metrics,
  };
}
