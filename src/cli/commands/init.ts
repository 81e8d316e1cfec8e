import { init } from "../../runs/aim/init.ts";
import { type AddCommand, resultsOption } from "./command.ts";
import { loadOptions } from "./quick-options.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "init [file]",
    "write a first scenario: asks for what it needs, or takes it as options; nothing is written over",
    (command) =>
      loadOptions(resultsOption(command))
        .positional("file", { type: "string", default: "rollcall.yaml", describe: "where to write it" })
        .option("target", {
          type: "string",
          describe: "mqtt://host:1883, mqtts, http, https or coap; with it nothing is asked",
        })
        .option("key-env", { type: "string", describe: "variable that will have the provision key" })
        .option("secret-env", { type: "string", describe: "variable that will have the secret" })
        .option("secret-file", { type: "string", describe: "file that will have the secret; put into .gitignore" })
        .option("devices", { type: "number", describe: "number of devices" })
        .option("duration", { type: "string", describe: "for how long, e.g. 30s" })
        .conflicts("secret-env", "secret-file")
        .example("$0 init", "asks")
        .example("$0 init first.yaml --target mqtts://tb.example.com --rate 50 --duration 1m", "does not"),
    (args) => start(() => init(world, args)),
  );
};
