import type { ParentChannel } from "./parent-link.ts";
import type { ParentMessage } from "./protocol.ts";

/** The pipe of a process started by `fork`; `child` is that process's own `process`. */
export function createProcessChannel(child: NodeJS.Process): ParentChannel {
  return {
    send(message, sent) {
      if (child.send === undefined || !child.connected) {
        sent(new Error("The parent process is gone."));
        return;
      }
      child.send(message, undefined, undefined, sent);
    },
    onMessage(listener) {
      child.on("message", (message: ParentMessage) => listener(message));
    },
    onDisconnect(listener) {
      child.once("disconnect", listener);
    },
  };
}
