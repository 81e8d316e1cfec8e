import pLimit from "p-limit";
import type { Administration, ServerDevice } from "../model/administration.ts";
import type { Credentials } from "../model/device.ts";

const AT_ONCE = 4;

/** A device as the server has it, with what its client was told. */
export interface IssuedTo {
  readonly device: Pick<ServerDevice, "id" | "name">;
  readonly issued: Credentials;
}

/** Asks for the credentials of each, one call a device, and names those that differ; a device that is gone is none of them. */
export async function checkCredentials(
  admin: Pick<Administration, "credentialsOf">,
  devices: readonly IssuedTo[],
  stop: AbortSignal,
): Promise<readonly string[]> {
  const differing: string[] = [];
  await pLimit(AT_ONCE).map(devices, async ({ device, issued }) => {
    stop.throwIfAborted();
    const stored = await admin.credentialsOf(device.id, stop);
    if (stored !== undefined && !sameCredentials(stored.credentials, issued)) differing.push(device.name);
  });
  return differing.toSorted();
}

/** As many of them as asked for, at even distances: the first ones of a run would say nothing of its end. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

function sameCredentials(stored: Credentials, issued: Credentials): boolean {
  switch (issued.type) {
    case "ACCESS_TOKEN":
      return stored.type === issued.type && stored.token.reveal() === issued.token.reveal();
    case "MQTT_BASIC":
      return (
        stored.type === issued.type &&
        (stored.clientId ?? "") === (issued.clientId ?? "") &&
        (stored.username ?? "") === (issued.username ?? "") &&
        (stored.password?.reveal() ?? "") === (issued.password?.reveal() ?? "")
      );
    case "X509_CERTIFICATE":
      return stored.type === issued.type && oneLine(stored.certificate) === oneLine(issued.certificate);
    case "LWM2M_CREDENTIALS":
      return stored.type === issued.type;
  }
}

/** The server keeps the base64 without PEM's lines. */
function oneLine(certificate: string): string {
  return certificate.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, "");
}
