import { explain } from "../../runs/explain/explain.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "explain [word..]",
    "say what an exit code, a verdict, a kind of failure or a threshold's quantity means; without a word all of them",
    (command) =>
      command
        .positional("word", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "e.g. 5, void, closed-before-answer, roundTrip.p99, ghosts",
        })
        .example("$0 explain 5", "an exit code")
        .example("$0 explain void", "a verdict")
        .example("$0 explain acknowledged-not-answered", "a kind of failure"),
    ({ word }) => start(() => explain(world, word.map(String))),
  );
};
