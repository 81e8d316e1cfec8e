import { EXIT } from "../../model/error.ts";
import { completionScript } from "../completion-script.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, world, start, list) => {
  program.command(
    "completion [shell]",
    "print a script that completes commands, options and their values in bash or zsh",
    (command) =>
      command
        .positional("shell", {
          choices: ["bash", "zsh"] as const,
          default: (world.variables["SHELL"] ?? "").endsWith("zsh") ? ("zsh" as const) : ("bash" as const),
          defaultDescription: "that of $SHELL",
          describe: "which shell",
        })
        .example('eval "$($0 completion)"', "in ~/.bashrc or ~/.zshrc"),
    ({ shell }) =>
      start(async () => {
        await world.voice.say(await completionScript(world, list, shell));
        return EXIT.pass;
      }),
  );
};
