import { loadScenario } from "../../src/scenario/load.ts";

export const MINIMAL = `
name: minimal
provisioning:
  key: \${KEY}
  secret: \${SECRET}
fleet: { count: 10 }
load: { closed: { concurrency: 2 } }
`;

/** Loads a text as a scenario file would be, with both variables set and nothing on disk. */
export function load(text: string, overrides: readonly string[] = [], runId = "abc123") {
  return loadScenario({
    file: "test.yaml",
    text,
    overrides,
    env: { KEY: "the-key", SECRET: "the-secret" },
    runId,
    readFile: (path) => {
      if (path === "secret.txt") return "from-a-file\n";
      if (path === "ca.pem") return "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
      if (path === "names.txt") return "# meters\na\nb\n\nc\n";
      throw new Error(`ENOENT: ${path}`);
    },
  });
}
