import { reasonOf } from "../model/error.ts";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { TlsPlan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";

export interface TlsContext {
  /** The scenario's own path. */
  readonly file: string;
  readonly readFile: (path: string) => string;
}

type Tell = (field: "ca" | "cert" | "key", value: string | undefined, fix: string) => void;

/** Paths become absolute, as generators and later commands need them; a file that is not what it should be is a mistake. */
export function resolveTls(
  tls: Scenario["target"]["tls"],
  at: Problem["path"],
  { file, readFile }: TlsContext,
  problems: Problem[],
): TlsPlan | undefined {
  if (tls === false) return undefined;
  if (tls === true) return { caFile: undefined, serverName: undefined, insecure: false };
  const { ca, serverName, insecure, cert, key } = tls;
  const tell: Tell = (field, value, fix) => problems.push({ path: [...at, field], value, fix });
  const absolute = (path: string): string => resolve(dirname(file), path);
  if (ca !== undefined && !(read("ca", ca, readFile, tell) ?? CERTIFICATE).includes(CERTIFICATE)) {
    tell("ca", ca, NO_CERTIFICATE);
  }
  const trust = { caFile: ca === undefined ? undefined : absolute(ca), serverName, insecure };
  if (cert === undefined && key === undefined) return trust;
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? "cert" : "key";
    tell(missing, undefined, "a client certificate is shown with its key: give both, tls.cert and tls.key");
    return trust;
  }
  checkIdentity({ cert, key }, readFile, tell);
  return { ...trust, identity: { certificateFile: absolute(cert), keyFile: absolute(key) } };
}

const CERTIFICATE = "-----BEGIN CERTIFICATE-----";
const NO_CERTIFICATE = "there is no certificate in it: write a PEM file";

/** Undefined: what is wrong has been told. */
function read(
  field: "ca" | "cert" | "key",
  path: string,
  readFile: (path: string) => string,
  tell: Tell,
): string | undefined {
  try {
    return readFile(path);
  } catch (error) {
    tell(field, path, `it cannot be read (${reasonOf(error)})`);
    return undefined;
  }
}

function checkIdentity(
  { cert, key }: { readonly cert: string; readonly key: string },
  readFile: (path: string) => string,
  tell: Tell,
): void {
  const [shown, secret] = [read("cert", cert, readFile, tell), read("key", key, readFile, tell)];
  if (shown === undefined || secret === undefined) return;
  if (!shown.includes(CERTIFICATE)) return tell("cert", cert, NO_CERTIFICATE);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(shown);
  } catch {
    return tell("cert", cert, "the first certificate in it cannot be read: write a PEM file");
  }
  try {
    if (certificate.checkPrivateKey(createPrivateKey(secret))) return;
  } catch {
    return tell("key", key, "it is no private key in PEM; one with a passphrase must be decrypted first");
  }
  tell("key", key, `it is not the key of the first certificate in ${cert}`);
}
