import { readResults } from "../src/runs/results/results.ts";
import { reports } from "../src/report/reports.ts";

/** In a process of its own, as after a run: reads the run's folder, then times its page, the library that draws included. */

const [folder = ""] = process.argv.slice(2);
const run = await readResults(folder);
const before = process.cpuUsage();
const page = await reports.html.render(run, { color: false, width: 100 });
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ seconds: (user + system) / 1e6, bytes: Buffer.byteLength(page) })}\n`);
