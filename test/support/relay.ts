import { createConnection, createServer, type Socket } from "node:net";

/** A way between two machines that the test decides about: it may be long, unlike there and back, cut, and mended. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Milliseconds on the way to the server and back. */
  delay(there: number, back: number): void;
  /** Connections end and new ones are refused, or with `silent` nothing gets through and nobody is told. */
  cut(how?: "reset" | "silent"): void;
  mend(): void;
}

export async function startRelay(target: { readonly host: string; readonly port: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let [there, back] = [0, 0];
  let state: "open" | "reset" | "silent" = "open";

  const pass = (from: Socket, to: Socket, wait: () => number): void => {
    let due = 0;
    from.on("data", (bytes) => {
      if (state === "silent") return;
      // In order, also when the delay is changed meanwhile.
      due = Math.max(due, performance.now() + wait());
      setTimeout(() => to.writable && to.write(bytes), Math.ceil(Math.max(0, due - performance.now())));
    });
    from.on("close", () => to.destroy());
    from.on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    if (state === "reset") {
      near.resetAndDestroy();
      return;
    }
    const far = createConnection(target);
    near.setNoDelay(true);
    far.setNoDelay(true);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    pass(near, far, () => there);
    pass(far, near, () => back);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    delay(to, from) {
      [there, back] = [to, from];
    },
    cut(how = "reset") {
      state = how;
      if (how === "reset") for (const socket of sockets) socket.resetAndDestroy();
    },
    mend() {
      // What went silently would be missing in the middle of a stream: those connections are over.
      if (state === "silent") for (const socket of sockets) socket.resetAndDestroy();
      state = "open";
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
