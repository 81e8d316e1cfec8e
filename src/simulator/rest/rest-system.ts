import { performance } from "node:perf_hooks";
import { json, type RestAnswer } from "./rest-answer.ts";

/** What a system administrator is told of the server's services: SystemInfo of 4.3.1.3, of one node that is all of them. */
export interface RestSystem {
  info(): RestAnswer;
}

/** Made up, as is all of this but the form and the share of time in which the simulator had work to do. */
const MACHINE = {
  cpuCount: 4,
  memoryUsage: 40,
  totalMemory: 8 * 1_073_741_824,
  discUsage: 20,
  totalDiscSpace: 100 * 1_073_741_824,
} as const;

/** Usage is in whole percent; ThingsBoard measures its machine's processors for a second, this its own loop since it was asked last. */
export function createRestSystem(): RestSystem {
  let before = performance.eventLoopUtilization();
  return {
    info() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      const cpuUsage = Math.round(Math.min(1, Math.max(0, utilization)) * 100);
      const { cpuCount, memoryUsage, totalMemory, discUsage, totalDiscSpace } = MACHINE;
      return json({
        monolith: true,
        systemData: [
          {
            serviceId: "simulator",
            serviceType: "MONOLITH",
            cpuUsage,
            cpuCount,
            memoryUsage,
            totalMemory,
            discUsage,
            totalDiscSpace,
          },
        ],
      });
    },
  };
}
