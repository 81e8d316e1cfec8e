import { CHECKS } from "../../runs/selftest/checks.ts";
import { selftest } from "../../runs/selftest/selftest.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "selftest",
    "measure simulated servers whose times are known: can rollcall's figures be trusted on this machine?",
    (command) =>
      command
        .option("only", {
          type: "string",
          array: true,
          nargs: 1,
          choices: CHECKS,
          default: CHECKS,
          describe: "one check, by its name",
        })
        .example("$0 selftest", "a minute and a half; exit code 5 if the instrument is wrong"),
    ({ only }) => start(() => selftest(world, only)),
  );
};
