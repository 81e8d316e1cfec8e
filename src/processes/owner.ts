import type { ProcessTable } from "./process-table.ts";

/**
 * Who a program belongs to. A load never outlives its owner: when that is gone, nobody would stop it.
 *
 * | declared by | owner | lost when |
 * |---|---|---|
 * | `npm_lifecycle_event` | npm, npx, pnpm or yarn | it, or a shell between it and here, is gone |
 * | `CI` | the runner | any process above this one is gone, up to the beginning of the session |
 *
 * Nobody owns a program that was started to stay: by nohup, with SIGHUP ignored, in a session of its own (setsid), or
 * with ROLLCALL_OWNER=none. A shell alone owns nothing: `rollcall run … &` and disown outlive it.
 */
export interface Owner {
  readonly name: string;
  isGone(): boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PACKAGE_MANAGER = /(?:^|[\s/])(?:npm|npx|pnpm|yarn|bun)(?:-cli)?(?:\.c?js)?(?:\s|$)/;
/** open(2): the bits of the access mode, and "may be written, not read" among them. */
const ACCESS_MODE = 0o3;
const WRITE_ONLY = 0o1;

/** `mayOwn`: who counts; a command that others use in the background of a CI job is not the runner's. */
export function findOwner(
  table: ProcessTable,
  environment: Environment,
  mayOwn: { readonly runner: boolean },
): Owner | undefined {
  if (outlivesOthers(table, environment)) return undefined;
  const byNpm = isSet(environment["npm_lifecycle_event"]);
  const byRunner = mayOwn.runner && isSet(environment["CI"]) && environment["CI"] !== "false";
  if (!byNpm && !byRunner) return undefined;
  const chain = ancestors(table, byRunner ? undefined : PACKAGE_MANAGER);
  // Process 1 takes in those whose parent is gone: who starts as its child has lost nobody.
  if (chain.length === 0) return undefined;
  const name = byNpm ? (environment["npm_config_user_agent"]?.split("/")[0] ?? "npm") : "the CI runner";
  return { name, isGone: () => !isWhole(chain, table) };
}

/** Started so that the end of its terminal, and of who started it, does not matter. */
export function outlivesOthers(table: ProcessTable, environment: Environment): boolean {
  if (environment["ROLLCALL_OWNER"] === "none") return true;
  // bash and zsh say here what they have started, and npm passes it on.
  if (/(?:^|\/)(?:nohup|setsid)$/.test(environment["_"] ?? "")) return true;
  // Node sets an ignored SIGHUP back to its default before any of this runs. What else nohup does is seen: it opens
  // /dev/null for writing as standard input, so that reading fails. Of `trap '' HUP`, the shell that did it tells.
  const flags = table.standardInputFlags();
  if (flags !== undefined && (flags & ACCESS_MODE) === WRITE_ONLY) return true;
  return table.entry(table.parent())?.ignoresHangUp ?? false;
}

/** Parent, its parent and so on, within this session; up to and with the first whose command fits `last`. */
function ancestors(table: ProcessTable, last: RegExp | undefined): readonly number[] {
  const session = table.entry(table.self)?.session;
  const parent = table.parent();
  // Without /proc the parent is all that can be watched.
  if (session === undefined) return parent > 1 ? [parent] : [];
  const chain: number[] = [];
  for (let pid = parent; pid > 1;) {
    const entry = table.entry(pid);
    if (entry === undefined || entry.session !== session) break;
    chain.push(pid);
    if (last?.test(entry.command)) break;
    pid = entry.parent;
  }
  return chain;
}

/** Whoever loses a parent gets another one at once: a chain that still hangs together has lost nobody. */
function isWhole(chain: readonly number[], table: ProcessTable): boolean {
  return chain.every((pid, index) => {
    const child = chain[index - 1];
    return (child === undefined ? table.parent() : table.entry(child)?.parent) === pid;
  });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
