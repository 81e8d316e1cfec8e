import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText } from "../../record/text-file.ts";
import type { Authority } from "../../doctor/visits/inspect-tls.ts";

/** Where Linux distributions keep the authorities that the machine trusts, all in one file. */
const OF_SYSTEM = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
const PEM = /\.(?:pem|crt|cer)$/;
const MOST_BYTES = 1_048_576;

/** Files that may hold the authority of a server: those beside the scenario, then the system's. What cannot be read is left out. */
export async function findAuthorities(scenario: string): Promise<readonly Authority[]> {
  const folder = dirname(scenario);
  const names = await readdir(folder).catch(() => []);
  const beside = names.filter((name) => PEM.test(name)).map((name) => join(folder, name));
  const read = [...beside, ...OF_SYSTEM].map(async (file) => ({
    file,
    pem: await readText(file, MOST_BYTES).catch(() => ""),
  }));
  return (await Promise.all(read)).filter(({ pem }) => pem.includes("-----BEGIN CERTIFICATE"));
}
