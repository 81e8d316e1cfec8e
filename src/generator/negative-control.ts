import type { Credentials } from "../model/device.ts";
import type { Login } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import type { NegativeControl } from "../model/summary.ts";

export interface ControlResult {
  readonly result: NegativeControl;
  readonly detail: string;
}

/** The same device with a secret that is wrong; undefined where it has none that a login could get wrong. */
function withWrongSecret(credentials: Credentials): Credentials | undefined {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { ...credentials, token: wrong(credentials.token) };
    case "MQTT_BASIC":
      return credentials.password === undefined ? undefined : { ...credentials, password: wrong(credentials.password) };
    case "X509_CERTIFICATE":
    case "LWM2M_CREDENTIALS":
      return undefined;
  }
}

/** Whether a login could get a secret wrong: a negative control needs such credentials. */
export function hasSecret(credentials: Credentials): boolean {
  return withWrongSecret(credentials) !== undefined;
}

/** A target that lets a wrong secret in would let anyone in: its roll call proves nothing. */
export async function controlRoll(
  login: Login,
  credentials: Credentials | undefined,
  abort: AbortSignal,
): Promise<ControlResult> {
  const tampered = credentials === undefined ? undefined : withWrongSecret(credentials);
  if (tampered === undefined) return { result: "not-made", detail: "no issued credential with a secret to get wrong" };
  if (abort.aborted) return { result: "not-made", detail: "interrupted" };
  const { verdict, session } = await login.login(tampered, () => undefined, abort);
  await session?.close();
  switch (verdict.state) {
    case "connected":
      return { result: "admitted", detail: `a wrong ${tampered.type} secret was let in` };
    case "refused":
      return { result: "refused", detail: verdict.reason };
    case "unreachable":
      return { result: "unreachable", detail: `${verdict.kind}: ${verdict.detail}` };
  }
}

const wrong = (secret: Secret) => new Secret(`${secret.reveal()}-wrong`);
