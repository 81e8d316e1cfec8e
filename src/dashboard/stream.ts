import type { ServerResponse } from "node:http";

/** Browsers that look on: each gets the newest state, a second at a time, as server-sent events. */
export interface Stream {
  readonly size: number;
  /** The state as it is goes to it at once. False: there are too many. */
  join(response: ServerResponse): boolean;
  /** Whoever has not taken the state before gets none of this: there is nothing to wait for, and nothing is kept for it. */
  send(state: string): void;
  /** The last state, and the end. */
  end(): void;
}

const MOST_CLIENTS = 16;
/** States in a row that a browser did not take: it is stuck. */
const MOST_SKIPPED = 30;

/** `newest`: the state for one who joins; made when it is asked for. */
export function createStream(newest: () => string): Stream {
  const clients = new Map<ServerResponse, { skipped: number }>();

  /** What it had no room for is made up for by the newest, when it has taken what is under way: nobody misses the end. */
  function write(response: ServerResponse, state: string): void {
    response.write(`data: ${state}\n\n`, () => {
      const client = clients.get(response);
      if (client === undefined || client.skipped === 0 || response.writableEnded) return;
      client.skipped = 0;
      write(response, newest());
    });
  }

  return {
    get size() {
      return clients.size;
    },
    join(response) {
      if (clients.size >= MOST_CLIENTS) return false;
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      clients.set(response, { skipped: 0 });
      response.on("close", () => clients.delete(response));
      // A browser that lost us asks again after so many milliseconds.
      response.write("retry: 2000\n\n");
      write(response, newest());
      return true;
    },
    send(state) {
      for (const [response, client] of clients) {
        // A JSON text has no line break in it, which would end the event.
        if (response.writableLength === 0) {
          client.skipped = 0;
          write(response, state);
        } else {
          client.skipped += 1;
          if (client.skipped > MOST_SKIPPED) response.destroy();
        }
      }
    },
    end() {
      for (const response of clients.keys()) response.end();
    },
  };
}
