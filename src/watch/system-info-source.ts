import { reasonOf } from "../model/error.ts";
import type { Administration, SystemService } from "../model/administration.ts";
import { type LookCost, type MetricReading, type ServiceReading, SYSTEM_INFO } from "../model/watch.ts";
import { type Look, MOST_SERVICES, serviceName, type WatchSource } from "./look.ts";

/**
 * ThingsBoard's own account of its services. One node alone measures itself for each request, which takes it a second; of a
 * cluster each service announces itself once a minute (ZkDiscoveryService.publishCurrentServer, 4.3.1.3).
 */
export function createSystemInfoSource(
  admin: Pick<Administration, "services" | "close">,
  /** Requests and bytes since it was asked the last time: logins are among them. */
  cost: () => LookCost,
): WatchSource {
  return {
    name: SYSTEM_INFO,
    async look(stop): Promise<Look> {
      try {
        const found = await admin.services(stop);
        const services = new Map<string, ServiceReading>();
        for (const each of found.slice(0, MOST_SERVICES)) {
          const reading = readingOf(each);
          if (!services.has(reading.service)) services.set(reading.service, reading);
        }
        if (services.size === 0) return { ...cost(), kind: "gap", why: "it names no service" };
        return { ...cost(), kind: "seen", services: [...services.values()], leftOut: found.length - services.size };
      } catch (error) {
        return { ...cost(), kind: "gap", why: stop.aborted ? "no whole answer in time" : reasonOf(error) };
      }
    },
    close: () => admin.close(),
  };
}

function readingOf(each: SystemService): ServiceReading {
  const values = [
    { metric: "cpu", value: each.cpu },
    { metric: "memory", value: each.memory },
    { metric: "disk", value: each.disk },
  ].filter((reading): reading is MetricReading => reading.value !== undefined);
  return {
    service: serviceName(each.id),
    type: serviceName(each.type),
    ...(each.processors === undefined ? {} : { processors: each.processors }),
    ...(each.memoryBytes === undefined ? {} : { memoryBytes: each.memoryBytes }),
    ...(each.diskBytes === undefined ? {} : { diskBytes: each.diskBytes }),
    values,
  };
}
