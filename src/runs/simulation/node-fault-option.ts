import { RollcallError } from "../../model/error.ts";
import { parseDuration } from "../../scenario/quantities.ts";
import type { NodeFault, NodeFaultKind } from "../../simulator/core/node-faults.ts";
import { bareHost } from "../../model/target.ts";

/** A record, so that a kind which is added and not listed does not compile. */
const KINDS: Readonly<Record<NodeFaultKind, true>> = { down: true, "cut-off": true, lag: true };
const NODE_FAULT_KINDS = Object.keys(KINDS) as readonly NodeFaultKind[];

const FORM = new RegExp(String.raw`^(.+):(${NODE_FAULT_KINDS.join("|")})(?::([^@]+))?(?:@([^+]+)(?:\+(.+))?)?$`);
const US_PER_MS = 1_000;

/**
 * `address:kind[:time][@from[+for]]` or `core1:down[@from[+for]]`, the times as scenarios have them. `cluster`: what there
 * is. Throws RollcallError "node-fault".
 */
export function parseNodeFault(
  text: string,
  cluster: { readonly hosts: readonly string[]; readonly cores: number },
): NodeFault {
  const [, who = "", word, time, from, forTime] = FORM.exec(text) ?? [];
  const kind = NODE_FAULT_KINDS.find((each) => each === word);
  if (kind === undefined) {
    throw mistake(text, "it is not address:kind, with a time of its own and @from+for where they are wanted");
  }
  const core = /^core(\d+)$/.exec(who)?.[1];
  const host = bareHost(who);
  if (core === undefined && !cluster.hosts.includes(host)) {
    throw mistake(
      text,
      `no transport is at ${host}: there ${cluster.hosts.length === 1 ? "is" : "are"} ${cluster.hosts.join(", ")} (--host)`,
    );
  }
  if (core !== undefined && (Number(core) < 1 || Number(core) > cluster.cores)) {
    throw mistake(text, `the cores are core1 to core${cluster.cores} (--cores)`);
  }
  if (core !== undefined && kind !== "down") throw mistake(text, "a core can only be down");
  if ((kind === "lag") !== (time !== undefined)) {
    throw mistake(
      text,
      kind === "lag" ? "a lag needs its time: 127.0.0.2:lag:500ms" : `${kind} has no time of its own`,
    );
  }
  const ms = (written: string | undefined): number | undefined => {
    if (written === undefined) return undefined;
    const parsed = parseDuration(written);
    if (parsed === undefined) throw mistake(text, `${written} is no time`);
    return parsed / US_PER_MS;
  };
  const [ownMs, fromMs, forMs] = [ms(time), ms(from), ms(forTime)];
  return {
    kind,
    of: core === undefined ? { host } : { core: Number(core) - 1 },
    ...(ownMs === undefined ? {} : { ms: ownMs }),
    ...(fromMs === undefined ? {} : { from: fromMs }),
    ...(forMs === undefined ? {} : { for: forMs }),
  };
}

function mistake(text: string, why: string): RollcallError {
  return new RollcallError(
    "node-fault",
    `The fault of a node ${text} cannot be: ${why}.`,
    "Examples: 127.0.0.2:down@30s+20s, 127.0.0.2:cut-off@10s, 127.0.0.3:lag:500ms, core2:down@30s+20s.",
  );
}
