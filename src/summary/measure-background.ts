import type { BackgroundSummary } from "../model/background.ts";
import type { Measured } from "./measured.ts";

/**
 * Undefined: it is no quantity of a background. background.p50, .p90, .p99 and .max are of the measured phases, or of `phase`, from
 * sending to PUBACK and with time-outs; background.devices, .connected, .lost, .notBack, .messages, .acknowledged, .timedOut, .refused,
 * .dropped and .offline are of the whole run.
 */
export function measureBackground(
  background: BackgroundSummary | undefined,
  name: string,
  phase: string | undefined,
): Measured | undefined {
  if (!name.startsWith("background.")) return undefined;
  const what = name.slice("background.".length);
  switch (what) {
    case "p50":
    case "p90":
    case "p99":
    case "max": {
      if (background === undefined) return { value: null, unit: "us", why: NONE };
      const times = timesOf(background, phase);
      const none = times === undefined || times.count === 0 ? { why: "no message was acknowledged, or timed out" } : {};
      return { value: times?.[what] ?? null, unit: "us", ...none };
    }
    default: {
      if (phase !== undefined) return undefined;
      const value = background === undefined ? null : countOf(background, what);
      return value === undefined ? undefined : { value, unit: "count", why: NONE };
    }
  }
}

const NONE = "there was no background";

function timesOf({ measured, stages }: BackgroundSummary, phase: string | undefined) {
  if (phase === undefined) return measured;
  return stages.find(({ name, stage }) => stage.kind === "load" && name === phase)?.roundTrip;
}

function countOf({ devices, sessions, messages }: BackgroundSummary, what: string): number | undefined {
  switch (what) {
    case "devices":
      return devices.asked;
    case "connected":
      return devices.connected;
    case "lost":
    case "notBack":
      return sessions[what];
    case "messages":
      return messages.intended;
    case "acknowledged":
    case "timedOut":
    case "refused":
    case "dropped":
    case "offline":
      return messages[what];
    default:
      return undefined;
  }
}
