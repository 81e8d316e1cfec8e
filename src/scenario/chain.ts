import { reasonOf } from "../model/error.ts";
import { createPrivateKey, hash, type KeyObject, X509Certificate } from "node:crypto";
import type { ChainPlan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import type { SecretReader } from "./secrets.ts";

const AT = ["provisioning", "chain"] as const;
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The authority of strategy x509-chain, its certificates and its key read and held against each other. */
export function resolveChain(
  { strategy, chain }: Scenario["provisioning"],
  { readFile }: { readonly readFile: (path: string) => string },
  secrets: SecretReader,
  problems: Problem[],
): ChainPlan | undefined {
  const problem = (field: readonly string[], value: string | undefined, fix: string): undefined => {
    problems.push({ path: [...AT, ...field], value, fix });
  };
  if (strategy !== "x509-chain") {
    if (chain === undefined) return undefined;
    return problem([], undefined, "only strategy x509-chain has an authority: leave it out, or write that strategy");
  }
  if (chain === undefined) {
    const example = "{ certificate: ca.pem, key: { file: ca-key.pem } }";
    return problem(
      [],
      undefined,
      `this field is missing: the authority that signs the devices' certificates, ${example}`,
    );
  }
  const { certificate: file, key: keyInput, commonName } = chain;
  const certificates = certificatesOf(file, readFile, (fix) => problem(["certificate"], file, fix));
  const known = problems.length;
  const secret = secrets.secret(keyInput, [...AT, "key"]);
  // What cannot be read has been reported.
  const key = problems.length > known ? undefined : keyOf(secret.reveal(), (fix) => problem(["key"], undefined, fix));
  const [first] = certificates ?? [];
  if (first === undefined || certificates === undefined || key === undefined) return undefined;
  if (!first.checkPrivateKey(key)) {
    return problem(["key"], undefined, `it is not the key of the first certificate in ${file}`);
  }
  return {
    certificates: certificates.map((each) => each.toString()).join(""),
    key: secret,
    commonName,
    profileKeys: certificates.map((each) => hash("sha3-256", each.raw.toString("base64"))),
  };
}

function certificatesOf(
  file: string,
  readFile: (path: string) => string,
  problem: (fix: string) => undefined,
): readonly X509Certificate[] | undefined {
  let certificates: readonly X509Certificate[];
  try {
    certificates = (readFile(file).match(BLOCK) ?? []).map((block) => new X509Certificate(block));
  } catch (error) {
    return problem(`it cannot be read (${reasonOf(error)})`);
  }
  if (certificates.length === 0) return problem("there is no certificate in it: write a PEM file");
  const astray = certificates.findIndex((each, index) => {
    const next = certificates[index + 1];
    return next !== undefined && !(each.checkIssued(next) && each.verify(next.publicKey));
  });
  if (astray < 0) return certificates;
  return problem(`certificate ${astray + 2} in it has not signed the one before: the one that signs devices is first`);
}

function keyOf(text: string, problem: (fix: string) => undefined): KeyObject | undefined {
  if (!text.includes("-----BEGIN"))
    return problem("a private key in PEM is needed: of one in a file, write { file: its path }");
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    return problem("it is no private key in PEM; one with a passphrase must be decrypted first");
  }
  return canSign(key)
    ? key
    : problem("devices' certificates can be signed with keys of RSA, EC P-256, EC P-384 or Ed25519");
}

function canSign({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === "ec") return ["prime256v1", "secp384r1"].includes(details?.namedCurve ?? "");
  return type === "rsa" || type === "ed25519";
}
