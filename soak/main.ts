import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, readNumber, readOptions } from "../scripts/read-options.ts";
import { findingsOf, renderSoak } from "./report.ts";
import { soak } from "./soak.ts";

const USAGE = `Hours of steady load with held sessions, while the simulator's faults go on and off: what grows, and what is lost.

  npm run soak                                                          60 minutes
  npm run soak -- --minutes 5 --rate 20 --held 100 --keep soak-results

Exit code 1 if anything grows beyond its bound, or is lost.
`;

const values = readOptions(
  {
    minutes: { type: "string", default: "60" },
    rate: { type: "string", default: "40" },
    held: { type: "string", default: "300" },
    keep: { type: "string" },
  },
  USAGE,
);

const asked = {
  seconds: Math.round(readNumber(values.minutes, "minutes", USAGE) * 60),
  rate: readNumber(values.rate, "rate", USAGE),
  held: readNumber(values.held, "held", USAGE),
};
const folder = values.keep ?? (await mkdtemp(join(tmpdir(), "rollcall-soak-")));
await mkdir(folder, { recursive: true });
// What is judged at the end is the only run in each folder.
if ((await readdir(folder)).length > 0) fail(`--keep ${folder}: this folder is not empty; name a new one`, USAGE);
const began = Date.now();
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
try {
  const soaked = await soak({
    ...asked,
    folder,
    stop: stop.signal,
    say: (text) => process.stderr.write(`${Math.round((Date.now() - began) / 1_000)} s  ${text}\n`),
  });
  process.stdout.write(renderSoak(soaked));
  process.exitCode = findingsOf(soaked).length === 0 ? 0 : 1;
} finally {
  if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
}
