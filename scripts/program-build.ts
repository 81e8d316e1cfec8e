import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";

const ROOT = join(import.meta.dirname, "..");
/** Packages are found from here, and nothing of it is part of the tree. */
const BUILDS = join(ROOT, "node_modules/.cache/rollcall");
/** What is beside `dist` in the package, for the command. */
const BESIDE = ["bin/rollcall.mjs", "package.json"];
const MADE_FROM = [...BESIDE, "package-lock.json", "scripts/build.ts", "src"];
/** One that nothing has begun with for so long is nobody's, milliseconds. */
const FORGOTTEN_MS = 24 * 3_600_000;

/**
 * The folder of the program as it is published. It is made once for each state of the source, by which it is known, and comes to
 * its place as a whole: tests and benches that run in one tree at the same time share it, and none gets one of another state.
 */
export async function programBuild(): Promise<string> {
  for (;;) {
    const state = stateOfSource();
    const place = join(BUILDS, state);
    if (existsSync(place)) {
      utimesSync(place, new Date(), new Date());
      return place;
    }
    const made = await build(`${place}-${process.pid}`);
    // Of a file that was changed meanwhile nobody knows which state was read.
    if (stateOfSource() === state) moveTo(place, made);
    rmSync(made, { recursive: true, force: true });
    removeForgotten();
  }
}

function stateOfSource(): string {
  const hash = createHash("sha256");
  for (const path of MADE_FROM.flatMap(filesOf)) hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

function filesOf(name: string): readonly string[] {
  const path = join(ROOT, name);
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).toSorted();
}

async function build(folder: string): Promise<string> {
  // What builds is loaded only where something is built.
  const { buildProgram } = await import("./build.ts");
  mkdirSync(folder, { recursive: true });
  for (const name of BESIDE) cpSync(join(ROOT, name), join(folder, name));
  await buildProgram(join(folder, "dist"), ["cli/main", "processes/generator-process", "processes/simulator-process"]);
  return folder;
}

function moveTo(place: string, made: string): void {
  try {
    renameSync(made, place);
  } catch (error) {
    // Another process was quicker: what it has made is the same.
    if (!existsSync(place)) throw error;
  }
}

function removeForgotten(): void {
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > FORGOTTEN_MS) rmSync(path, { recursive: true, force: true });
  }
}
