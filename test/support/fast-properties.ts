import { configureGlobal } from "fast-check";
import { times } from "./times.ts";

/** As often as fast-check tries a property that does not say how often. */
const USUAL = 100;

configureGlobal({ numRuns: times(USUAL) });
