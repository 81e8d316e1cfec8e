import { spawnSync } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";

/*
 * Does what deploy/Dockerfile says, step by step and without Docker, then runs what came of it as the image's user. Each
 * stage is a folder in place of a root. Not done: what needs a root of its own (apt-get), and Docker's own part.
 */

const root = join(import.meta.dirname, "..");
const file = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
const place = mkdtempSync(join(tmpdir(), "rollcall-image-"));
// How this machine reaches the registry is in its environment.
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };

interface Stage {
  readonly root: string;
  folder: string;
}

const stages = new Map<string, Stage>();
let stage: Stage = { root: place, folder: "/" };
let entry: readonly string[] = [];

try {
  for (const [, word = "", rest = ""] of steps(file)) step(word, rest.trim());
  tryIt();
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Instruction and arguments, continued lines joined, comments left out. */
function steps(text: string): Iterable<RegExpMatchArray> {
  const lines = text.replaceAll(/^#.*\n/gm, "").replaceAll("\\\n", " ");
  return lines.matchAll(/^([A-Z]+) +(.*)$/gm);
}

function step(word: string, rest: string): void {
  switch (word) {
    case "FROM": {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? "image";
      stage = { root: join(place, name), folder: "/" };
      stages.set(name, stage);
      mkdirSync(stage.root);
      return;
    }
    case "WORKDIR":
      stage.folder = rest;
      mkdirSync(join(stage.root, rest), { recursive: true });
      return;
    case "COPY":
      return copy(rest.split(/\s+/));
    case "RUN":
      return run(rest);
    case "ENTRYPOINT":
      entry = JSON.parse(rest) as readonly string[];
      return;
    case "USER":
    case "ENV":
    case "HEALTHCHECK":
    case "CMD":
      return;
    default:
      throw new Error(`deploy/Dockerfile has ${word}, which this script does not know`);
  }
}

function copy(words: readonly string[]): void {
  const from = words.find((each) => each.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((each) => !each.startsWith("--"));
  const target = paths.at(-1) ?? "";
  const source = from === undefined ? root : (stages.get(from)?.root ?? "");
  const to = join(stage.root, target.startsWith("/") ? "" : stage.folder, target);
  for (const path of paths.slice(0, -1)) {
    const into = target.endsWith("/") ? join(to, basename(path)) : to;
    mkdirSync(dirname(into), { recursive: true });
    cpSync(join(source, path), into, { recursive: true, verbatimSymlinks: true });
  }
}

/** Commands of a RUN; those that need a Debian of the image's own are said and left out. */
function run(commands: string): void {
  for (const command of commands.split("&&").map((each) => each.trim())) {
    if (/^apt-get |\/var\/lib\/apt/.test(command)) {
      process.stdout.write(`not run, it needs the image's own root: ${command}\n`);
      continue;
    }
    const here = command.replaceAll(/(?<= )\/(data|work)\b/g, (path) => join(stage.root, path));
    const owned = /^chown node:node (.*)$/.exec(here)?.[1];
    if (owned !== undefined) {
      for (const path of owned.split(" ")) if (process.getuid?.() === 0) chownSync(path, 1000, 1000);
      continue;
    }
    process.stdout.write(`${command}\n`);
    must(spawnSync("sh", ["-c", here], { cwd: join(stage.root, stage.folder), env, stdio: "inherit" }), command);
  }
}

/** As the image's user, who owns nothing of the program. */
function tryIt(): void {
  const program = entry
    .slice(entry.indexOf("--") + 1)
    .map((each) => (each.startsWith("/") ? join(stage.root, each) : each));
  const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
  if (process.getuid?.() === 0) spawnSync("chmod", ["-R", "a+rX", place]);
  const scenario = join(stage.root, "app/scenarios/quickstart.yaml");
  for (const args of [
    ["--version"],
    ["run", scenario, "--simulate", "--devices", "20", "--set", "thresholds=[]", "--quiet"],
  ]) {
    const [name = "", ...first] = program;
    const cwd = join(stage.root, stage.folder);
    const options = {
      ...user,
      cwd,
      env: { PATH: env.PATH, HOME: cwd, XDG_CACHE_HOME: join(stage.root, "data") },
      encoding: "utf8",
    } as const;
    const ended = spawnSync(name, [...first, ...args], options);
    process.stdout.write(`the image's program, ${args[0]}: exit ${ended.status}\n`);
    // 5: a machine that is busy with other work is not fit to measure.
    if (ended.status === 0 || ended.status === 5) continue;
    throw new Error(`${ended.stdout}\n${ended.stderr}`);
  }
  for (const left of ["src", "tsconfig.json", "node_modules/typescript", "node_modules/vitest"]) {
    if (existsSync(join(stage.root, "app", left)))
      throw new Error(`the image has /app/${left}, which nothing in it needs`);
  }
}

function must({ status, error }: { readonly status: number | null; readonly error?: Error }, what: string): void {
  if (status !== 0) throw error ?? new Error(`exit ${status}: ${what}`);
}
