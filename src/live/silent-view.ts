import type { View } from "../model/live.ts";

/** Shows nothing: for --quiet. */
export function createSilentView(): View {
  return {
    update: () => undefined,
    note: () => undefined,
    close: () => undefined,
  };
}
