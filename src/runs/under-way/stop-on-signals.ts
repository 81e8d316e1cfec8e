import { EXIT } from "../../model/error.ts";
import type { World } from "../world.ts";

/** For a command that knows but one way to stop: the first signal aborts `signal`, a later one leaves. Listens until disposed of. */
export function stopOnSignals(
  world: Pick<World, "listenForStops" | "leave">,
): Disposable & { readonly signal: AbortSignal } {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const stops = world.listenForStops({ drain: stop, abort: stop, leave: () => world.leave(EXIT.interrupted) });
  return { signal: stopping.signal, [Symbol.dispose]: () => stops[Symbol.dispose]() };
}
