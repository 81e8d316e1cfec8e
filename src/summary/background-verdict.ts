import { EXIT, type ExitCode } from "../model/error.ts";
import type { BackgroundSummary } from "../model/background.ts";
import type { Summary } from "../model/summary.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/** A threshold that decides how many of a background may be away. */
const OF_THE_DEVICES = /\bbackground\.(?:connected|lost|notBack)\b/;

/** Told in the headline whatever a threshold says; "" where all was as it should be. */
export function backgroundInWords(background: BackgroundSummary | undefined): string {
  if (background === undefined) return "";
  const { devices, sessions, messages } = background;
  const parts = [
    ...(devices.connected < devices.asked
      ? [`${formatCount(devices.asked - devices.connected)} of ${quantity(devices.asked, "device")} not connected`]
      : []),
    ...(sessions.lost > 0 ? [`${quantity(sessions.lost, "session")} lost`] : []),
    ...(messages.timedOut > 0 ? [`${quantity(messages.timedOut, "message")} not acknowledged in time`] : []),
    ...(messages.refused > 0 ? [`${quantity(messages.refused, "message")} refused`] : []),
  ];
  return parts.length === 0 ? "" : `; of the background ${parts.join(", ")}`;
}

/** A fleet that is not there, or does not stay, without a threshold that says how much of it may go. */
export function backgroundFailures({
  background,
  thresholds,
}: Pick<Summary, "background" | "thresholds">): readonly { readonly code: ExitCode; readonly text: string }[] {
  if (background === undefined || thresholds.some(({ text }) => OF_THE_DEVICES.test(text))) return [];
  const { devices, notConnected, sessions } = background;
  const reasons: string[] = [];
  const away = devices.refused + devices.unreachable;
  if (away > 0) {
    const why = notConnected.map(({ reason, count }) => `${reason}: ${formatCount(count)}`).join(", ");
    reasons.push(`${quantity(away, "device")} of the background could not connect (${why})`);
  }
  if (sessions.lost > 0) {
    const why = sessions.losses.map(({ reason, count }) => `${reason}: ${formatCount(count)}`).join(", ");
    reasons.push(
      `sessions of the background were lost (${why}), and no threshold for background.lost says how many may be`,
    );
  }
  return reasons.map((text) => ({ code: EXIT.rollCall, text }));
}
