import type { TestProject } from "vitest/node";
import { programBuild } from "../../scripts/program-build.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder with bin/ and dist/, as in the package; undefined in a layer that starts no process. */
    program?: string;
  }
}

/** Setup of the layers that start the program as a process: their tests start what is published. */
export async function setup(project: TestProject): Promise<void> {
  const provide = async (): Promise<void> => project.provide("program", await programBuild());
  await provide();
  project.onTestsRerun(provide);
}
