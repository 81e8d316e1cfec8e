import type { ChildProcess } from "node:child_process";
import { type Channel, createMailbox } from "./channel.ts";

/** The pipe to a process started by `fork`. */
export function openChildChannel<Said extends object, Heard>(child: ChildProcess): Channel<Said, Heard> {
  const mailbox = createMailbox<Heard>();
  let underWay: Promise<unknown> = Promise.resolve();
  child.on("message", (message: Heard) => mailbox.put(message));

  const say = (message: Said): void => {
    if (!child.connected) return;
    const left = Promise.withResolvers<void>();
    // The callback takes the error of a pipe that closed meanwhile: the end of the process tells that story.
    child.send(message, () => left.resolve());
    underWay = left.promise;
  };
  return {
    say,
    mention: say,
    hear: (listener) => mailbox.hear(listener),
    gone: howItEnded(child),
    async flush() {
      await underWay;
    },
    async close() {
      await underWay;
      if (child.connected) child.disconnect();
    },
  };
}

/** "exit" may come before the last messages are read, and not at all if the process could not be started. */
async function howItEnded(child: ChildProcess): Promise<string> {
  let spawnError: Error | undefined;
  const disconnected = new Promise<void>((resolve) => child.once("disconnect", resolve));
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.on("error", (error) => {
      spawnError = error;
      if (child.pid === undefined) resolve(`could not be started: ${error.message}`);
    });
  });
  const how = await exited;
  if (child.pid !== undefined) await disconnected;
  return spawnError?.message ?? how;
}
