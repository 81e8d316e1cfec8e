import type { Credentials } from "../model/device.ts";
import { createGroupOf } from "../model/group-of.ts";
import type { CredentialsPlan, FleetPlan } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";
import type { Seq } from "../model/units.ts";
import type { Certificates } from "./certificate-ports.ts";
import { fractionOf, lettersOf } from "./derive.ts";

/** At most 23 characters, the limit of MQTT 3.1, whose client ids ThingsBoard's decoder checks. */
const CLIENT_ID_LETTERS = 20;
/** 80 bits beside the prefix: what makes a username or a token unique across all tenants of a server. */
const UNIQUE_LETTERS = 16;
const PASSWORD_LETTERS = 20;

export interface CredentialsSource {
  readonly fleet: MixedFleet;
  readonly prefix: string;
  /** Needed as soon as the mix has certificates. */
  readonly certificates: Certificates | undefined;
}

/**
 * The credentials a device asks for; undefined: none, the server makes an access token. Generated as ThingsBoard's own
 * example client does it, three independent random strings, but from (prefix, seed, seq). Never the word `provision`
 * as clientId or username, with which no device can log in: both are longer.
 */
export function createCredentials(source: CredentialsSource): (seq: Seq, attempt?: number) => Credentials | undefined {
  const { fleet, prefix, certificates } = source;
  const { seed } = fleet;
  const pick = createPicker(fleet);

  return (seq, attempt = 1) => {
    const letters = (count: number): string =>
      lettersOf(`${prefix}/${seed}/${seq}${attempt === 1 ? "" : `/${attempt}`}`, count);
    const plan = pick(seq);
    switch (plan.type) {
      case "access-token":
        if (plan.made === "server") return undefined;
        return { type: "ACCESS_TOKEN", token: new Secret(prefix + letters(CLIENT_ID_LETTERS)) };
      case "mqtt-basic":
        return mqttBasic(plan.fields, prefix, letters(CLIENT_ID_LETTERS + UNIQUE_LETTERS + PASSWORD_LETTERS));
      case "x509": {
        if (certificates === undefined) throw new Error("a fleet with certificates needs them made ahead");
        const { certificate, privateKey } = certificates.of(seq, plan.form);
        return { type: "X509_CERTIFICATE", certificate, privateKey };
      }
    }
  };
}

function mqttBasic(
  fields: readonly ("clientId" | "username" | "password")[],
  prefix: string,
  letters: string,
): Credentials {
  const usernameFrom = CLIENT_ID_LETTERS;
  const passwordFrom = CLIENT_ID_LETTERS + UNIQUE_LETTERS;
  return {
    type: "MQTT_BASIC",
    clientId: fields.includes("clientId") ? letters.slice(0, usernameFrom) : undefined,
    username: fields.includes("username") ? prefix + letters.slice(usernameFrom, passwordFrom) : undefined,
    password: fields.includes("password") ? new Secret(letters.slice(passwordFrom)) : undefined,
  };
}

/** What of a fleet decides which kind of credentials a device has. */
export type MixedFleet = Pick<FleetPlan, "mix" | "seed" | "groups" | "firstSeq">;

/** Picks by weight from (seed, seq) alone: a fresh prefix changes the secrets of a fleet, not which device has which kind. */
export function createPicker({ mix, seed, groups, firstSeq }: MixedFleet): (seq: Seq) => CredentialsPlan {
  if (groups === undefined) return pickerOf(mix, seed);
  const groupOf = createGroupOf({ groups, seed, ...(firstSeq === undefined ? {} : { firstSeq }) });
  const pickers = groups.map((group) => pickerOf(group.mix, seed));
  const whole = pickerOf(mix, seed);
  return (seq) => (pickers[groupOf(seq) ?? 0] ?? whole)(seq);
}

function pickerOf(mix: readonly CredentialsPlan[], seed: number): (seq: Seq) => CredentialsPlan {
  const last = mix.at(-1);
  if (last === undefined) throw new RangeError("a fleet needs at least one kind of credentials");
  if (mix.length === 1) return () => last;
  const sum = mix.reduce((total, plan) => total + plan.weight, 0);
  return (seq) => {
    let left = fractionOf(`kind/${seed}/${seq}`) * sum;
    for (const plan of mix) {
      left -= plan.weight;
      if (left < 0) return plan;
    }
    return last;
  };
}
