import { reasonOf } from "../model/error.ts";
import { dirname, resolve } from "node:path";
import type { TlsPlan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";

interface TlsContext {
  /** The scenario's own path. */
  readonly file: string;
  readonly readFile: (path: string) => string;
}

/** The CA file's path becomes absolute, as generators and later commands need it; one that is no PEM is a mistake. */
export function resolveTls(
  tls: Scenario["target"]["tls"],
  at: Problem["path"],
  { file, readFile }: TlsContext,
  problems: Problem[],
): TlsPlan | undefined {
  if (tls === false) return undefined;
  if (tls === true) return { caFile: undefined, serverName: undefined, insecure: false };
  const { ca, serverName, insecure } = tls;
  if (ca === undefined) return { caFile: undefined, serverName, insecure };
  const problem = (fix: string) => problems.push({ path: [...at, "ca"], value: ca, fix });
  try {
    if (!readFile(ca).includes("-----BEGIN CERTIFICATE-----"))
      problem("there is no certificate in it: write a PEM file");
  } catch (error) {
    problem(`it cannot be read (${reasonOf(error)})`);
  }
  return { caFile: resolve(dirname(file), ca), serverName, insecure };
}
