import { generateKeyPairSync } from "node:crypto";
import { EXIT, RollcallError } from "../../src/model/error.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { INTERMEDIATE, ROOT } from "./authority.ts";

export const MINIMAL = `
name: minimal
provisioning:
  key: \${KEY}
  secret: \${SECRET}
fleet: { count: 10 }
load: { closed: { concurrency: 2 } }
`;

const FILES: Readonly<Record<string, string>> = {
  "secret.txt": "from-a-file\n",
  "names.txt": "# meters\na\nb\n\nc\n",
  "empty.txt": "\n",
  "dup.txt": "dup\ndup\nother\n",
  "hash.txt": "one\n#2\ntwo\n# comment\n",
  "table.csv": "name,type,label\nmeter-1,default,A\nmeter-2,default,B\n",
  "ca.pem": ROOT.certificate,
  "ca-key.pem": ROOT.key,
  "chain.pem": INTERMEDIATE.certificate + ROOT.certificate,
  "chain-key.pem": INTERMEDIATE.key,
  "unordered.pem": ROOT.certificate + INTERMEDIATE.certificate,
  "x448-key.pem": generateKeyPairSync("x448").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
};

/** What earlier runs provisioned. */
const ROSTERS: Readonly<Record<string, readonly string[]>> = {
  abc123: ["a", "b", "a"],
  nameless: [],
  kinds: Array.from({ length: 20 }, (_, index) => `${index % 4 === 0 ? "gateways" : "meters"}/${index}`),
};

/** Loads a text as a scenario file would be, with both variables set and a few files beside it. */
export function load(
  text: string,
  overrides: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
) {
  return loadScenario({
    file: "test.yaml",
    text,
    overrides,
    env: { KEY: "the-key", SECRET: "the-secret", ...env },
    runId: "abc123",
    readFile: (path) => {
      const content = FILES[path];
      if (content === undefined) throw new Error(`ENOENT: ${path}`);
      return content;
    },
    readRoster: (reference) => {
      const names = ROSTERS[reference];
      if (names === undefined) throw new Error(`There is no run ${reference}.`);
      return names.map((name) => ({ name, group: name.includes("/") ? name.split("/")[0] : undefined }));
    },
  });
}

/** The mistakes of a scenario, one line each; throws if there are none. */
export function mistakes(
  text: string,
  overrides: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): readonly string[] {
  try {
    load(text, overrides, env);
  } catch (error) {
    if (!(error instanceof RollcallError && error.exitCode === EXIT.usage)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the scenario has no mistake");
}
