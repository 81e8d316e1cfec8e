import { readMetricsSetting, type TypedMetrics } from "../../metrics/metrics-setting.ts";
import type { OpenMetrics } from "../../metrics/open-metrics.ts";
import type { World } from "../world.ts";

/**
 * Opens what shows the runs of one command to others while they last, before anything is sent; undefined: it was not asked for,
 * and nothing is loaded. Throws RollcallError "usage" or "metrics-port".
 */
export async function openMetricsAsked(
  { voice, clock }: Pick<World, "voice" | "clock">,
  asked: TypedMetrics & { readonly quiet?: boolean },
): Promise<OpenMetrics | undefined> {
  const setting = readMetricsSetting(asked);
  if (setting === undefined) return undefined;
  const { openMetrics } = await import("../../metrics/open-metrics.ts");
  const announce = asked.quiet === true ? () => undefined : voice.warn;
  return openMetrics(setting, { wall: () => clock.wall(), announce });
}
