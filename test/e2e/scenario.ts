import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Appears in the scenario and must appear in no file or output of a run. */
export const SECRET = "provision-s3cret-of-e2e";

/** 60 devices, 10 at once: over in a moment. */
export const SMALL = `
name: small
provisioning:
  key: e2e-key
  secret: \${E2E_SECRET:-${SECRET}}
fleet:
  count: 60
load:
  closed: { concurrency: 10 }
rollCall:
  concurrency: 10
thresholds:
  - connected == provisioned
`;

/** Writes the scenario into `folder` and gives its path. */
export async function writeScenario(folder: string, text: string = SMALL): Promise<string> {
  const file = join(folder, "small.yaml");
  await writeFile(file, text);
  return file;
}

/** A hundred devices a second for a minute: long enough to be stopped, slow enough to be sure of what it does. */
export const STEADY = [
  "--set",
  "load={constant: {rate: 100}, devices: 6000}",
  "--set",
  "fleet={}",
  "--set",
  "rollCall.concurrency=50",
];
