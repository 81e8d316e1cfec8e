import { join } from "node:path";

/** Folders that an earlier release wrote. */
export const KEPT_RUNS = join(import.meta.dirname, "../../test/golden/runs-0.1.0");
