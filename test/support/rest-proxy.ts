import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface RestProxy {
  readonly port: number;
  /** Method and path of each deletion that came through. */
  readonly deletions: readonly string[];
  close(): Promise<void>;
}

/** Stands before a REST API and changes what is asked and what is answered. */
export async function startRestProxy(
  to: number,
  {
    ask = (path) => path,
    answer = (_path, body) => body,
  }: { readonly ask?: (path: string) => string; readonly answer?: (path: string, body: string) => string },
): Promise<RestProxy> {
  const deletions: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (incoming.method === "DELETE") deletions.push(path);
    const { method, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port: to, path: ask(path), method, headers }, (came) => {
      let body = "";
      came.setEncoding("utf8").on("data", (text: string) => (body += text));
      came.on("end", () => {
        const { "content-length": _, ...others } = came.headers;
        outgoing.writeHead(came.statusCode ?? 500, others);
        outgoing.end(answer(path, body));
      });
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    deletions,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
