import type { DeviceRecord } from "./device-store.ts";
import type { Provisioning } from "./provisioning.ts";
import type { Timers } from "../timing/timers.ts";
import type { TransportApi } from "../timing/transport-api.ts";

/** One transport of a cluster: an address of its own before the one core, and what it knows of the others' devices. */
export interface Node {
  /** Its requests no longer reach the core. */
  cutOff: boolean;
  /** It knows what others issued only so many milliseconds later: a cache that lags. Invented. */
  lagMs: number;
  /** Its way to the core. */
  readonly transport: TransportApi;
  /** Its requests; what they are given is known here at once. */
  readonly provisioning: Provisioning;
  readonly knows: (device: DeviceRecord) => boolean;
}

interface Issue {
  readonly by: Node;
  readonly at: number;
}

export interface NodesOptions {
  readonly core: TransportApi;
  readonly provisioning: Provisioning;
  readonly timers: Timers;
  readonly requestTimeoutMs: number;
}

/** The nodes of one cluster: each call makes one. */
export function createNodes({ core, provisioning, timers, requestTimeoutMs }: NodesOptions): () => Node {
  const issued = new WeakMap<DeviceRecord, Issue>();
  let nodes = 0;
  return () => {
    nodes += 1;
    const node: Node = {
      cutOff: false,
      lagMs: 0,
      transport: {
        underWay: core.underWay,
        ask(kind, work, settle, lost) {
          if (node.cutOff) timers.after(requestTimeoutMs, () => settle(undefined));
          else core.ask(kind, work, settle, lost);
        },
      },
      provisioning: {
        decide(request, disturbed) {
          const reply = provisioning.decide(request, disturbed);
          // One alone lags behind nobody.
          if (nodes > 1 && reply?.status === "SUCCESS") issued.set(reply.device, { by: node, at: timers.now() });
          return reply;
        },
      },
      knows(device) {
        const issue = node.lagMs > 0 ? issued.get(device) : undefined;
        return issue === undefined || issue.by === node || timers.now() - issue.at >= node.lagMs;
      },
    };
    return node;
  };
}
