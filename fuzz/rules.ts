import { EXIT, RollcallError } from "../src/model/error.ts";
import { WireError } from "../src/model/ports.ts";
import type { Said } from "../test/support/in-process.ts";
import type { Wrong } from "./target.ts";

/** In every run folder, scenario and server of the fuzzer; must come out nowhere. */
export const SECRETS = ["fuzz-provision-s3cret", "fuzz-admin-s3cret", "fuzz-api-s3cret"] as const;

const CODES: ReadonlySet<number> = new Set(Object.values(EXIT));
const CONTROL = /(?![\t\n])\p{Cc}/u;
/** A command that asks a server which does not answer waits for its time-outs. */
const MOST_COMMAND_MS = 20_000;

/** What holds for every end of the program. */
export function wrongWithEnd({ code, stdout, stderr }: Said, tookMs: number): Wrong {
  const all = stdout + stderr;
  if (!CODES.has(code)) return `exit code ${code}`;
  if (code === EXIT.bug) return `exit code 1: ${firstLines(stderr)}`;
  if (/^ {4}at /m.test(all)) return `a stack: ${firstLines(stderr)}`;
  if (code !== EXIT.pass && code !== EXIT.interrupted && all.trim() === "") return `exit code ${code} without a word`;
  const secret = SECRETS.find((each) => all.includes(each));
  if (secret !== undefined) return `the secret ${secret} is printed`;
  // The program itself colours nothing here: no terminal is there.
  if (CONTROL.test(all)) return `control characters: ${JSON.stringify(lineWithControl(all))}`;
  if (tookMs > MOST_COMMAND_MS) return `it took ${Math.round(tookMs)} ms`;
  return undefined;
}

/** What may leave a reader or a client: an error that says what to do, or that of a wire. */
export function wrongWithError(error: unknown): Wrong {
  if (error instanceof RollcallError) {
    if (error.exitCode === EXIT.bug) return `a bug: ${error.message}`;
    return secretIn(`${error.message}\n${error.hint}`);
  }
  if (error instanceof WireError) return secretIn(error.detail);
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
}

export function secretIn(text: string): Wrong {
  const secret = SECRETS.find((each) => text.includes(each));
  return secret === undefined ? undefined : `the secret ${secret} is told`;
}

function firstLines(text: string): string {
  return text.split("\n").slice(-12).join(" | ").slice(0, 1_000);
}

function lineWithControl(text: string): string | undefined {
  return text
    .split("\n")
    .find((line) => CONTROL.test(line))
    ?.slice(0, 200);
}
