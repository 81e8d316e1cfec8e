import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { parseZonedUrl } from "../../wires/socket/zoned-url.ts";
import { urlOf } from "../../model/target.ts";
import { leadsToLoopback } from "../../wires/socket/several-addresses.ts";
import { formatCount } from "../../writing/notation.ts";
import { printable } from "../../writing/text-width.ts";
import type { World } from "../world.ts";

/** More than so many devices are made on a server that others may use only when a person, or --yes, has said so. */
export const MANY_DEVICES = 1_000;

interface Place {
  readonly host: string;
  /** As the user is asked about it. */
  readonly url: string;
}

interface Amount {
  readonly devices: number;
  /** Where they are made. */
  readonly places: readonly Place[];
  readonly simulated: boolean;
  /** It can be fewer: "up to". */
  readonly atMost?: boolean;
  readonly yes: boolean;
}

/**
 * Devices stay on a server until somebody deletes them, and a load may harm it. Before many are made on one that is neither
 * simulated nor on this machine the user is asked. Throws RollcallError "many-devices" where nobody can be, "not-agreed" at a no.
 */
export async function askBeforeMany({ voice }: Pick<World, "voice">, amount: Amount): Promise<void> {
  const { devices, places, simulated, atMost = false, yes } = amount;
  if (devices <= MANY_DEVICES || simulated || yes) return;
  const strange: Place[] = [];
  for (const place of places) if (!(await leadsToLoopback(place.host))) strange.push(place);
  if (strange.length === 0) return;
  const what = `${atMost ? "up to " : ""}${formatCount(devices)} devices`;
  const where = [...new Set(strange.map(({ url }) => printable(url)))].join(" and ");
  const agreed = await voice.ask(`${what} will be made at ${where}, and stay until they are cleaned up. Go on? [y/N] `);
  if (agreed === true) return;
  if (agreed === false) throw new RollcallError("not-agreed", "Nothing was sent.", "");
  throw new RollcallError(
    "many-devices",
    `${what} would be made at ${where}, which is neither simulated nor this machine. Nothing was sent.`,
    `Say --yes to make them. Without it, and without a terminal to ask at, ${formatCount(MANY_DEVICES)} are the most.`,
  );
}

/** All that devices may be sent to; asked about as one. */
export function placesOf(target: Plan["target"]): readonly Place[] {
  return (target.hosts ?? [target]).map(({ host, address = host }) => ({ host: address, url: urlOf(target) }));
}

/** The server whose REST API is at `url`. */
export function placeOfRest(url: string): Place {
  // A scenario's schema has seen to it that a URL begins as one; what cannot be parsed leads nowhere.
  return { host: parseZonedUrl(url)?.host ?? url, url };
}
