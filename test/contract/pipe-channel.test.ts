import { fork } from "node:child_process";
import { openChildChannel } from "../../src/workers/child-channel.ts";
import { describeChannel } from "./channel-contract.ts";
import type { Order } from "./mirror.ts";

describeChannel("pipe", async () => {
  const child = fork(new URL("mirror-process.ts", import.meta.url), { execArgv: [] });
  return {
    near: openChildChannel<Order, unknown>(child),
    farGone: new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal))),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
    },
  };
});
