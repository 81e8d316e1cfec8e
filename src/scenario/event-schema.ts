import { z } from "zod";
import { duration, positiveDuration, word } from "./fields.ts";
import { LONGEST_MARK } from "../model/mark.ts";

/** What happens while the load goes on, and when. */
export const event = z
  .strictObject(
    {
      at: duration.describe("So long after the run's start"),
      run: word.describe(
        "A command for /bin/sh, run on this machine; its own ${NAME} are the shell's. Only with --allow-commands",
      ),
      mark: word
        .max(LONGEST_MARK, { error: `use at most ${LONGEST_MARK} characters` })
        .optional()
        .describe("What the mark says; default: the command"),
      timeout: positiveDuration.prefault("60s").describe("A command that takes longer is ended"),
    },
    { error: "write { at: 60s, run: kubectl delete pod tb-node-1 }" },
  )
  .describe("A command that is run at an instant, and a mark of it");

export type EventInput = z.output<typeof event>;
