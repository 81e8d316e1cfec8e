import { flushCompileCache } from "node:module";
import process from "node:process";
import { EXIT } from "../model/error.ts";
import { openParentChannel } from "../workers/parent-channel.ts";
import { serveSimulator } from "./serve-simulator.ts";

/** Entry of the embedded simulator's process: it must not share an event loop with what measures it. */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // It is needed until the roll has been called; the parent says when that is over.
  process.on(signal, () => undefined);
}
// It keeps nothing that would have to be saved.
process.once("disconnect", () => process.exit(EXIT.pass));
// At its end it is killed, and what Node has compiled would be lost: the next one would compile it again.
await serveSimulator(openParentChannel(process), flushCompileCache);
