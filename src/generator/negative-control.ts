import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { GroupOf } from "../model/group-of.ts";
import type { Login, Routes } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import type { NegativeControl } from "../model/summary.ts";
import { worseControl } from "../model/worse-control.ts";
import { admissionOf } from "./login-device.ts";

export interface ControlResult {
  readonly result: NegativeControl;
  readonly detail: string;
  /** Of several. */
  readonly place?: string;
}

/** The same device with a secret that is wrong; undefined where it has none that a login could get wrong. */
function withWrongSecret(credentials: Credentials): Credentials | undefined {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { ...credentials, token: tamperedWith(credentials.token) };
    case "MQTT_BASIC":
      return credentials.password === undefined
        ? undefined
        : { ...credentials, password: tamperedWith(credentials.password) };
    case "X509_CERTIFICATE":
    case "LWM2M_CREDENTIALS":
      return undefined;
  }
}

/** Whether a login could get a secret wrong: a negative control needs such credentials. */
export function hasSecret(credentials: Credentials): boolean {
  return withWrongSecret(credentials) !== undefined;
}

/** Of whom a wrong secret is tried: the last device of each group that was called and has one. */
export interface LastCalled {
  note(issued: Issued): void;
  /** One for each group; of a fleet without groups the last of all, or undefined where nobody had a secret. */
  all(): readonly (Issued | undefined)[];
}

/** Each group has a transport and an address of its own: one that lets anyone in proves nothing of the others. */
export function createLastCalled(groupOf: GroupOf): LastCalled {
  const last = new Map<number, Issued>();
  return {
    note: (issued) => void last.set(groupOf(issued.seq) ?? 0, issued),
    all: () => (last.size === 0 ? [undefined] : [...last.values()]),
  };
}

/** A journal has one line for each place, or one in all: of groups at places of no name the worst. */
export function worstByPlace(found: readonly ControlResult[]): readonly ControlResult[] {
  const worst = new Map<string | undefined, ControlResult>();
  for (const each of found) {
    const known = worst.get(each.place);
    if (known === undefined || worseControl(known.result, each.result) !== known.result) worst.set(each.place, each);
  }
  return [...worst.values()];
}

/** At each place where `called`, the last with a secret, logged in: a place of several that lets anyone in voids the roll as well. */
export async function controlPlaces(
  { login, routes }: { readonly login: Login; readonly routes: Routes | undefined },
  called: Issued | undefined,
  stranger: (() => Promise<Credentials>) | undefined,
  abort: AbortSignal,
): Promise<readonly ControlResult[]> {
  const places = called === undefined ? undefined : routes?.logins(called.seq, called.place);
  const found: ControlResult[] = [];
  for (const place of places ?? [undefined]) {
    const result = await controlRoll(place?.login ?? login, called?.credentials, stranger, abort);
    found.push(place?.name === undefined || places?.length === 1 ? result : { ...result, place: place.name });
  }
  return found;
}

/**
 * A target that lets wrong credentials in would let anyone in: its roll call proves nothing. Tried is a wrong secret of
 * `issued`; where that has none to get wrong, the credentials of `stranger`, whom nobody was ever asked to take.
 */
export async function controlRoll(
  login: Login,
  issued: Credentials | undefined,
  stranger: (() => Promise<Credentials>) | undefined,
  abort: AbortSignal,
): Promise<ControlResult> {
  if (abort.aborted) return { result: "not-made", detail: "interrupted" };
  const tampered = issued === undefined ? undefined : withWrongSecret(issued);
  const wrong = tampered ?? (await stranger?.());
  if (wrong === undefined) return { result: "not-made", detail: "no issued credential with a secret to get wrong" };
  const { verdict, session } = await admissionOf(login, wrong, () => undefined, abort);
  await session?.close();
  switch (verdict.state) {
    case "connected":
    // Let in is let in, whether it could speak or not.
    case "mute":
      return {
        result: "admitted",
        detail: `${tampered === undefined ? "unknown" : "wrong"} ${wrong.type} credentials were let in`,
      };
    case "refused":
      return { result: "refused", detail: verdict.reason };
    case "unreachable":
      return { result: "unreachable", detail: `${verdict.kind}: ${verdict.detail}` };
  }
}

const tamperedWith = (secret: Secret) => new Secret(`${secret.reveal()}-wrong`);
