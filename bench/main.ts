import { fail, readOptions } from "../scripts/read-options.ts";
import { createCpuRow } from "./row-cpu.ts";
import { measureCoordinator } from "./row-coordinator.ts";
import { measureFold } from "./row-fold.ts";
import { measureHeld } from "./row-held.ts";
import { measureMemory } from "./row-memory.ts";
import { measurePage } from "./row-page.ts";
import { measurePeers } from "./row-peers.ts";
import { measureSimulator } from "./row-simulator.ts";
import { measureWatched } from "./row-watched.ts";
import { measureWire } from "./row-wire.ts";
import { measureWorker } from "./row-worker.ts";
import { type Figure, renderTable } from "./table.ts";
import { startTarget } from "./target.ts";
import { HTTP, PLAIN, TLS, X509 } from "./wires.ts";

const ROWS = {
  cpu: createCpuRow(PLAIN, 20_000, 1.25),
  tls: createCpuRow(TLS, 5_000, 1.3),
  x509: createCpuRow(X509, 3_000, 1.3),
  http: createCpuRow(HTTP, 20_000, 1.3),
  memory: measureMemory,
  simulator: measureSimulator,
  coordinator: measureCoordinator,
  worker: measureWorker,
  page: measurePage,
  watched: measureWatched,
  peers: measurePeers,
  wire: measureWire,
  held: measureHeld,
  fold: measureFold,
} as const;

const NAMES = Object.keys(ROWS).join(", ");
const USAGE = `What the program must reach, as ratios within one run on one machine:

  npm run bench                                every row
  npm run bench -- --row cpu                   one of them
  npm run bench -- --devices 2000 --repeat 3   (also --concurrency)
  npm run bench -- --row memory --times 100    against so many times the devices: 1,000,000, which takes a quarter of an hour a round

Rows: ${NAMES}; --row may be given several times. Exit code 1 if a limit is missed.
`;

const values = readOptions(
  {
    row: { type: "string", multiple: true },
    devices: { type: "string" },
    concurrency: { type: "string" },
    repeat: { type: "string" },
    times: { type: "string" },
  },
  USAGE,
);

const unknown = (values.row ?? []).filter((name) => !(name in ROWS));
if (unknown.length > 0) fail(`--row ${unknown.join(", ")}: there is no such row; there are ${NAMES}`, USAGE);

const target = await startTarget();
const figures: Figure[] = [];
try {
  for (const [name, measure] of Object.entries(ROWS)) {
    if (values.row !== undefined && !values.row.includes(name)) continue;
    const measured = await measure({
      target,
      devices: values.devices === undefined ? undefined : Number(values.devices),
      concurrency: values.concurrency === undefined ? undefined : Number(values.concurrency),
      repeat: values.repeat === undefined ? undefined : Number(values.repeat),
      times: values.times === undefined ? undefined : Number(values.times),
      say: (text) => process.stderr.write(`${name}: ${text}\n`),
    });
    figures.push(...(Array.isArray(measured) ? measured : [measured]));
  }
} finally {
  await target.close();
}
process.stdout.write(renderTable(figures));
process.exitCode = figures.every((figure) => figure.passed) ? 0 : 1;
