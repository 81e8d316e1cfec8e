import { z } from "zod";
import { count, duration, positiveDuration, positiveRate, word } from "./fields.ts";

/** Devices that are there already, and what they do while others are provisioned. */
export const background = z
  .strictObject(
    {
      roster: word
        .optional()
        .describe(
          "Whose devices they are: the folder of an earlier run against this server, its name or short id, or latest; default: they are provisioned first, by a run of their own",
        ),
      devices: count
        .optional()
        .describe("The first so many that it provisioned; default: all. Without a roster: so many are made"),
      publish: z
        .enum(["telemetry", "attributes"])
        .default("telemetry")
        .describe("What each publishes, QoS 1: telemetry, or attributes of its own"),
      every: positiveDuration.prefault("10s").describe("From one message of a device to its next"),
      settle: duration
        .prefault("10s")
        .describe("They are measured by themselves for so long, before the load and after it"),
      connectRate: positiveRate.prefault(100).describe("Logins a second while they connect, before the load"),
    },
    { error: "write { devices: 500, every: 10s }, with roster: <an earlier run> for devices that are there already" },
  )
  .describe(
    "A fleet that is already there: devices of an earlier run, or made first, that publish while others are provisioned",
  );

export type BackgroundInput = z.output<typeof background>;
