import { type Channel, createMailbox } from "./channel.ts";

/** The pipe to the parent of a process started by `fork`; `child` is that process's own `process`. */
export function openParentChannel<Said extends object, Heard>(child: NodeJS.Process): Channel<Said, Heard> {
  const mailbox = createMailbox<Heard>();
  let underWay: Promise<unknown> = Promise.resolve();
  child.on("message", (message: Heard) => mailbox.put(message));

  const say = (message: Said): void => {
    if (child.send === undefined || !child.connected) return;
    const left = Promise.withResolvers<void>();
    // An error means that the parent is gone, which is heard below.
    child.send(message, undefined, undefined, () => left.resolve());
    underWay = left.promise;
  };
  return {
    say,
    mention: say,
    hear: (listener) => mailbox.hear(listener),
    gone: new Promise((resolve) => child.once("disconnect", () => resolve("the parent process is gone"))),
    async flush() {
      await underWay;
    },
    async close() {
      await underWay;
      if (child.connected) child.disconnect();
    },
  };
}
