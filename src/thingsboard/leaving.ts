import type { LoginMark, Mark } from "../model/ports.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";

/** What a wire is to call with the local address of a connection; undefined: the system chooses that, and nobody is told. */
export function leavingOf(
  { from }: Pick<Endpoint, "from">,
  mark: Mark | LoginMark,
): ((source: string) => void) | undefined {
  return from === undefined ? undefined : (source) => mark("leaving", source);
}
